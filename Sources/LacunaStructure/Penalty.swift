/// A penalty f(x) with a cheap proximal map.
///
/// Law: p = prox(v, t) minimises ½ ‖p - v‖² + t f(p); `checkProx` measures it. The indicator of a set, 0 inside and ∞
/// outside, is a penalty whose prox is the projection.
public protocol Penalty<Element>: Sendable {
    associatedtype Element: Scalar
    /// Scratch memory of the prox, made once per solve; `Void` for most kinds.
    associatedtype Workspace = Void

    /// The only length of x that the penalty is for; nil if any will do.
    var requiredCount: Int? { get }
    func makeWorkspace(count: Int) -> Workspace

    /// What holds whatever the parameters; at special values, a weight of 0, more may.
    var traits: PenaltyTraits { get }

    func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart
    /// x ← prox_{t f}(x), in place, without allocation. Step 0 is the identity on the domain of f.
    func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Workspace)
}

extension Penalty {
    @inlinable
    public var requiredCount: Int? { nil }

    /// f(x). - Throws: `LacunaError` for a vector of another length.
    @inlinable
    public func value(_ x: [Element]) throws -> Element.RealPart {
        try require(count: x.count)
        return x.withUnsafeBufferPointer { value($0) }
    }

    /// prox_{t f}(x). - Throws: `LacunaError` for a vector of another length, or a step that is negative or not finite.
    @inlinable
    public func prox(_ x: [Element], step: Element.RealPart) throws -> [Element] {
        try require(count: x.count)
        try requireNonNegative(step, "step of a prox")
        var workspace = makeWorkspace(count: x.count)
        var result = x
        result.withUnsafeMutableBufferPointer { prox($0, step: step, workspace: &workspace) }
        return result
    }

    @usableFromInline
    func require(count: Int) throws {
        guard let required = requiredCount, count != required else { return }
        throw LacunaError(.shape, "penalty", "a vector of \(count) elements, it is for \(required)")
    }
}

extension Penalty where Workspace == Void {
    @inlinable
    public func makeWorkspace(count: Int) {}

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart) {
        var none: Void = ()
        prox(x, step: step, workspace: &none)
    }
}

/// - Throws: `LacunaError` (value) unless the number is finite and ≥ 0.
@usableFromInline
func requireNonNegative<Real: RealScalar>(_ value: Real, _ name: String) throws {
    guard value >= 0, value.isFinite else {
        throw LacunaError(.value, name, "\(value); it must be finite and ≥ 0")
    }
}
