import LacunaExperiment
import LacunaSolvers

struct LMMSEMethod: LinearMethod {
    let name = "lmmse"
    let summary = "linear MMSE estimate for white coefficients"
    let citation = Citation(
        authors: "S. M. Kay", year: 1993, title: "Fundamentals of Statistical Signal Processing: Estimation Theory",
        source: "Prentice Hall, chapter 12")
    let options = [
        BayesianOptions.noiseOverride,
        ParameterDeclaration(
            "prior_variance", .number(0...1e300), "variance of each coefficient; default: what explains the power of y"),
    ]

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.reasonWithoutNoise(options)
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        try LMMSE<S>(priorVariance: settings.options.optionalNumber("prior_variance"))
            .solve(settings.model(model), limits: limits)
    }
}
