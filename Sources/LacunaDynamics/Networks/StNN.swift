@_exported import LacunaNets

/// Structured network for dynamics (Aluvihare, Lingsch, Li & Perera 2025, arXiv 2503.23697): a delay model whose hidden layers are Hankel
/// operators, or what their fast factorisations become in training.
///
///     z = φ([S_1 u; …; S_p u] + b),  ŷ = W z + c
///
/// u are the last n states of d variables, N = n d numbers; ŷ is the next increment (`DelayWindows` has the units); S_k are structured N × N
/// matrices, W is dense, d × p N: the first d rows of one Hankel matrix are shifts of each other and could not tell the variables apart.
/// Further hidden layers are diagonal blocks z_k ← φ(S_k z_k + b_k), or full ones. With `perState` every S_k is d × d structured matrices of
/// size n, one from each variable's delays to each, instead of one of size N; further diagonal layers then have one of size n per block of n.
/// With a `horizon` q the network tells the next q increments at once, W being d q × p N. Of the paper only the abstract was at hand: layout,
/// initialisation (h ~ N(0, 1/N), W ~ N(0, 1/(p N)), offsets 0) and training are a reading of it.
///
/// Loss: mean of (ŷ - y)² + `penalty` ‖weights‖² (offsets are left out), by L-BFGS on all windows or by Adam with cosine decay.
public struct StNN: Hashable, Sendable {
    /// What a hidden layer's matrices are.
    public enum Structure: String, Hashable, Sendable, CaseIterable {
        /// Hankel throughout: 2N - 1 parameters.
        case hankel
        /// The spectrum of the circulant around it: 2N parameters, the same set of operators.
        case dftDiagonal = "dft-diagonal"
        /// Trained radix-2 factors of both transforms, padded to a power of two, and the diagonal between: may leave the Hankel set.
        case butterfly
        /// The same with transforms in two factors.
        case monarch
        /// One unstructured matrix of `width` × N: the ordinary feed-forward network to compare with.
        case dense
    }

    public enum Training: Hashable, Sendable {
        case lbfgs(iterations: Int = 500, memory: Int = 20)
        case adam(learningRate: Double = 1e-3, epochs: Int = 200, batchSize: Int = 128)
    }

    public var structure: Structure
    /// n.
    public var delays: Int
    /// p.
    public var blocks: Int
    /// Of `dense` networks; nil is p N, as wide as the structured ones.
    public var width: Int?
    public var hiddenLayers: Int
    /// Every block of a further hidden layer takes all blocks before, not only its own.
    public var mixesBlocks: Bool
    /// Structured matrices from variable to variable, d² of size n for one of size n d.
    public var perState: Bool
    /// q, steps that are learnt and told at once.
    public var horizon: Int
    /// φ: `.tanh`, `.leakyReLU(slope:)` or any other.
    public var activation: Activation<Double>.Function
    public var penalty: Double
    public var training: Training
    /// Of the initial weights and, with Adam, the order of the batches. Equal seeds start all structures but `dense` as the same function.
    public var seed: UInt64

    public init(
        structure: Structure = .hankel, delays: Int = 8, blocks: Int = 4, width: Int? = nil, hiddenLayers: Int = 1,
        mixesBlocks: Bool = false, perState: Bool = false, horizon: Int = 1,
        activation: Activation<Double>.Function = .tanh, penalty: Double = 1e-7,
        training: Training = .lbfgs(), seed: UInt64 = 0
    ) {
        self.structure = structure
        self.delays = delays
        self.blocks = blocks
        self.width = width
        self.hiddenLayers = hiddenLayers
        self.mixesBlocks = mixesBlocks
        self.perState = perState
        self.horizon = horizon
        self.activation = activation
        self.penalty = penalty
        self.training = training
        self.seed = seed
    }

    /// - Throws: `LacunaError` for settings below 1, trajectories that make no windows, and a training that ends in numbers that are not finite.
    public func fit(_ trajectories: [Trajectory], limits: SolveLimits = SolveLimits()) throws -> StNNModel {
        try fit(DelayWindows(trajectories, delays: delays, horizon: horizon), limits: limits)
    }

