/// Y = M X + b with a Monarch matrix M (Dao et al. 2022, arXiv 2204.00595), M[l J + j, k I + i] = Σ_ρ L[j, l, k, ρ] R[k, ρ, j, i]:
/// X is inputs × columns (features of any axes, flattened), `left` [J, L, K, r], `right` [K, r, J, I], `bias` [outputs].
///
/// Gradients: with U = R X kept, dL_j = G_j U_jᵀ, dU_j = L_jᵀ G_j, dR_k = dU_k X_kᵀ, dX_k = R_kᵀ dU_k. Start as the authors' layer: each
/// factor uniform on ±1/√(its columns), the bias on ±1/√outputs. Cost: 2 J K r (L + I) operations per column, three times that with gradients;
/// in 4 blocks half of a square dense layer's. Entries of padding are parameters without effect: their gradient is 0.
public struct MonarchLinear<Element: RealScalar>: Layer {
    public let layout: MonarchLayout
    public let hasBias: Bool
    public var leftStart: ParameterStart
    public var rightStart: ParameterStart
    public var biasStart: ParameterStart

    /// The authors' layer: both factors in `blocks` blocks, sizes rounded up to multiples of them.
    /// - Throws: `LacunaError` for a size or number of blocks below 1.
    public init(_ inputs: Int, _ outputs: Int, blocks: Int = 4, bias: Bool = true) throws {
        self.init(try MonarchLayout(rows: outputs, columns: inputs, blocks: blocks), bias: bias)
    }

    public init(_ layout: MonarchLayout, bias: Bool = true) {
        self.layout = layout
        hasBias = bias
        leftStart = .uniform(fanIn: layout.leftWidth)
        rightStart = .uniform(fanIn: layout.rightColumns)
        biasStart = .uniform(fanIn: layout.rows)
    }

    /// Starting from these factors, such as the projection of a trained dense matrix; the bias from zero.
    public init(_ factors: MonarchFactors<Element>, bias: Bool = true) {
        self.init(factors.layout, bias: bias)
        leftStart = .given(factors.left.storage.map(Double.init))
        rightStart = .given(factors.right.storage.map(Double.init))
        biasStart = .constant(0)
    }

    public var inputs: Int { layout.columns }
    public var outputs: Int { layout.rows }

    public var parameters: [LayerParameter] {
        let factors = [
            LayerParameter("left", layout.leftDimensions, leftStart),
            LayerParameter("right", layout.rightDimensions, rightStart),
        ]
        return hasBias ? factors + [LayerParameter("bias", [outputs], biasStart, role: .offset)] : factors
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard input.featureCount == inputs else {
            throw LacunaError(
                .shape, "input", "\(input.featureCount) features (\(input)), the Monarch matrix takes \(inputs)")
        }
        return ValueShape([outputs], positions: input.positions)
    }

    /// U = R X.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int {
        layout.innerCount * shapes[0].columns(batch: batch)
    }

    /// dU.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int { savedCount(shapes, batch: batch) }

    public func operationCount(_ shapes: [ValueShape]) -> Int { layout.flops(Element.self) * shapes[0].positions }

    private var leftCount: Int { layout.leftBlocks * layout.leftRows * layout.leftWidth }

    private func stages(_ pass: LayerPass<Element>) -> MonarchStages<Element> {
        MonarchStages(layout, left: pass.parameters, right: pass.parameters + leftCount)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), stages = stages(pass)
        if hasBias {
            Elementwise.fillRows(
                pass.parameters + layout.parameterCount, into: pass.output, rows: outputs, columns: n)
        }
        stages.right(pass.inputs[0], vectors: n, into: pass.saved)
        stages.left(pass.saved, vectors: n, into: pass.output, accumulating: hasBias)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), stages = stages(pass), g = pass.outputGradient, gradients = pass.parameterGradients
        MonarchStages.leftGradient(
            layout, g, inner: UnsafePointer(pass.saved), vectors: n, accumulating: true, into: gradients)
        stages.leftTransposed(g, vectors: n, into: pass.workspace)
        MonarchStages.rightGradient(
            layout, UnsafePointer(pass.workspace), input: pass.inputs[0], vectors: n, accumulating: true,
            into: gradients + leftCount)
        if hasBias {
            Elementwise.addRowSums(g, rows: outputs, columns: n, into: gradients + layout.parameterCount)
        }
        if let dx = pass.inputGradients[0] { stages.rightTransposed(pass.workspace, vectors: n, into: dx) }
    }
}
