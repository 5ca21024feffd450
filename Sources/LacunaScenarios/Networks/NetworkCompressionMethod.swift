import LacunaExperiment
import LacunaNets

/// A method of `network-compression`. A conformer names itself and makes its pruning for one strength; the choice of the strength by level,
/// fine-tuning, the clock and the rest come with the protocol.
protocol NetworkCompressionMethod: Method {
    /// What a strength is, and those of the levels.
    var strengths: ParameterDeclaration { get }
    /// Options besides `strengths` and those of fine-tuning.
    var ownOptions: [ParameterDeclaration] { get }

    /// - Throws: `LacunaError` for options that it cannot take.
    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod
}

extension NetworkCompressionMethod {
    var ownOptions: [ParameterDeclaration] { [] }

    var options: [ParameterDeclaration] {
        [strengths] + ownOptions + [
            ParameterDeclaration(
                "fine_tune_epochs", .integer(0...1000), default: .integer(5), "epochs on the weights that are left"),
            ParameterDeclaration(
                "fine_tune_rate", .number(1e-6...1), default: .number(1e-3), "Adam's learning rate there"),
        ]
    }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? NetworkCompressionProblem else { return "'\(name)' compresses networks only" }
        guard let strengths = try? options.numbers("strengths"), problem.level <= strengths.count else {
            return "it has no strength for level \(problem.level)"
        }
        return nil
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? NetworkCompressionProblem else {
            throw LacunaError(.value, name, "compresses networks only")
        }
        let strength = try options.numbers("strengths")[problem.level - 1]
        let solution = try solve(problem.compression(), strength: strength, options: options, limits: limits)
        return Outcome(
            estimate: solution.estimate, report: solution.report, divergence: solution.estimate.divergence?.place)
    }

    /// Search, prune, fine-tune; or what is left of that after `checkpoint`.
    func solve(
        _ problem: CompressionProblem, strength: Double, options: ParameterValues, limits: SolveLimits,
        resuming checkpoint: PruningCheckpoint? = nil
    ) throws -> Solution<PrunedNetwork> {
        func solve(_ method: some PruningMethod) throws -> Solution<PrunedNetwork> {
            let solver = NetworkPruning(
                method, fineTuneEpochs: try options.integer("fine_tune_epochs"),
                fineTuneRate: try options.number("fine_tune_rate"), resuming: checkpoint)
            return try solver.solve(problem, limits: limits)
        }
        return try solve(pruning(strength: strength, options: options))
    }
}

/// The strengths of the levels.
func strengthOption(_ values: [Double], _ range: ClosedRange<Double>, _ summary: String) -> ParameterDeclaration {
    ParameterDeclaration("strengths", .numbers(range), default: .list(values.map { .number($0) }), summary)
}

/// Epochs of the search, which most methods have.
func epochsOption(_ count: Int) -> ParameterDeclaration {
    ParameterDeclaration("epochs", .integer(1...1000), default: .integer(count), "epochs of the search")
}

func rateOption(_ rate: Double, _ optimizer: String) -> ParameterDeclaration {
    ParameterDeclaration(
        "rate", .number(1e-6...10), default: .number(rate), "\(optimizer)'s learning rate in the search")
}