    func fit(_ windows: DelayWindows, limits: SolveLimits = SolveLimits()) throws -> StNNModel {
        guard penalty >= 0, penalty.isFinite else {
            throw LacunaError(.value, "penalty", "\(penalty); it must be ≥ 0")
        }
        let (network, start) = try network(variables: windows.scaling.dimension)
        let problem = try TrainingProblem(
            network: network, start: start, data: windows.dataSet(), loss: MeanSquaredError<Double>())
        let solution: Solution<TrainedNetwork<Double>>
        switch training {
        case .lbfgs(let iterations, let memory):
            // Decay λ is λ/2 ‖w‖².
            solution = try FullBatchTraining<Double>(
                iterations: iterations, memory: memory, weightDecay: 2 * penalty
            ).solve(problem, limits: limits)
        case .adam(let rate, let epochs, let batchSize):
            solution = try StochasticTraining<Double>(
                Adam(learningRate: rate, weightDecay: 2 * penalty), epochs: epochs, batchSize: batchSize,
                schedule: .cosine(floor: 0), key: seed
            ).solve(problem, limits: limits)
        }
        guard solution.estimate.isFinite else {
            throw LacunaError(
                .value, "training",
                "the network's numbers are not finite any more after \(solution.report.iterations) iterations",
                remedy: "Take a smaller learning rate.")
        }
        return try StNNModel(
            settings: self, scaling: windows.scaling, network: network, parameters: solution.estimate.parameters,
            report: solution.report, losses: solution.estimate.losses)
    }

    /// The network for d variables and its initial parameters.
    public func network(
        variables d: Int
    ) throws -> (network: Network<Double>, parameters: NetworkParameters<Double>) {
        try validate(variables: d)
        let random = RandomStream([("stnn", "\(seed)")])
        func start(_ network: Network<Double>) -> NetworkParameters<Double> {
            NetworkParameters(network, random: random)
        }
        if structure == .dense {
            let network = try chain(d) { layer, size in
                Linear(size, hiddenWidth(d), start: .normal(standardDeviation: 1 / Double(size).squareRoot()))
            }
            return (network, start(network))
        }
        // All structures start from the same Hankel matrices.
        let hankel = try chain(d) { layer, _ in
            try HankelLinear<Double>(
                matrixSize(d), matrixSize(d), inputBlocks: inputBlocks(layer, d), outputBlocks: outputBlocks(d),
                diagonal: isDiagonal(layer))
        }
        let parameters = start(hankel)
        if structure == .hankel { return (hankel, parameters) }
        let network = try chain(d) { layer, _ in
            try structured(layer, d, sequences: parameters.array("\(Self.name(layer)).weight").storage)
        }
        return (network, start(network))
    }

    private func structured(_ layer: Int, _ d: Int, sequences: [Double]) throws -> any Layer<Double> {
        let size = matrixSize(d), inputs = inputBlocks(layer, d), outputs = outputBlocks(d)
        if structure == .dftDiagonal {
            return try FourierDiagonalLinear<Double>(
                size, inputBlocks: inputs, outputBlocks: outputs, diagonal: isDiagonal(layer), sequences: sequences)
        }
        return try FourierFactorLinear<Double>(
            structure == .butterfly ? .butterfly(size: size) : .monarch(size: size), inputBlocks: inputs,
            outputBlocks: outputs, diagonal: isDiagonal(layer), sequences: sequences)
    }

    /// Hidden layers, given their number and inputs, with activations between and the read-out behind.
    private func chain(_ d: Int, _ hidden: (Int, Int) throws -> any Layer<Double>) throws -> Network<Double> {
        var network = Network<Double>(input: ValueShape([delays * d]))
        if isPerState { try network.append(StateMajorOrder<Double>(delays: delays, variables: d), "order") }
        for layer in 0..<hiddenLayers {
            try network.append(hidden(layer, network.outputShape.featureCount), Self.name(layer))
            try network.append(Activation<Double>(activation), "activation\(layer + 1)")
        }
        let width = hiddenWidth(d)
        try network.append(
            Linear<Double>(width, d * horizon, start: .normal(standardDeviation: 1 / Double(width).squareRoot())),
            "read-out")
        return network
    }

    private static func name(_ layer: Int) -> String { "hidden\(layer + 1)" }
    /// Of a network without structure it means nothing.
    var isPerState: Bool { perState && structure != .dense }
    /// Of one structured matrix.
    func matrixSize(_ d: Int) -> Int { isPerState ? delays : delays * d }
    func outputBlocks(_ d: Int) -> Int { isPerState ? blocks * d : blocks }
    func inputBlocks(_ layer: Int, _ d: Int) -> Int { layer > 0 ? outputBlocks(d) : isPerState ? d : 1 }
    /// A single block is its own diagonal.
    func isDiagonal(_ layer: Int) -> Bool { layer > 0 && !mixesBlocks }
    /// Numbers between two layers.
    func hiddenWidth(_ d: Int) -> Int { structure == .dense ? width ?? blocks * delays * d : blocks * delays * d }

    func validate(variables d: Int) throws {
        guard [delays, blocks, hiddenLayers, width ?? 1, d, horizon].allSatisfy({ $0 >= 1 }) else {
            throw LacunaError(
                .value, "StNN",
                "\(delays) delays, \(blocks) blocks, \(hiddenLayers) hidden layers, width \(width ?? 1), horizon \(horizon); all must be at least 1"
            )
        }
    }
}
