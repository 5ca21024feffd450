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
    var p = v
    p.withUnsafeMutableBufferPointer { penalty.prox($0, step: step) }
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
