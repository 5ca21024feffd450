import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct ModeProductTests {
    private func check<S: Scalar>(_ type: S.Type) {
        var stream = RandomStream(key: 6)
        let (q, rest, r) = (3, 4, 5)
        let tolerance = rounding(50, of: S.self)
        let tensor: [S] = stream.vector(q * rest)
        let e: Matrix<S> = stream.matrix(r, q)
        for (form, stored) in [(BLAS<S>.Form.plain, e), (.transposed, e.transposed), (.adjoint, e.adjoint)] {
            let out = Buffer<S>(repeating: S(.nan), count: rest * r)
            ModeProduct<S>.first(
                form, stored.storage, stored.rows, r: r, q: q, rest: rest, tensor,
                into: out.pointer)
            let expected = (0..<rest).flatMap { k in
                (0..<r).map { i in (0..<q).reduce(S.zero) { $0 + e[i, $1] * tensor[$1 * rest + k] } }
            }
            #expect(relativeDistance(out.prefix(rest * r), expected) < tolerance, "first, \(S.self), \(form)")
        }
        for (outer, inner) in [(1, 4), (2, 2), (4, 1), (3, 5), (1, 1)] {
            let tensor: [S] = stream.vector(outer * q * inner)
            let out = Buffer<S>(repeating: S(.nan), count: outer * r * inner)
            ModeProduct<S>.along(e.storage, r: r, q: q, outer: outer, inner: inner, tensor, into: out.pointer)
            let expected = (0..<outer).flatMap { o in
                (0..<r).flatMap { i in
                    (0..<inner).map { k in
                        (0..<q).reduce(S.zero) { $0 + e[i, $1] * tensor[(o * q + $1) * inner + k] }
                    }
                }
            }
            #expect(
                relativeDistance(out.prefix(outer * r * inner), expected) < tolerance,
                "along, \(S.self), outer \(outer), inner \(inner)")
        }
    }

    @Test func definitions() {
        check(Float.self)
        check(Double.self)
        check(Complex<Float>.self)
        check(Complex<Double>.self)
    }
}
