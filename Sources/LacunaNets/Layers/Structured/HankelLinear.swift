/// Y_a = Σ_b H_ab X_b + c with Hankel matrices, constant along their anti-diagonals: H_ab[i, j] = h_ab[i + j]; the structured layer of networks
/// that learn a delay operator (Aluvihare et al. 2025, arXiv 2503.23697, as far as its abstract tells; every anti-diagonal one parameter).
///
/// X is Q N × columns in Q blocks, Y P M × columns in P blocks; each Y_a takes all X_b, or only X_a if `isDiagonal`. `weight` is
/// [P, Q, M + N - 1] ([P, M + N - 1] if diagonal), `bias` [P M]. P blocks of one input are P sub-matrices of one layer.
///
/// Gradients: dh[k] = Σ_{i+j=k} G[i] X[j], dX_b = Σ_a H_abᵀ G_a, again Hankel. Start: N(0, 1/(inputs of a row)), bias zero.
/// Products are dense ones on a matrix written out, up to `largestDense` rows and columns, where that is faster; beyond by FFTs in double
/// precision, two columns in one complex signal, O((M + N) log(M + N)) per column.
public struct HankelLinear<Element: RealScalar>: Layer {
    /// N.
    public let inputs: Int
    /// M.
    public let outputs: Int
    /// Q.
    public let inputBlocks: Int
    /// P.
    public let outputBlocks: Int
    public let isDiagonal: Bool
    public let hasBias: Bool
    public var start: ParameterStart
    private let convolution: HankelConvolution<Element>?

    /// Above this size of a block, products go by FFTs.
    public static var largestDense: Int { 512 }

    /// - Parameters:
    ///   - diagonal: block a of the output takes block a of the input alone.
    ///   - largestDense: the largest block of which the matrix is written out.
    ///   - start: nil is the rule above.
    /// - Throws: `LacunaError` for a size below 1, and for different numbers of blocks on a diagonal.
    public init(
        _ inputs: Int, _ outputs: Int, inputBlocks: Int = 1, outputBlocks: Int = 1, diagonal: Bool = false,
        bias: Bool = true, largestDense: Int = Self.largestDense, start: ParameterStart? = nil
    ) throws {
        guard [inputs, outputs, inputBlocks, outputBlocks].allSatisfy({ $0 >= 1 }),
            !diagonal || inputBlocks == outputBlocks
        else {
            throw LacunaError(
                .shape, "Hankel layer",
                "\(inputBlocks) blocks of \(inputs) inputs, \(outputBlocks) of \(outputs) outputs\(diagonal ? ", on a diagonal" : "")",
                remedy: "Sizes must be at least 1; a diagonal has as many blocks on both sides.")
        }
        self.inputs = inputs
        self.outputs = outputs
        self.inputBlocks = inputBlocks
        self.outputBlocks = outputBlocks
        isDiagonal = diagonal
        hasBias = bias
        let width = Double(inputs * (diagonal ? 1 : inputBlocks))
        self.start = start ?? .normal(standardDeviation: 1 / width.squareRoot())
        convolution =
            max(inputs, outputs) > largestDense ? try HankelConvolution(inputs: inputs, outputs: outputs) : nil
    }

    /// M + N - 1: parameters of one matrix.
    public var sequenceCount: Int { inputs + outputs - 1 }
    private var matrixCount: Int { isDiagonal ? outputBlocks : outputBlocks * inputBlocks }

