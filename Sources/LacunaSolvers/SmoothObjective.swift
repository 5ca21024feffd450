/// A differentiable function f: R^n -> R to be minimised from a starting point: what quasi-Newton methods take.
public protocol SmoothObjective<Element>: AnyObject {
    associatedtype Element: RealScalar

    /// n.
    var count: Int { get }
    /// Where to start.
    var start: [Element] { get }

    /// f(x); writes ∇f(x), n elements, to `gradient`. Allocates nothing; the same x gives the same bits.
    func evaluate(_ x: UnsafePointer<Element>, gradient: UnsafeMutablePointer<Element>) -> Double
}

/// Where a minimisation ended.
public struct Minimum<Element: RealScalar>: FiniteCheckable, Sendable {
    public var point: [Element]
    public var value: Double
    /// ‖∇f‖_∞.
    public var slope: Double
    /// Evaluations of f with its gradient.
    public var evaluations: Int

    public var isFinite: Bool { value.isFinite && point.allSatisfy(\.isFinite) }
}
