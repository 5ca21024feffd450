import LacunaNets

/// The loss of `LEADS` on its training data, with gradients in the fields.
final class LEADSObjective {
    /// f, if there is one, then g_e in the order of the environments.
    let fields: [NeuralField]
    /// Whether each step begins at the truth; the first does anyway.
    var restarts: [Bool]
    private let rollout: RungeKuttaRollout
    private let truth: Buffer<Double>
    private let gradient: Buffer<Double>
    private let penalty: Double
    private let spectralFactor: Double
    /// Of g_e where it is penalised: the training states, g_e there, and its spectral norms.
    private let penalized: [(field: NeuralField, states: Buffer<Double>, rates: Buffer<Double>, norms: SpectralNorms)]

    /// - Throws: `LacunaError` where memory does not suffice.
    init(_ settings: LEADS, _ network: Network<Double>, _ data: EnvironmentData) throws {
        let (d, count, steps) = (data.dimension, data.trajectoryCount, data.sampleCount - 1)
        let names =
            (settings.mode.isShared ? ["shared"] : [])
            + (settings.mode.isSeparate ? data.environments.indices.map { "environment \($0)" } : [])
        let storages = names.map {
            ParameterStorage(
                NetworkParameters(network, random: RandomStream([("leads", "\(settings.seed)"), ("field", $0)])))
        }
        let fields = try LEADSModel.fields(settings.mode, network, storages, data.columns, evaluations: 4 * steps)
        self.fields = fields
        rollout = RungeKuttaRollout(fields, dimension: d, count: count, steps: steps, step: data.step)
        restarts = Array(repeating: false, count: steps)
        truth = Buffer(data.states)
        gradient = Buffer(repeating: 0, count: steps * d * count)
        penalty = settings.mode == .leads ? settings.penalty : 0
        spectralFactor = settings.spectralFactor
        guard penalty > 0 else {
            penalized = []
            return
        }
        var random = RandomStream([("leads", "\(settings.seed)"), ("spectral", "norms")])
        let all = data.states
        penalized = try data.columns.enumerated().map { environment, columns in
            // All samples of the environment's trajectories, side by side.
            let width = columns.count * data.sampleCount
            var states = Array(repeating: 0.0, count: d * width)
            for sample in 0..<data.sampleCount {
                for row in 0..<d {
                    for (index, column) in columns.enumerated() {
                        states[row * width + sample * columns.count + index] = all[(sample * d + row) * count + column]
                    }
                }
            }
            return (
                try NeuralField(
                    network, storages[environment + 1], columns: 0..<width, evaluations: 1,
                    gradient: fields[environment + 1].gradient),
                Buffer(states), Buffer(repeating: 0, count: d * width),
                SpectralNorms(network.layout, random: &random)
            )
        }
    }

    /// f's numbers, if there is one, then those of g_e.
    var parameters: [[Double]] { fields.map { $0.storage.values.prefix($0.storage.values.count) } }

    /// The loss; its gradients are in `fields` then.
    func evaluate() -> Double {
        rollout.forward(truth.pointer, restarts: restarts)
        var loss = rollout.meanSquaredError(truth.pointer, gradient: gradient.pointer)
        for field in fields { field.gradient.pointer.update(repeating: 0, count: field.gradient.count) }
        rollout.backward(gradient.pointer, restarts: restarts)
        // The shared field is the first, and not penalised.
        for (field, part) in zip(fields.dropFirst(), penalized) {
            let weight = penalty * spectralFactor
            loss += penalty * sizePenalty(part.field, part.states, part.rates)
            loss +=
                weight
                * part.norms.evaluate(field.storage.values.pointer, scale: weight, into: field.gradient.pointer)
        }
        return loss
    }

    /// Mean of (‖g‖ / (‖x‖ + 10⁻⁵))²; adds λ⁻¹ times its gradient.
    private func sizePenalty(
        _ field: NeuralField, _ states: Buffer<Double>, _ rates: Buffer<Double>
    ) -> Double {
        let width = field.columns.count, d = states.count / width
        rates.pointer.update(repeating: 0, count: rates.count)
        field.addRates(0, states.pointer, rows: d, count: width, into: rates.pointer)
        var sum = 0.0
        for column in 0..<width {
            var norm = 0.0, size = 0.0
            for row in 0..<d {
                norm += states[row * width + column] * states[row * width + column]
                size += rates[row * width + column] * rates[row * width + column]
            }
            let scale = 1 / (norm.squareRoot() + 1e-5), factor = scale * scale / Double(width)
            sum += factor * size
            for row in 0..<d { rates[row * width + column] *= 2 * penalty * factor }
        }
        field.addGradient(0, rates.pointer, rows: d, count: width, into: nil)
        return sum
    }
}

extension RungeKuttaRollout {
    /// Mean of (x̂ - x)² over predictions and variables; writes its gradient where that is wanted.
    func meanSquaredError(
        _ truth: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>? = nil
    ) -> Double {
        let total = predictions.count, first = dimension * count
        var sum = 0.0
        for index in 0..<total {
            let difference = predictions[index] - truth[first + index]
            sum += difference * difference
            gradient?[index] = 2 / Double(total) * difference
        }
        return sum / Double(total)
    }
}
