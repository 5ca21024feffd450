import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct NuclearNormTests {
    private func check<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 1)
        for (rows, columns) in [(3, 4), (5, 2), (1, 3), (4, 4)] {
            let penalty = try NuclearNorm<S>(weight: 0.5, rows: rows, columns: columns)
            let x: [S] = stream.vector(rows * columns)
            let gain = checkProx(penalty, at: x, step: 1.2, trials: 100, using: &stream)
            #expect(gain <= rounding(300, of: S.self))
            let excess = checkFirmness(penalty, count: rows * columns, step: 1.2, trials: 20, using: &stream)
            #expect(excess <= rounding(4000, of: S.self))
            // Moreau: what is left has the singular values cut at the threshold.
            let p = try penalty.prox(x, step: 1.2)
            let rest = Matrix(rows: rows, columns: columns, storage: zip(x, p).map { $0 - $1 })
            let values = try SingularValueDecomposition(Matrix(rows: rows, columns: columns, storage: x)).values
            let cut = try SingularValueDecomposition(rest).values
            #expect(largestDifference(cut, values.map { min($0, 0.6) }) <= rounding(100, of: S.self))
            #expect((try penalty.value(x) - values.reduce(0, +) / 2).magnitude <= rounding(100, of: S.self))
            #expect(try penalty.prox(x, step: 0) == x)
        }
    }

    @Test func laws() throws {
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    /// Diagonal matrices: the l1 norm.
    @Test func diagonal() throws {
        let penalty = try NuclearNorm<Double>(weight: 1, rows: 3, columns: 3)
        let p = try penalty.prox([3, 0, 0, 0, -2, 0, 0, 0, 0.5], step: 1)
        #expect(largestDifference(p, [2, 0, 0, 0, -1, 0, 0, 0, 0]) < 1e-15)
        #expect(try penalty.prox([1, 2, 3, 4, 5, 6, 7, 8, 9], step: 100).allSatisfy { $0 == 0 })
    }

    @Test func badInput() throws {
        #expect(throws: LacunaError.self) { try NuclearNorm<Double>(weight: 1, rows: 0, columns: 3) }
        #expect(throws: LacunaError.self) { try NuclearNorm<Double>(weight: -1, rows: 1, columns: 3) }
        let penalty = try NuclearNorm<Double>(weight: 1, rows: 1, columns: 2)
        #expect(throws: LacunaError.self) { try penalty.prox([1], step: 1) }
        #expect(try penalty.prox([.nan, 1], step: 1).allSatisfy(\.isNaN))
        #expect(try penalty.value([.infinity, 1]).isNaN)
    }
}
