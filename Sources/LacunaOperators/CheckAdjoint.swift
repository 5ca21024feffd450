/// How far an operator is from the law of its protocol.
public struct AdjointCheck<Real: RealScalar>: Sendable {
    /// |⟨A x, y⟩ - ⟨x, Aᴴ y⟩| / (‖A x‖ ‖y‖ + ‖x‖ ‖Aᴴ y‖): normalised by norms, since the inner products may vanish.
    public let discrepancy: Real
    public let passed: Bool
}

/// Measures ⟨A x, y⟩ = ⟨x, Aᴴ y⟩ on random vectors: the first thing to run on an operator of one's own, because a missing
/// conjugate breaks solvers silently. Passes below 100 √(m + n) units of rounding.
public func checkAdjoint<A: LinearOperator>(
    _ a: A, using generator: inout some RandomNumberGenerator
) -> AdjointCheck<A.Element.RealPart> {
    typealias Real = A.Element.RealPart
    func draw(_ count: Int) -> Buffer<A.Element> {
        let buffer = Buffer<A.Element>(repeating: 0, count: count)
        for index in 0..<count {
            let real = Real(Double.random(in: -1...1, using: &generator))
            let imaginary = Real(Double.random(in: -1...1, using: &generator))
            buffer[index] = A.Element(real: real, imaginary: imaginary)
        }
        return buffer
    }
    func inner(_ u: Buffer<A.Element>, _ v: Buffer<A.Element>) -> A.Element {
        var sum = A.Element.zero
        for index in 0..<u.count { sum += u[index].conjugated * v[index] }
        return sum
    }
    func norm(_ u: Buffer<A.Element>) -> Real { inner(u, u).realPart.squareRoot() }
    let x = draw(a.columns), y = draw(a.rows)
    let ax = Buffer<A.Element>(repeating: 0, count: a.rows)
    let ahy = Buffer<A.Element>(repeating: 0, count: a.columns)
    let workspace = Buffer<A.Element>(repeating: 0, count: a.workspaceCount)
    a.apply(x.pointer, into: ax.pointer, workspace: workspace.pointer)
    a.applyAdjoint(y.pointer, into: ahy.pointer, workspace: workspace.pointer)
    let difference = (inner(ax, y) - inner(x, ahy)).modulus
    let scale = norm(ax) * norm(y) + norm(x) * norm(ahy)
    let discrepancy = scale > 0 ? difference / scale : difference
    let limit = 100 * Real.ulpOfOne * Real(a.rows + a.columns).squareRoot()
    return AdjointCheck(discrepancy: discrepancy, passed: discrepancy <= limit)
}
