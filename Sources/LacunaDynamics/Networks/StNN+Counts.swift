import LacunaNets

/// What a network costs, by formula. N = n d, p blocks, d variables; with one hidden layer of Hankel matrices p (2N - 1) + p N + d p N + d
/// parameters, against N p N + p N + d p N + d of the dense network of equal width; matrices per state are p d² (2n - 1) instead of the first
/// term, and a horizon of q makes d q p N + d q of the last two.
extension StNN.Structure {
    /// Real parameters of one N × N matrix: 2N - 1, 2N, twice the complex numbers of the factors, or N².
    public func parameterCount(size: Int) throws -> Int {
        switch self {
        case .hankel: 2 * size - 1
        case .dftDiagonal: 2 * size
        case .butterfly: try 2 * FourierFactors.butterfly(size: size).complexCount
        case .monarch: try 2 * FourierFactors.monarch(size: size).complexCount
        case .dense: size * size
        }
    }

    /// Real operations of one product: 2N² - N written out; for Hankel matrices and their spectra two real transforms of length M = 2N and
    /// the product of the spectra, 5 M log₂ M + 3 M, which is less from N of about 35 on; for the others factor by factor.
    public func operationCount(size: Int) throws -> Int {
        switch self {
        case .hankel, .dftDiagonal:
            let length = Double(2 * size)
            return Int((5 * length * Double.log2(length) + 3 * length).rounded())
        case .butterfly: return try FourierFactors.butterfly(size: size).operationCount
        case .monarch: return try FourierFactors.monarch(size: size).operationCount
        case .dense: return 2 * size * size - size
        }
    }
}

extension StNN {
    /// Trained numbers for d variables.
    public func parameterCount(variables d: Int) throws -> Int {
        try validate(variables: d)
        let width = hiddenWidth(d), outputs = d * horizon
        if structure == .dense {
            return (delays * d + 1 + outputs) * width + outputs + (hiddenLayers - 1) * (width + 1) * width
        }
        return try matrixCount(d) * structure.parameterCount(size: matrixSize(d)) + hiddenLayers * width
            + (width + 1) * outputs
    }

    /// Multiplications and additions of one evaluation, which tells `horizon` steps, by the structure's own products; activations count as none.
    public func operationCount(variables d: Int) throws -> Int {
        try operationCount(variables: d, matrix: structure.operationCount(size: matrixSize(d)))
    }

    /// The same with every matrix written out: at the few delays of a differential equation often fewer.
    public func writtenOutOperationCount(variables d: Int) throws -> Int {
        try operationCount(variables: d, matrix: Structure.dense.operationCount(size: matrixSize(d)))
    }

    private func operationCount(variables d: Int, matrix: Int) throws -> Int {
        try validate(variables: d)
        let width = hiddenWidth(d), outputs = d * horizon
        // W z + c is as many multiplications as additions.
        if structure == .dense { return 2 * width * (delays * d + (hiddenLayers - 1) * width + outputs) }
        // What the blocks of a layer's input give is added up.
        let sums = inputBlocks(0, d) - 1 + (mixesBlocks ? (hiddenLayers - 1) * (outputBlocks(d) - 1) : 0)
        return matrixCount(d) * matrix + (hiddenLayers + sums + 2 * outputs) * width
    }

    private func matrixCount(_ d: Int) -> Int {
        let outputs = outputBlocks(d)
        return inputBlocks(0, d) * outputs + (hiddenLayers - 1) * outputs * (mixesBlocks ? outputs : 1)
    }

    /// The ordinary network with hidden layers as wide as this one's.
    public var denseOfEqualWidth: StNN {
        var dense = self
        dense.structure = .dense
        dense.width = nil
        return dense
    }

    /// The ordinary network of as many parameters as this one, or just fewer: with one hidden layer ⌊(P - d q) / (N + 1 + d q)⌋ wide.
    /// - Throws: `LacunaError` where not even one of width 1 is as small.
    public func denseOfEqualSize(variables d: Int) throws -> StNN {
        let limit = try parameterCount(variables: d)
        var dense = denseOfEqualWidth, width = 0
        repeat {
            width += 1
            dense.width = width
        } while try dense.parameterCount(variables: d) <= limit
        guard width > 1 else {
            throw LacunaError(.value, "dense network", "none has as few as \(limit) parameters")
        }
        dense.width = width - 1
        return dense
    }
}
