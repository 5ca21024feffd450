import LacunaExperiment
import LacunaIO
import LacunaSolvers

/// A method on y = A x + n. A conformer names itself and solves one model, real or complex; running in scenarios and on
/// problem files comes with the protocol.
///
/// A new method is one file with one conformer, and one line in `Catalogue.standard`.
public protocol LinearMethod: ProblemFileMethod {
    /// Solves one model. - Throws: `LacunaError` for a model or options that it cannot take.
    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double

    /// Why the method does not apply to such a problem; nil: it does.
    func reasonToSkip(_ problem: LinearProblem) -> String?
}

/// What a method is asked for: its options, and what the problem tells besides the model.
public struct LinearMethodSettings: Sendable {
    public let options: ParameterValues
    public let preset: Preset
    public let snrDecibels: Double?
    /// The true support, for oracles.
    public let support: Support?

    /// The option `preset` wins over the problem's own.
    init(options: ParameterValues, problem: LinearProblem) throws {
        let declaresPreset = options.declarations.contains { $0.name == "preset" }
        let chosen = declaresPreset ? try options.optionalText("preset").flatMap(Preset.init(rawValue:)) : nil
        self.options = options
        preset = chosen ?? problem.preset
        snrDecibels = problem.snrDecibels
        support = problem.support
    }
}

extension LinearMethod {
    public func reasonToSkip(_ problem: LinearProblem) -> String? { nil }

    public func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? LinearProblem else {
            return "'\(name)' solves linear problems y = A x + n only"
        }
        return reasonToSkip(problem)
    }

    public func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? LinearProblem else {
            throw LacunaError(.value, name, "solves linear problems y = A x + n only")
        }
        let settings = try LinearMethodSettings(options: options, problem: problem)
        switch problem.model {
        case .real(let model):
            let solution = try solve(model, settings: settings, limits: limits)
            return Outcome(estimate: LinearEstimate.real(solution.estimate), report: solution.report)
        case .complex(let model):
            let solution = try solve(model, settings: settings, limits: limits)
            return Outcome(estimate: LinearEstimate.complex(solution.estimate), report: solution.report)
        }
    }

    public func solve(_ problem: LinearProblemData, options: ParameterValues) throws -> ProblemFileSolution {
        switch problem {
        case .real(let problem): .real(try solveFile(problem, options: options) { .real($0) })
        case .complex(let problem): .complex(try solveFile(problem, options: options) { .complex($0) })
        }
    }

    private func solveFile<S: Scalar & HDF5Element>(
        _ recorded: RecordedProblem<S>, options: ParameterValues, erase: (LinearModel<S>) -> LinearProblem.Model
    ) throws -> SolutionFile<S> where S.RealPart == Double {
        let dictionary = try KroneckerOperator(recorded.dictionaries)
        let snapshots = try (0..<recorded.snapshotCount).map { snapshot in
            let model = try LinearModel(
                dictionary: dictionary, measurements: Array(recorded.snapshots.column(snapshot)),
                noiseVariance: recorded.noiseVariance)
            let truth = recorded.truth.map { Array($0.column($0.columns == 1 ? 0 : snapshot)) }
            let problem = LinearProblem(erase(model), support: truth.map { Support(of: $0) })
            if let reason = reasonToSkip(problem) { throw LacunaError(.value, name, reason) }
            let settings = try LinearMethodSettings(options: options, problem: problem)
            let solution = try solve(model, settings: settings, limits: SolveLimits())
            return Self.snapshot(solution, truth: truth)
        }
        return SolutionFile(
            method: name,
            options: options.declarations.compactMap { declaration in
                options[declaration.name].map { (declaration.name, $0) }
            }, snapshots: snapshots)
    }

    private static func snapshot<S: Scalar & HDF5Element>(
        _ solution: Solution<SparseEstimate<S>>, truth: [S]?
    ) -> SolutionFile<S>.Snapshot where S.RealPart == Double {
        let estimate = solution.estimate
        return SolutionFile<S>.Snapshot(
            x: estimate.coefficients, variance: estimate.variances, gammas: estimate.scales,
            iterations: solution.report.iterations, stopReason: solution.report.reason,
            noiseVariance: estimate.noiseVariance, seconds: solution.report.seconds,
            nmse: truth.map { normalizedSquareError(estimate.coefficients, against: $0) },
            supportRecovery: truth.map { Support.recovered(estimate.coefficients).jaccard(Support(of: $0)) })
    }
}
