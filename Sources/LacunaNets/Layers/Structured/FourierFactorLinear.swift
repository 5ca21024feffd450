/// Y_a = Σ_b H_ab X_b + c with square matrices that are products of trained sparse factors (`FourierFactors` has the formula): butterflies, or
/// order-2 Monarch factors. They start as Hankel matrices, by the factors of the Fourier transform, and may become others.
///
/// X is Q N × columns in Q blocks, Y P N × columns in P blocks; each Y_a takes all X_b, or only X_a if `isDiagonal`. `weight` is
/// [P, Q, 2, complex numbers] ([P, 2, …] if diagonal), a plane of real and one of imaginary parts; `bias` is [P N].
///
/// Gradients, as ∂/∂Re + i ∂/∂Im: g xᴴ at a factor, Bᴴ g before it. More columns than N are multiplied with the matrix written out, the
/// factors applied to the identity; its gradient then goes back through the factors: 2 N² operations per column and O(N n Σ r) per pass.
/// Fewer go through the factors themselves, O(n Σ r) per column. Both ways give the same numbers up to rounding.
public struct FourierFactorLinear<Element: RealScalar>: Layer {
    public let factors: FourierFactors
    /// Q.
    public let inputBlocks: Int
    /// P.
    public let outputBlocks: Int
    public let isDiagonal: Bool
    public let hasBias: Bool
    public var start: ParameterStart
    private let chain: FourierFactorChain<Element>

    /// - Parameter sequences: the anti-diagonals h of the Hankel matrices at the start, 2N - 1 numbers for each, [P, Q, 2N - 1].
    /// - Throws: `LacunaError` for numbers of blocks below 1, different ones on a diagonal, and another number of sequences.
    public init(
        _ factors: FourierFactors, inputBlocks: Int = 1, outputBlocks: Int = 1, diagonal: Bool = false,
        bias: Bool = true, sequences: [Double]
    ) throws {
        let matrices = diagonal ? outputBlocks : outputBlocks * inputBlocks, count = 2 * factors.size - 1
        guard inputBlocks >= 1, outputBlocks >= 1, !diagonal || inputBlocks == outputBlocks,
            sequences.count == matrices * count
        else {
            throw LacunaError(
                .shape, "Fourier factors",
                "\(inputBlocks) blocks of inputs, \(outputBlocks) of outputs\(diagonal ? " on a diagonal" : ""), started from \(sequences.count) numbers",
                remedy: "A diagonal has as many blocks on both sides; every matrix takes \(count) numbers.")
        }
        self.factors = factors
        self.inputBlocks = inputBlocks
        self.outputBlocks = outputBlocks
        isDiagonal = diagonal
        hasBias = bias
        chain = FourierFactorChain(factors: factors)
        var numbers: [Double] = []
        for matrix in 0..<matrices {
            let complex = try factors.start(sequence: Array(sequences[matrix * count..<(matrix + 1) * count]))
            numbers += complex.map(\.real) + complex.map(\.imaginary)
        }
        start = .given(numbers)
    }

    private var matrixCount: Int { isDiagonal ? outputBlocks : outputBlocks * inputBlocks }
    /// Real numbers of one matrix.
    private var weightCount: Int { 2 * factors.complexCount }

    public var parameters: [LayerParameter] {
        let shape = (isDiagonal ? [outputBlocks] : [outputBlocks, inputBlocks]) + [2, factors.complexCount]
        let weight = LayerParameter("weight", shape, start)
        guard hasBias else { return [weight] }
        return [weight, LayerParameter("bias", [outputBlocks * factors.size], .constant(0), role: .offset)]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard input.featureCount == inputBlocks * factors.size else {
            throw LacunaError(
                .shape, "input",
                "\(input.featureCount) features (\(input)), the layer takes \(inputBlocks * factors.size)")
        }
        return ValueShape([outputBlocks * factors.size], positions: input.positions)
    }

    /// Values of the chain, the matrix or a product, and the gradient of one of them.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        let columns = min(shapes[0].columns(batch: batch), factors.size)
        return chain.workspaceCount(columns: columns) + 2 * factors.size * columns
    }

    /// Of one sample, factor by factor.
    public func operationCount(_ shapes: [ValueShape]) -> Int {
        matrixCount * factors.operationCount * shapes[0].positions
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), size = factors.size, isWritten = n > size
        let columns = min(n, size), product = pass.workspace, values = product + 2 * size * columns
        if hasBias {
            Elementwise.fillRows(
                pass.parameters + matrixCount * weightCount, into: pass.output, rows: outputBlocks * size, columns: n)
        } else {
            Elementwise.fill(0, into: pass.output, count: pass.outputCount)
        }
        forEachMatrix { index, a, b in
            let x = pass.inputs[0] + b * size * n, y = pass.output + a * size * n
            chain.multiply(
                pass.parameters + index * weightCount, isWritten ? nil : x, columns: columns, into: product,
                workspace: values)
            if isWritten {
                BLAS<Element>.multiply(.plain, .plain, n, size, size, x, n, product, size, beta: 1, into: y, n)
            } else {
                Elementwise.add(product, into: y, count: size * n)
            }
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), size = factors.size, isWritten = n > size
        let columns = min(n, size), product = pass.workspace, gradient = product + size * columns
        let values = gradient + size * columns
        if hasBias {
            Elementwise.addRowSums(
                pass.outputGradient, rows: outputBlocks * size, columns: n,
                into: pass.parameterGradients + matrixCount * weightCount)
        }
        if let dx = pass.inputGradients[0] { Elementwise.fill(0, into: dx, count: pass.count()) }
        forEachMatrix { index, a, b in
            let numbers = pass.parameters + index * weightCount,
                dNumbers = pass.parameterGradients + index * weightCount
            let x = pass.inputs[0] + b * size * n, g = pass.outputGradient + a * size * n
            let dx = pass.inputGradients[0].map { $0 + b * size * n }
            chain.multiply(
                numbers, isWritten ? nil : x, columns: columns, into: product, workspace: values)
            if isWritten {
                BLAS<Element>.multiply(.transposed, .plain, size, size, n, x, n, g, n, into: gradient, size)
                chain.addGradient(numbers, gradient, columns: columns, into: dNumbers, dx: nil, workspace: values)
                guard let dx else { return }
                BLAS<Element>.multiply(.plain, .transposed, n, size, size, g, n, product, size, beta: 1, into: dx, n)
            } else {
                chain.addGradient(numbers, g, columns: columns, into: dNumbers, dx: gradient, workspace: values)
                if let dx { Elementwise.add(gradient, into: dx, count: size * n) }
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
