/// y = x σ(x softplus(β)) / 1.1 with one trained slope β for all features, 1.1 being about the Lipschitz constant of the numerator (Ramachandran et
/// al. 2017, arXiv 1710.05941; in this form the activation of LEADS, Yin et al. 2021, arXiv 2106.04546). `beta` is [1] and starts at 1/2.
///
/// Gradients, with b = softplus(β) and s = σ(b x): dx = g s (1 + b x (1 - s)) / 1.1, dβ = Σ g x² s (1 - s) σ(β) / 1.1.
public struct Swish<Element: RealScalar>: Layer {
    public init() {}

    public var parameters: [LayerParameter] { [LayerParameter("beta", [1], .constant(0.5), role: .offset)] }

    public func outputShape(_ inputs: [ValueShape]) throws -> ValueShape { try oneInput(inputs) }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        SwishLoops.forward(pass.inputs[0], beta: pass.parameters[0], into: pass.output, count: pass.count())
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        pass.parameterGradients[0] += SwishLoops.backward(
            pass.inputs[0], beta: pass.parameters[0], pass.outputGradient, into: pass.inputGradients[0],
            count: pass.count())
    }
}

private enum SwishLoops {
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func forward<Element: RealScalar>(
        _ x: UnsafePointer<Element>, beta: Element, into y: UnsafeMutablePointer<Element>, count: Int
    ) {
        let b = Element.log(onePlus: Element.exp(beta)), scale = 1 / Element(1.1)
        for index in 0..<count { y[index] = scale * x[index] / (1 + Element.exp(-b * x[index])) }
    }

    /// dβ.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func backward<Element: RealScalar>(
        _ x: UnsafePointer<Element>, beta: Element, _ g: UnsafePointer<Element>,
        into dx: UnsafeMutablePointer<Element>?, count: Int
    ) -> Element {
        let b = Element.log(onePlus: Element.exp(beta)), scale = 1 / Element(1.1)
        var total = Element.zero
        for index in 0..<count {
            let value = x[index], s = 1 / (1 + Element.exp(-b * value)), slope = scale * value * s * (1 - s)
            total += g[index] * value * slope
            dx?[index] = g[index] * (scale * s + b * slope)
        }
        return total / (1 + Element.exp(-beta))
    }
}