    public var parameters: [LayerParameter] {
        let shape = (isDiagonal ? [outputBlocks] : [outputBlocks, inputBlocks]) + [sequenceCount]
        let weight = LayerParameter("weight", shape, start)
        guard hasBias else { return [weight] }
        return [weight, LayerParameter("bias", [outputBlocks * outputs], .constant(0), role: .offset)]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard input.featureCount == inputBlocks * inputs else {
            throw LacunaError(
                .shape, "input",
                "\(input.featureCount) features (\(input)), the Hankel layer takes \(inputBlocks * inputs)")
        }
        return ValueShape([outputBlocks * outputs], positions: input.positions)
    }

    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        convolution?.workspaceCount ?? inputs * outputs
    }

    /// Of the way that is taken.
    public func operationCount(_ shapes: [ValueShape]) -> Int {
        matrixCount * (convolution?.operationCount ?? 2 * inputs * outputs) * shapes[0].positions
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        if hasBias {
            Elementwise.fillRows(
                pass.parameters + matrixCount * sequenceCount, into: pass.output, rows: outputBlocks * outputs,
                columns: n)
        } else {
            Elementwise.fill(0, into: pass.output, count: pass.outputCount)
        }
        forEachMatrix { index, a, b in
            let h = pass.parameters + index * sequenceCount
            let x = pass.inputs[0] + b * inputs * n, y = pass.output + a * outputs * n
            if let convolution {
                convolution.addProduct(h, x, inputs, columns: n, into: y, outputs, workspace: pass.workspace)
            } else {
                HankelMatrix.write(h, rows: outputs, columns: inputs, into: pass.workspace)
                BLAS<Element>.multiply(
                    .plain, .plain, n, outputs, inputs, x, n, pass.workspace, inputs, beta: 1, into: y, n)
            }
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), gradients = pass.parameterGradients
        if hasBias {
            Elementwise.addRowSums(
                pass.outputGradient, rows: outputBlocks * outputs, columns: n,
                into: gradients + matrixCount * sequenceCount)
        }
        if let dx = pass.inputGradients[0] { Elementwise.fill(0, into: dx, count: pass.count()) }
        forEachMatrix { index, a, b in
            let h = pass.parameters + index * sequenceCount, dh = gradients + index * sequenceCount
            let x = pass.inputs[0] + b * inputs * n, g = pass.outputGradient + a * outputs * n
            let dx = pass.inputGradients[0].map { $0 + b * inputs * n }
            if let convolution {
                convolution.addGradient(g, x, columns: n, into: dh, workspace: pass.workspace)
                if let dx {
                    convolution.addProduct(h, g, outputs, columns: n, into: dx, inputs, workspace: pass.workspace)
                }
            } else {
                BLAS<Element>.multiply(
                    .transposed, .plain, inputs, outputs, n, x, n, g, n, into: pass.workspace, inputs)
                HankelMatrix.addAntidiagonals(pass.workspace, rows: outputs, columns: inputs, into: dh)
                guard let dx else { return }
                HankelMatrix.write(h, rows: outputs, columns: inputs, into: pass.workspace)
                BLAS<Element>.multiply(
                    .plain, .transposed, n, inputs, outputs, g, n, pass.workspace, inputs, beta: 1, into: dx, n)
            }
        }
    }

    /// Number of the matrix, block of the output, block of the input.
    @inline(__always)
    private func forEachMatrix(_ body: (Int, Int, Int) -> Void) {
        for index in 0..<matrixCount {
            body(index, isDiagonal ? index : index / inputBlocks, isDiagonal ? index : index % inputBlocks)
        }
    }
}

/// Hankel matrices written out, row-major.
private enum HankelMatrix {
    /// H[i, j] ← h[i + j].
    static func write<Element: RealScalar>(
        _ h: UnsafePointer<Element>, rows: Int, columns: Int, into matrix: UnsafeMutablePointer<Element>
    ) {
        for row in 0..<rows { (matrix + row * columns).update(from: h + row, count: columns) }
    }

    /// sums[i + j] ← sums[i + j] + D[i, j].
    static func addAntidiagonals<Element: RealScalar>(
        _ d: UnsafePointer<Element>, rows: Int, columns: Int, into sums: UnsafeMutablePointer<Element>
    ) {
        for row in 0..<rows { Elementwise.add(d + row * columns, into: sums + row, count: columns) }
    }
}
