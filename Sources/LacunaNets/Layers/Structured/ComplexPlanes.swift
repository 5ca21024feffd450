/// A complex value [2, d_1, …, d_m] seen along one of its axes: n numbers at each of `outer` places before it and `inner` after it, columns
/// among these. The layers that work along an axis take copies with that axis first and real and imaginary parts beside each other.
struct ComplexAxis {
    let length: Int
    let outer: Int
    let inner: Int

    /// - Parameter axis: in `shape.features`, from 1 on.
    init(_ shape: ValueShape, axis: Int, batch: Int) {
        length = shape.features[axis]
        outer = shape.features[1..<axis].reduce(1, *)
        inner = shape.features[(axis + 1)...].reduce(1, *) * shape.columns(batch: batch)
    }

    /// Numbers along the axis are this many.
    var vectors: Int { outer * inner }

    /// z[s, o, q] ← x[o, order_s, q] with real and imaginary part beside each other, conjugated if asked for.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    func gather<Element: RealScalar>(
        _ x: UnsafePointer<Element>, order: [Int]?, conjugated: Bool, into z: UnsafeMutablePointer<Complex<Element>>
    ) {
        let imaginary = x + outer * length * inner, sign: Element = conjugated ? -1 : 1
        for s in 0..<length {
            let source = order?[s] ?? s
            for o in 0..<outer {
                let from = (o * length + source) * inner, target = z + (s * outer + o) * inner
                for q in 0..<inner { target[q] = Complex(x[from + q], sign * imaginary[from + q]) }
            }
        }
    }

    /// x[o, order_s, q] ← z[s, o, q]: the other way round.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    func scatter<Element: RealScalar>(
        _ z: UnsafePointer<Complex<Element>>, order: [Int]?, conjugated: Bool, into x: UnsafeMutablePointer<Element>
    ) {
        let imaginary = x + outer * length * inner, sign: Element = conjugated ? -1 : 1
        for s in 0..<length {
            let target = order?[s] ?? s
            for o in 0..<outer {
                let to = (o * length + target) * inner, source = z + (s * outer + o) * inner
                for q in 0..<inner {
                    x[to + q] = source[q].real
                    imaginary[to + q] = sign * source[q].imaginary
                }
            }
        }
    }
}

/// Complex parameters, stored as a plane of real parts and one of imaginary parts so that optimisers see real numbers.
enum ComplexPlanes {
    /// z ← the numbers of two planes of `count`.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func join<Element: RealScalar>(
        _ planes: UnsafePointer<Element>, count: Int, into z: UnsafeMutablePointer<Complex<Element>>
    ) {
        for index in 0..<count { z[index] = Complex(planes[index], planes[count + index]) }
    }

    /// planes ← planes + the parts of z̄.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func addConjugate<Element: RealScalar>(
        _ z: UnsafePointer<Complex<Element>>, count: Int, into planes: UnsafeMutablePointer<Element>
    ) {
        for index in 0..<count {
            planes[index] += z[index].real
            planes[count + index] -= z[index].imaginary
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func clear<Element: RealScalar>(_ z: UnsafeMutablePointer<Complex<Element>>, count: Int) {
        for index in 0..<count { z[index] = Complex(0, 0) }
    }

    /// Scratch of real numbers as half as many complex ones: two reals each, aligned as one is.
    static func rebound<Element: RealScalar>(
        _ pointer: UnsafeMutablePointer<Element>
    ) -> UnsafeMutablePointer<Complex<Element>> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Complex<Element>.self)
    }

    /// The real parts, then the imaginary ones.
    static func start(_ numbers: [Complex<Double>]) -> ParameterStart {
        .given(numbers.map(\.real) + numbers.map(\.imaginary))
    }
}
