/// Y = W X + b with a sparse W of fixed pattern: CSR, r×1 or r×c blocks, as the format of the matrix it is made from. Only what is stored
/// is a parameter, is multiplied, and gets a gradient; to prune while training use `Linear` with a rule, and make this of the result.
///
/// X is inputs × columns (features of any axes, flattened), `weight` [stored numbers] in the order of `SparseMatrix.values`, `bias` [outputs].
/// Gradients: dW = G Xᵀ at the entries stored (`SparsePlan.sample`), dX = Wᵀ G, db sums G. Cost: 2 operations per stored number and column,
/// three times that with gradients; 4×1 blocks reach the rate of dense products, single entries about half of it.
public struct SparseLinear<Element: RealScalar>: Layer {
    public let plan: SparsePlan<Element>
    public let hasBias: Bool
    public var start: ParameterStart
    public var biasStart: ParameterStart

    /// - Parameters:
    ///   - matrix: the pattern, and the start unless another is given.
    ///   - start: of the stored numbers; `.heNormal(fanIn: storedCount / rows)` is He's rule for a random pattern.
    public init(_ matrix: SparseMatrix<Element>, bias: Bool = true, start: ParameterStart? = nil) {
        plan = SparsePlan(matrix)
        hasBias = bias
        self.start = start ?? .given(matrix.values.map(Double.init))
        biasStart = .constant(0)
    }

    /// The layer that a trained dense one has become: the entries of the support (numbered row by row), or the blocks that hold any of them.
    /// - Parameters:
    ///   - weight: [outputs, inputs].
    ///   - bias: [outputs]; nil is none.
    /// - Throws: `LacunaError` where sizes do not agree, blocks do not divide the matrix, or a number kept is not finite.
    public init(
        keeping support: Support, of weight: Tensor<Element>, bias: [Element]?, block: BlockShape = .entry
    ) throws {
        guard weight.dimensions.count == 2, support.count == weight.storage.count,
            bias.map({ $0.count == weight.dimensions[0] }) ?? true
        else {
            throw LacunaError(
                .shape, "sparse layer",
                "weights \(describeShape(weight.dimensions)), a support among \(support.count) and \(bias.map { "\($0.count)" } ?? "no") bias entries do not fit together"
            )
        }
        let mask = support.mask, columns = weight.dimensions[1]
        let dense = Matrix(rows: weight.dimensions[0], columns: columns) { weight.storage[$0 * columns + $1] }
        self.init(
            try SparseMatrix(dense, block: block) { mask[$0 * columns + $1] }, bias: bias != nil)
        if let bias { biasStart = .given(bias.map(Double.init)) }
    }

    public var matrix: SparseMatrix<Element> { plan.matrix }
    public var inputs: Int { matrix.columns }
    public var outputs: Int { matrix.rows }

    public var parameters: [LayerParameter] {
        let weight = LayerParameter("weight", [matrix.storedCount], start)
        return hasBias ? [weight, LayerParameter("bias", [outputs], biasStart, role: .offset)] : [weight]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard inputs > 0, outputs > 0 else {
            throw LacunaError(.shape, "sparse layer", "the matrix is \(describeShape(matrix.shape))")
        }
        guard input.featureCount == inputs else {
            throw LacunaError(.shape, "input", "\(input.featureCount) features (\(input)), the weights take \(inputs)")
        }
        return ValueShape([outputs], positions: input.positions)
    }

    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        SparseWorkspace<Element>.count(depth: max(inputs, outputs))
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int { 2 * matrix.storedCount * shapes[0].positions }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        if hasBias {
            Elementwise.fillRows(
                pass.parameters + matrix.storedCount, into: pass.output, rows: outputs, columns: n)
        }
        if n == 1 {
            plan.vectorProduct(
                blockRows: 0..<matrix.blockRows, pass.inputs[0], hasBias, pass.output, values: pass.parameters)
        } else {
            plan.product(
                blockRows: 0..<matrix.blockRows, columns: 0..<n, pass.inputs[0], n, hasBias, pass.output, n,
                pass.workspace, values: pass.parameters)
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), g = pass.outputGradient
        plan.sampledProduct(
            blockRows: 0..<matrix.blockRows, n, g, n, pass.inputs[0], n, true, pass.parameterGradients)
        if hasBias {
            Elementwise.addRowSums(g, rows: outputs, columns: n, into: pass.parameterGradients + matrix.storedCount)
        }
        if let dx = pass.inputGradients[0] {
            plan.transposedProduct(
                columns: 0..<n, g, n, false, dx, n, pass.workspace, values: pass.parameters)
        }
    }
}
