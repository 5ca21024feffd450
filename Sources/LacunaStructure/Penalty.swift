/// A penalty f(x) with a cheap proximal map.
///
/// Law: p = prox(v, t) minimises ½ ‖p - v‖² + t f(p); `checkProx` measures it.
public protocol Penalty<Element>: Sendable {
    associatedtype Element: Scalar

    func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart
    /// x ← prox_{t f}(x), in place, without allocation.
    func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart)
}

/// λ ‖x‖_1 = λ Σ |x_n|; its prox is the soft threshold x (1 - t λ / |x|)_+, on the modulus for complex x.
public struct L1Norm<Element: Scalar>: Penalty {
    public let weight: Element.RealPart

    /// - Throws: `LacunaError` for a weight that is negative or not finite.
    public init(weight: Element.RealPart) throws {
        guard weight >= 0, weight.isFinite else {
            throw LacunaError(.value, "l1 weight", "\(weight); it must be finite and ≥ 0")
        }
        self.weight = weight
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var sum = Element.RealPart.zero
        for index in 0..<x.count { sum += x[index].modulus }
        return weight * sum
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart) {
        let threshold = weight * step
        for index in 0..<x.count {
            let modulus = x[index].modulus
            x[index] = modulus > threshold ? x[index].scaled(by: 1 - threshold / modulus) : 0
        }
    }
}
