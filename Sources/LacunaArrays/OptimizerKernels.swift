import CLacunaKernels

/// Steps of optimisers on contiguous numbers, by the kernels: the same bits with every instruction set.
package enum OptimizerKernels {
    /// m ← β₁ m + rest₁ s, v ← β₂ v + rest₂ s² with s = g + added w; w ← kept w - first m / (√v second + ε).
    package static func adam<Element: RealScalar>(
        _ count: Int, _ w: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>,
        _ m: UnsafeMutablePointer<Element>, _ v: UnsafeMutablePointer<Element>, added: Element, kept: Element,
        beta1: Element, rest1: Element, beta2: Element, rest2: Element, first: Element, second: Element,
        epsilon: Element
    ) {
        if Element.self == Float.self {
            kernels.pointee.adam_float(
                count, reboundPointer(w), reboundPointer(g), reboundPointer(m), reboundPointer(v), Float(added),
                Float(kept), Float(beta1),
                Float(rest1), Float(beta2), Float(rest2), Float(first), Float(second), Float(epsilon))
        } else {
            kernels.pointee.adam_double(
                count, reboundPointer(w), reboundPointer(g), reboundPointer(m), reboundPointer(v), Double(added),
                Double(kept), Double(beta1),
                Double(rest1), Double(beta2), Double(rest2), Double(first), Double(second), Double(epsilon))
        }
    }

    /// v ← μ v + g + λ w; w ← w - η v, or w - η (g + λ w + μ v) for Nesterov's.
    package static func momentum<Element: RealScalar>(
        _ count: Int, _ w: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>,
        _ v: UnsafeMutablePointer<Element>, momentum: Element, decay: Element, rate: Element, nesterov: Bool
    ) {
        if Element.self == Float.self {
            kernels.pointee.momentum_float(
                count, reboundPointer(w), reboundPointer(g), reboundPointer(v), Float(momentum), Float(decay),
                Float(rate), nesterov ? 1 : 0)
        } else {
            kernels.pointee.momentum_double(
                count, reboundPointer(w), reboundPointer(g), reboundPointer(v), Double(momentum), Double(decay),
                Double(rate),
                nesterov ? 1 : 0)
        }
    }
}
