import LacunaNets

/// A network as a part of a vector field, on some columns of the states only: what all environments share, or what one has of its own. Holds
/// memory for so many evaluations at a time, each of which can be differentiated.
final class NeuralField {
    let columns: Range<Int>
    let storage: ParameterStorage<Double>
    /// Sums of `addGradient` over all evaluations: zeroed by who owns the field.
    let gradient: Buffer<Double>
    private let executions: [NetworkExecution<Double>]

    /// - Parameters:
    ///   - evaluations: that are differentiated together; 0 is one that is not differentiable.
    ///   - gradient: of another field with the same parameters, to which this one's are added; nil makes one.
    init(
        _ network: Network<Double>, _ storage: ParameterStorage<Double>, columns: Range<Int>, evaluations: Int,
        gradient shared: Buffer<Double>? = nil
    ) throws {
        self.columns = columns
        self.storage = storage
        let gradient = shared ?? Buffer(repeating: 0, count: storage.layout.count)
        self.gradient = gradient
        executions = try (0..<max(evaluations, 1)).map { _ in
            try NetworkExecution(
                network, batch: columns.count, storage: storage, differentiable: evaluations > 0,
                inputGradient: evaluations > 0, sharedGradients: gradient)
        }
    }

    /// d → hidden → … → hidden → d with `Swish` between and weights from N(0, 1/400) (Yin et al. 2021).
    static func network(dimension d: Int, hidden: Int, layers: Int) throws -> Network<Double> {
        guard d >= 1, hidden >= 1, layers >= 1 else {
            throw LacunaError(
                .value, "vector field",
                "\(layers) hidden layers of \(hidden) for \(d) variables; all must be at least 1")
        }
        var network = Network<Double>(input: ValueShape([d]))
        let start = ParameterStart.normal(standardDeviation: 0.05)
        for layer in 0..<layers {
            try network.append(Linear<Double>(layer == 0 ? d : hidden, hidden, start: start), "linear\(layer + 1)")
            try network.append(Swish<Double>(), "swish\(layer + 1)")
        }
        try network.append(Linear<Double>(hidden, d, start: start), "linear\(layers + 1)")
        return network
    }

    /// rates ← rates + f(x) on the field's columns; both are d rows of `count` columns.
    func addRates(
        _ evaluation: Int, _ x: UnsafePointer<Double>, rows: Int, count: Int, into rates: UnsafeMutablePointer<Double>
    ) {
        let execution = executions[evaluation % executions.count], own = columns.count, first = columns.lowerBound
        for row in 0..<rows { (execution.input + row * own).update(from: x + row * count + first, count: own) }
        execution.forward()
        for row in 0..<rows {
            let target = rates + row * count + first, source = execution.output + row * own
            for column in 0..<own { target[column] += source[column] }
        }
    }

    /// dx ← dx + the gradient at x, where that is wanted, for g at the rates of this evaluation. Those at parameters are added to
    /// `gradient`.
    func addGradient(
        _ evaluation: Int, _ g: UnsafePointer<Double>, rows: Int, count: Int, into dx: UnsafeMutablePointer<Double>?
    ) {
        let execution = executions[evaluation], own = columns.count, first = columns.lowerBound
        for row in 0..<rows {
            (execution.outputGradient + row * own).update(from: g + row * count + first, count: own)
        }
        execution.backward()
        guard let dx, let source = execution.inputGradient else { return }
        for row in 0..<rows {
            let target = dx + row * count + first
            for column in 0..<own { target[column] += source[row * own + column] }
        }
    }
}
