/// A layer y = W x + b that is linear in its weights and in its input: the parameters are `weight` and, if it has one, `bias`, each
/// entry of which is added to an equal share of the output's rows.
///
/// The three products below are all that there is to such a layer. `forward` and `backward` follow from them, and so do layers that
/// use the same products with other weights: sampled ones, squares of deviations. A pass gives them the sizes only.
public protocol AffineLayer<Element>: Layer {
    /// Entries of the weight array, which is the first.
    var weightCount: Int { get }
    /// Entries of the bias; 0 where there is none.
    var biasCount: Int { get }

    /// y ← W x, or y ← y + W x.
    func multiply(
        _ pass: LayerPass<Element>, weight: UnsafePointer<Element>, _ x: UnsafePointer<Element>, adding: Bool,
        into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>)
    /// dW ← dW + Σ g xᵀ: the gradient at the weights for the gradient g at the output.
    func addWeightGradient(
        _ pass: LayerPass<Element>, _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>,
        into dw: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>)
    /// dx ← Wᵀ g.
    func multiplyAdjoint(
        _ pass: LayerPass<Element>, weight: UnsafePointer<Element>, _ g: UnsafePointer<Element>,
        into dx: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>)
}

extension AffineLayer {
    public var hasBias: Bool { biasCount > 0 }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let weights = weightCount
        if hasBias {
            let rows = biasCount
            Elementwise.fillRows(
                pass.parameters + weights, into: pass.output, rows: rows, columns: pass.outputCount / rows)
        }
        multiply(
            pass, weight: pass.parameters, pass.inputs[0], adding: hasBias, into: pass.output,
            workspace: pass.workspace)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let weights = weightCount
        addWeightGradient(
            pass, pass.outputGradient, pass.inputs[0], into: pass.parameterGradients, workspace: pass.workspace)
        if hasBias {
            let rows = biasCount
            Elementwise.addRowSums(
                pass.outputGradient, rows: rows, columns: pass.outputCount / rows,
                into: pass.parameterGradients + weights)
        }
        guard let gradient = pass.inputGradients[0] else { return }
        multiplyAdjoint(
            pass, weight: pass.parameters, pass.outputGradient, into: gradient, workspace: pass.workspace)
    }
}
