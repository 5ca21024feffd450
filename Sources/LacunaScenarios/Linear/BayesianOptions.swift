import LacunaExperiment
import LacunaSolvers

/// Options that the Bayesian methods share. What a preset decides is read off the published solvers.
enum BayesianOptions {
    static let preset = ParameterDeclaration(
        "preset", .choice(Preset.allCases.map(\.rawValue)),
        "settings of the recovery study (Fig. 3) or of the IRS study (Fig. 7); default: the problem's own, recovery for files"
    )
    static let tolerance = ParameterDeclaration(
        "tolerance", .number(0...1), default: .number(1e-4), "relative change of the hyperparameters at which to stop")
    static let iterations = ParameterDeclaration(
        "iterations", .integer(1...10_000_000), default: .integer(150), "iteration limit")
    static let learnNoise = ParameterDeclaration(
        "learn_noise", .flag, "learn the noise variance; default: only where the problem does not give it")
    static let noiseVariance = ParameterDeclaration(
        "noise_variance", .number(Double.leastNormalMagnitude...1e300),
        "noise variance in place of the problem's, or where learning starts; default: the problem's, or 0.1 of the variance of y"
    )
    static let noiseOverride = ParameterDeclaration(
        "noise_variance", .number(Double.leastNormalMagnitude...1e300), "noise variance in place of the problem's")
    static let unit = ParameterDeclaration(
        "unit", .number(1e-100...1e100),
        "what x is counted in while it is solved for: answers depend on it, as hyperparameters start near 1 and absolute thresholds hold in unit^2; near the size of the non-zero entries of x is a good choice; 1: the data as they are; default: 1 in studies, for files the power of 1000 that brings them nearest to the preset's study"
    )

    static func loop<Posterior, Prior>(
        pruneRemark: String = "", _ solver: (Preset) -> SparseBayesianLearning<Posterior, Prior>
    ) -> [ParameterDeclaration] where Prior.Real == Double {
        let prune = byPreset { preset in
            let ratios = solver(preset).options.relativePruning.map { ParameterValue.number($0) }
            return ratios.count == 1 ? ratios[0] : .list(ratios)
        }
        return [
            preset,
            ParameterDeclaration(
                "prune", .numbers(0...0.999_999), presets: prune,
                "drop hyperparameters below this multiple of the largest of their mode: one number, or one per mode"
                    + pruneRemark),
            ParameterDeclaration(
                "prune_absolute", .number(0...1e300), presets: byPreset { .number(solver($0).options.absolutePruning) },
                "drop hyperparameters below this, in unit^2"),
            tolerance, iterations, learnNoise, noiseVariance, unit,
        ]
    }

    static func start(_ start: (Preset) -> ScaleStart) -> ParameterDeclaration {
        ParameterDeclaration(
            "normalised_start", .flag, presets: byPreset { .flag(start($0) == .normalized) },
            "start at unit norm with the scale in the last mode")
    }

    static func inner(
        _ settings: (Preset) -> (tolerance: Double, isRelative: Bool, limit: Int)
    ) -> [ParameterDeclaration] {
        [
            ParameterDeclaration(
                "inner_tolerance", .number(0...1e300), presets: byPreset { .number(settings($0).tolerance) },
                "change of the hyperparameters at which inner sweeps stop, in unit^2 unless relative"),
            ParameterDeclaration(
                "inner_relative", .flag, presets: byPreset { .flag(settings($0).isRelative) },
                "inner_tolerance is relative"),
            ParameterDeclaration(
                "inner_iterations", .integer(1...1_000_000), presets: byPreset { .integer(settings($0).limit) },
                "limit of inner sweeps"),
        ]
    }

    private static func byPreset(_ value: (Preset) -> ParameterValue) -> [ParameterDeclaration.PresetDefault] {
        Preset.allCases.map { .init(preset: $0.rawValue, value: value($0)) }
    }
}

extension LinearMethodSettings {
    /// Puts given options in place of a published solver's, and the noise variance in place of the model's.
    func apply<S: Scalar>(
        to solver: inout SparseBayesianOptions<Double>, _ model: LinearModel<S>, prunes: Bool = true
    ) throws -> LinearModel<S> where S.RealPart == Double {
        if prunes {
            solver.relativePruning = try numbers("prune", default: solver.relativePruning)
            solver.absolutePruning = try number("prune_absolute", default: solver.absolutePruning)
        }
        solver.tolerance = try options.number("tolerance")
        solver.iterationLimit = try options.integer("iterations")
        solver.unit = try number("unit", default: unit ?? model.coefficientUnit(typicalSize: solver.typicalSize))
        solver.learnsNoise = try learnsNoise(model)
        guard solver.learnsNoise else { return try self.model(model) }
        solver.initialNoiseVariance = try options.optionalNumber("noise_variance")
        return model
    }

    /// The model with the option `noise_variance` in force, for methods that do not learn it.
    func model<S: Scalar>(_ model: LinearModel<S>) throws -> LinearModel<S> where S.RealPart == Double {
        guard let given = try options.optionalNumber("noise_variance") else { return model }
        return try LinearModel(dictionary: model.dictionary, measurements: model.measurements, noiseVariance: given)
    }

    func start(_ published: ScaleStart) throws -> ScaleStart {
        try flag("normalised_start", default: published == .normalized) ? .normalized : .ones
    }

    /// Whether the noise variance will be learnt from this model.
    func learnsNoise<S: Scalar>(_ model: LinearModel<S>) throws -> Bool where S.RealPart == Double {
        let given = try options.optionalNumber("noise_variance")
        return try flag("learn_noise", default: given == nil && model.noiseVariance == nil)
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

    /// Why a method that needs the noise variance cannot take the problem: neither it nor the options give one.
    func reasonWithoutNoise(_ options: ParameterValues, otherwise other: String? = nil) -> String? {
        let isKnown =
            switch model {
            case .real(let model): model.noiseVariance != nil
            case .complex(let model): model.noiseVariance != nil
            }
        guard !isKnown, options["noise_variance"] == nil else { return nil }
        return "the noise variance is not known; give the option noise_variance" + (other.map { " or \($0)" } ?? "")
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
