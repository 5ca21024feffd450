import LacunaExperiment
import LacunaSolvers

struct FISTAMethod: LinearMethod {
    let name = "fista"
    let summary = "l1-regularised least squares by accelerated proximal gradient"
    let citation = Citation(
        authors: "A. Beck, M. Teboulle", year: 2009,
        title: "A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse Problems",
        source: "SIAM J. Imaging Sciences 2(1)")
    let options = [
        BayesianOptions.noiseOverride,
        ParameterDeclaration(
            "weight", .number(0...1e300),
            "weight of the l1 norm; default: sqrt(2 noise_variance log N) x largest column norm"),
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(1e-6), "relative change of x at which to stop"),
        ParameterDeclaration("iterations", .integer(1...10_000_000), default: .integer(5000), "iteration limit"),
    ]

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        options["weight"] == nil ? problem.reasonWithoutNoise(options, otherwise: "weight") : nil
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        try FISTA<S>(
            weight: settings.options.optionalNumber("weight"), tolerance: settings.options.number("tolerance"),
            iterationLimit: settings.options.integer("iterations")
        ).solve(settings.model(model), limits: limits)
    }
}
