import LacunaExperiment
import LacunaSolvers

/// Options that the Bayesian methods share. Those whose default depends on the preset are declared without one.
enum BayesianOptions {
    static let preset = ParameterDeclaration(
        "preset", .choice(Preset.allCases.map(\.rawValue)),
        "settings of the recovery study (Fig. 3) or of the IRS study (Fig. 7); default: the problem's own, recovery for files"
    )
    static let prune = ParameterDeclaration(
        "prune", .numbers(0...0.999_999),
        "drop hyperparameters below this multiple of the largest of their mode: one number, or one per mode; default: the preset's"
    )
    static let pruneAbsolute = ParameterDeclaration(
        "prune_absolute", .number(0...1e300), "drop hyperparameters below this; default: the preset's")
    static let tolerance = ParameterDeclaration(
        "tolerance", .number(0...1), default: .number(1e-4), "relative change of the hyperparameters at which to stop")
    static let iterations = ParameterDeclaration(
        "iterations", .integer(1...10_000_000), default: .integer(150), "iteration limit")
    static let normalisedStart = ParameterDeclaration(
        "normalised_start", .flag, "start at unit norm with the scale in the last mode; default: the preset's")
    static let learnNoise = ParameterDeclaration(
        "learn_noise", .flag, "learn the noise variance; default: only where the problem does not give it")
    static let noiseVariance = ParameterDeclaration(
        "noise_variance", .number(Double.leastNormalMagnitude...1e300),
        "noise variance in place of the problem's, or where learning starts; default: the problem's, or 0.1 of the variance of y"
    )
    static let innerTolerance = ParameterDeclaration(
        "inner_tolerance", .number(0...1e300),
        "change of the hyperparameters at which inner sweeps stop; default: the preset's")
    static let innerRelative = ParameterDeclaration(
        "inner_relative", .flag, "inner_tolerance is relative; default: the preset's")
    static let innerIterations = ParameterDeclaration(
        "inner_iterations", .integer(1...1_000_000), "limit of inner sweeps; default: the method's")

    static let kronecker = [
        preset, prune, pruneAbsolute, tolerance, iterations, normalisedStart, learnNoise, noiseVariance,
    ]
    static let inner = [innerTolerance, innerRelative, innerIterations]
}

extension LinearMethodSettings {
    /// The model with the option `noise_variance` in force, and whether the noise is to be learnt.
    func applyNoise<S: Scalar>(
        _ model: LinearModel<S>, to solverOptions: inout SparseBayesianOptions<Double>
    ) throws -> LinearModel<S> where S.RealPart == Double {
        let given = try options.optionalNumber("noise_variance")
        let learns = try options.optionalFlag("learn_noise") ?? (given == nil && model.noiseVariance == nil)
        solverOptions.learnsNoise = learns
        if learns { solverOptions.initialNoiseVariance = given }
        guard !learns, let given else { return model }
        return try LinearModel(dictionary: model.dictionary, measurements: model.measurements, noiseVariance: given)
    }

    /// Options of the loop: pruning as given or as the preset has it.
    func loopOptions(prune: [Double], pruneAbsolute: Double, modes: Int) throws -> SparseBayesianOptions<Double> {
        // The authors give thresholds for three modes; on another number of modes the first serves all.
        let preset = prune.count == 1 || prune.count == modes ? prune : [prune[0]]
        return SparseBayesianOptions(
            relativePruning: try options.optionalNumbers("prune") ?? preset,
            absolutePruning: try options.optionalNumber("prune_absolute") ?? pruneAbsolute,
            tolerance: try options.number("tolerance"), iterationLimit: try options.integer("iterations"))
    }

    func start() throws -> ScaleStart {
        if let normalised = try options.optionalFlag("normalised_start") { return normalised ? .normalized : .ones }
        return preset == .recovery ? .normalized : .ones
    }

    /// Whether the noise variance will be learnt from this model.
    func learnsNoise<S: Scalar>(_ model: LinearModel<S>) throws -> Bool where S.RealPart == Double {
        let given = try options.optionalNumber("noise_variance")
        return try options.optionalFlag("learn_noise") ?? (given == nil && model.noiseVariance == nil)
    }
}

extension LinearModel {
    /// Kronecker factors of the dictionary; 1 for any other.
    var modeCount: Int { (dictionary as? any Factored<Element>)?.factors.count ?? 1 }
}

extension LinearProblem {
    var isKronecker: Bool {
        switch model {
        case .real(let model): model.dictionary is any Factored<Double>
        case .complex(let model): model.dictionary is any Factored<Complex<Double>>
        }
    }

    /// Why Kronecker methods cannot take the problem.
    var reasonAgainstKronecker: String? {
        isKronecker ? nil : "the dictionary is not a Kronecker product"
    }
}

extension Citation {
    static let heJoseph2024 = Citation(
        authors: "Y. He, G. Joseph", year: 2024,
        title:
            "Bayesian Algorithms for Kronecker-structured Sparse Vector Recovery With Application to IRS-MIMO Channel Estimation",
        source: "IEEE Trans. Signal Processing, arXiv 2307.14719")
}
