import Lacuna

/// How much lower than at prox(v) the objective ½ ‖p - v‖² + t f(p) gets at `trials` points nearby: positive beyond
/// rounding, and the law of `Penalty` is broken. Points are at distances from 1e-6 to 1 times the size of v, in random
/// directions and towards v and 0.
public func checkProx<P: Penalty>(
    _ penalty: P, at v: [P.Element], step: P.Element.RealPart, trials: Int, using stream: inout RandomStream
) -> P.Element.RealPart {
    typealias Real = P.Element.RealPart
    func objective(_ p: [P.Element]) -> Real {
        let distance = zip(p, v).reduce(Real.zero) { $0 + ($1.0 - $1.1).squaredModulus }
        return distance / 2 + step * p.withUnsafeBufferPointer { penalty.value($0) }
    }
    let p = proxed(penalty, v, step: step)
    let least = objective(p)
    let size = v.reduce(Real(1)) { max($0, $1.modulus) }
    var gain = -Real.infinity
    for trial in 0..<trials {
        let length = size * Real(Double.pow(10, -6 * stream.uniform()))
        let towards: [P.Element]
        switch trial % 4 {
        case 0: towards = zip(v, p).map { $0 - $1 }
        case 1: towards = p.map { -$0 }
        default: towards = stream.vector(v.count)
        }
        let q = zip(p, towards).map { $0 + $1.scaled(by: length) }
        gain = max(gain, least - objective(q))
    }
    return gain
}

/// prox_{t f}(v), lengths unchecked.
public func proxed<P: Penalty>(_ penalty: P, _ v: [P.Element], step: P.Element.RealPart) -> [P.Element] {
    var workspace = penalty.makeWorkspace(count: v.count)
    var p = v
    p.withUnsafeMutableBufferPointer { penalty.prox($0, step: step, workspace: &workspace) }
    return p
}

/// How far the prox of a convex penalty is from firm non-expansiveness, ‖p - q‖² ≤ Re ⟨p - q, u - v⟩ for p = prox(u) and
/// q = prox(v): the largest excess over `trials` random pairs, relative to ‖u - v‖². Positive beyond rounding breaks the law.
public func checkFirmness<P: Penalty>(
    _ penalty: P, count: Int, step: P.Element.RealPart, trials: Int, using stream: inout RandomStream
) -> P.Element.RealPart {
    typealias Real = P.Element.RealPart
    var excess = -Real.infinity
    for trial in 0..<trials {
        let u: [P.Element] = stream.vector(count)
        let apart = Real(Double.pow(10, -Double(trial % 4)))
        let v = zip(u, stream.vector(count) as [P.Element]).map { $0 + $1.scaled(by: apart) }
        let p = proxed(penalty, u, step: step), q = proxed(penalty, v, step: step)
        var left = Real.zero, right = Real.zero, size = Real.zero
        for index in 0..<count {
            left += (p[index] - q[index]).squaredModulus
            right += ((p[index] - q[index]).conjugated * (u[index] - v[index])).realPart
            size += (u[index] - v[index]).squaredModulus
        }
        excess = max(excess, (left - right) / size)
    }
    return excess
}
