import LacunaExperiment
import LacunaIO
import LacunaSolvers
import Synchronization

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
    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String?
}

/// What a method is asked for: its options, and what the problem tells besides the model.
public struct LinearMethodSettings: Sendable {
    public let options: ParameterValues
    public let preset: Preset
    public let snrDecibels: Double?
    /// The true support, for oracles.
    public let support: Support?
    /// What the problem says x is counted in.
    let unit: Double?
    /// Values in force of options that were left to the preset or the problem.
    let resolved = ResolvedOptions()

    /// The option `preset` wins over the problem's own.
    init(options: ParameterValues, problem: LinearProblem) throws {
        let declaresPreset = options.declarations.contains { $0.name == "preset" }
        let chosen = declaresPreset ? try options.optionalText("preset").flatMap(Preset.init(rawValue:)) : nil
        self.options = options
        preset = chosen ?? problem.preset
        if declaresPreset { resolved.note("preset", .text(preset.rawValue)) }
        snrDecibels = problem.snrDecibels
        support = problem.support
        unit = problem.unit
    }
}

/// Collects the values that a method chose for options without a value: an answer's file tells all that was in force.
final class ResolvedOptions: Sendable {
    private let values = Mutex<[String: ParameterValue]>([:])

    func note(_ name: String, _ value: ParameterValue) { values.withLock { $0[name] = value } }
    subscript(name: String) -> ParameterValue? { values.withLock { $0[name] } }
}

extension LinearMethodSettings {
    /// The option's value, or the given one, which is then the value in force.
    func number(_ name: String, default value: Double) throws -> Double {
        let chosen = try options.optionalNumber(name) ?? value
        resolved.note(name, .number(chosen))
        return chosen
    }

    func numbers(_ name: String, default value: [Double]) throws -> [Double] {
        let chosen = try options.optionalNumbers(name) ?? value
        resolved.note(name, .list(chosen.map { .number($0) }))
        return chosen
    }

    func integer(_ name: String, default value: Int) throws -> Int {
        let chosen = try options.optionalInteger(name) ?? value
        resolved.note(name, .integer(chosen))
        return chosen
    }

    func integers(_ name: String, default value: [Int]) throws -> [Int] {
        let chosen = try options.optionalIntegers(name) ?? value
        resolved.note(name, .list(chosen.map { .integer($0) }))
        return chosen
    }

    func flag(_ name: String, default value: Bool) throws -> Bool {
        let chosen = try options.optionalFlag(name) ?? value
        resolved.note(name, .flag(chosen))
        return chosen
    }
}

extension LinearMethod {
    public func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? { nil }

    public func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? LinearProblem else {
            return "'\(name)' solves linear problems y = A x + n only"
        }
        return reasonToSkip(problem, options: options)
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
        var inForce: [ResolvedOptions] = []
        let snapshots = try (0..<recorded.snapshotCount).map { snapshot in
            let model = try LinearModel(
                dictionary: dictionary, measurements: Array(recorded.snapshots.column(snapshot)),
                noiseVariance: recorded.noiseVariance)
            let truth = recorded.truth.map { Array($0.column($0.columns == 1 ? 0 : snapshot)) }
            let problem = LinearProblem(erase(model), support: truth.map { Support(of: $0) })
            if let reason = reasonToSkip(problem, options: options) { throw LacunaError(.value, name, reason) }
            let settings = try LinearMethodSettings(options: options, problem: problem)
            inForce.append(settings.resolved)
            let solution = try solve(model, settings: settings, limits: SolveLimits())
            return try Self.snapshot(solution, givenNoiseVariance: recorded.noiseVariance, truth: truth)
        }
        let values: [(name: String, value: ParameterValue)] = options.declarations.compactMap { declaration in
            let chosen = inForce.compactMap { $0[declaration.name] }
            // What follows from the data may differ between snapshots.
            let value = Set(chosen).count > 1 ? ParameterValue.list(chosen) : chosen.first
            return (value ?? options[declaration.name]).map { (name: declaration.name, value: $0) }
        }
        return SolutionFile(method: name, options: values, snapshots: snapshots)
    }

    private static func snapshot<S: Scalar & HDF5Element>(
        _ solution: Solution<SparseEstimate<S>>, givenNoiseVariance given: Double?, truth: [S]?
    ) throws -> SolutionFile<S>.Snapshot where S.RealPart == Double {
        let estimate = solution.estimate
        return SolutionFile<S>.Snapshot(
            x: estimate.coefficients, variance: estimate.variances, gammas: estimate.scales,
            iterations: solution.report.iterations, stopReason: solution.report.reason,
            noiseVariance: estimate.noiseVariance ?? given, seconds: solution.report.seconds,
            nmse: try truth.map { try normalizedSquareError(estimate.coefficients, against: $0) },
            supportRecovery: try truth.map { try Support.recovered(estimate.coefficients).jaccard(Support(of: $0)) })
    }
}
