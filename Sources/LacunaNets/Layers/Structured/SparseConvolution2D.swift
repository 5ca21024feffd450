/// `Convolution2D` (one group) with a sparse W of fixed pattern: CSR or r×1 blocks. Only what is stored is a parameter, is multiplied, and
/// gets a gradient; only the entries of a patch that some channel uses are gathered. Made of a trained dense layer, for inference.
///
/// X is [C, H, W], Y is [O, (H + 2p - k)/s + 1, (W + 2p - k)/s + 1], `weight` [stored numbers] in the order of `SparseMatrix.values` for the
/// matrix of output channels × used entries, `bias` [O]. Gradients: dW = G colsᵀ at the entries stored, dX scatters Wᵀ G back, db sums G.
/// Cost: 2 operations per stored number and output pixel, and a copy of the used entries of all patches.
public struct SparseConvolution2D<Element: RealScalar>: Layer {
    public let inputChannels: Int
    public let kernel: Int
    public let stride: Int
    public let padding: Int
    public let hasBias: Bool
    /// Output channels × used entries of a patch.
    public let plan: SparsePlan<Element>
    /// The entries (i k + u) k + v of a patch that are used, ascending.
    public let entries: [Int]
    private let biasStart: ParameterStart

    /// The layer that a trained dense one has become: the entries of the support (numbered as the weights lie), or the blocks that hold any.
    /// - Parameters:
    ///   - weight: [output channels, input channels, kernel, kernel].
    ///   - bias: [output channels]; nil is none.
    /// - Throws: `LacunaError` where sizes do not agree, blocks do not divide the output channels, or a number kept is not finite.
    public init(
        keeping support: Support, of weight: Tensor<Element>, bias: [Element]?, stride: Int = 1, padding: Int = 0,
        block: BlockShape = .entry
    ) throws {
        let shape = weight.dimensions
        guard shape.count == 4, shape[2] == shape[3], !weight.storage.isEmpty, support.count == weight.storage.count,
            bias.map({ $0.count == shape[0] }) ?? true
        else {
            throw LacunaError(
                .shape, "sparse convolution",
                "weights \(describeShape(shape)), a support among \(support.count) and \(bias.map { "\($0.count)" } ?? "no") bias entries do not fit together"
            )
        }
        guard stride > 0, padding >= 0, block.columns == 1 else {
            throw LacunaError(
                .shape, "sparse convolution", "stride \(stride), padding \(padding), blocks of \(block)",
                remedy: "The stride must be positive, the padding must not be negative, and blocks are one column wide."
            )
        }
        let mask = support.mask, patch = shape[1] * shape[2] * shape[3]
        let used = Set(support.indices.map { $0 % patch }).sorted()
        // A layer whose weights are all 0 keeps one entry, unused, so that its matrix has a column.
        let entries = used.isEmpty ? [0] : used
        let dense = Matrix(rows: shape[0], columns: entries.count) { weight.storage[$0 * patch + entries[$1]] }
        plan = SparsePlan(try SparseMatrix(dense, block: block) { mask[$0 * patch + entries[$1]] })
        self.entries = entries
        inputChannels = shape[1]
        kernel = shape[2]
        self.stride = stride
        self.padding = padding
        hasBias = bias != nil
        biasStart = bias.map { .given($0.map(Double.init)) } ?? .constant(0)
    }

    public var matrix: SparseMatrix<Element> { plan.matrix }
    public var outputChannels: Int { matrix.rows }

    public var parameters: [LayerParameter] {
        let weight = LayerParameter("weight", [matrix.storedCount], .given(matrix.values.map(Double.init)))
        return hasBias ? [weight, LayerParameter("bias", [outputChannels], biasStart, role: .offset)] : [weight]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        try Convolution2D<Element>(inputChannels, outputChannels, kernel: kernel, stride: stride, padding: padding)
            .outputShape(shapes)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int {
        guard let output = try? outputShape(shapes) else { return 0 }
        return 2 * matrix.storedCount * output.features[1] * output.features[2]
    }

    private func patchesCount(_ output: ValueShape, _ batch: Int) -> Int {
        PatchGeometry<Element>.workspaceCount(entries: entries.count, output, batch: batch)
    }

    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        guard let output = try? outputShape(shapes) else { return 0 }
        return patchesCount(output, batch)
            + SparseWorkspace<Element>.count(depth: max(entries.count, outputChannels))
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let geometry = PatchGeometry(pass, kernel: kernel, stride: stride, padding: padding)
        let size = geometry.outputCount, patches = pass.workspace
        let panel = patches + patchesCount(pass.outputShape, pass.batch)
        if hasBias {
            Elementwise.fillRows(
                pass.parameters + matrix.storedCount, into: pass.output, rows: outputChannels, columns: size)
        }
        entries.withUnsafeBufferPointer { chosen in
            geometry.forEachBlock(entries: chosen.count) { rows, first, n in
                geometry.gather(pass.inputs[0], rows, 0..<chosen.count, chosen: chosen.baseAddress, into: patches)
                plan.product(
                    blockRows: 0..<matrix.blockRows, columns: 0..<n, patches, n, hasBias, pass.output + first, size,
                    panel, values: pass.parameters)
            }
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let geometry = PatchGeometry(pass, kernel: kernel, stride: stride, padding: padding)
        let size = geometry.outputCount, g = pass.outputGradient, patches = pass.workspace
        let panel = patches + patchesCount(pass.outputShape, pass.batch)
        if hasBias {
            Elementwise.addRowSums(
                g, rows: outputChannels, columns: size, into: pass.parameterGradients + matrix.storedCount)
        }
        let dx = pass.inputGradients[0]
        if let dx { Elementwise.fill(0, into: dx, count: pass.count()) }
        entries.withUnsafeBufferPointer { chosen in
            let all = 0..<chosen.count
            geometry.forEachBlock(entries: chosen.count) { rows, first, n in
                geometry.gather(pass.inputs[0], rows, all, chosen: chosen.baseAddress, into: patches)
                plan.sampledProduct(
                    blockRows: 0..<matrix.blockRows, n, g + first, size, patches, n, true, pass.parameterGradients)
                guard let dx else { return }
                plan.transposedProduct(
                    columns: 0..<n, g + first, size, false, patches, n, panel, values: pass.parameters)
                geometry.scatter(patches, rows, all, chosen: chosen.baseAddress, into: dx)
            }
        }
    }
}
