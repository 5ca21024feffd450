import LacunaExperiment
import LacunaSolvers

struct OMPMethod: LinearMethod {
    let name = "omp"
    let summary = "orthogonal matching pursuit"
    let citation = Citation(
        authors: "Y. C. Pati, R. Rezaiifar, P. S. Krishnaprasad", year: 1993,
        title:
            "Orthogonal Matching Pursuit: Recursive Function Approximation with Applications to Wavelet Decomposition",
        source: "27th Asilomar Conference")
    let options = [
        ParameterDeclaration(
            "atoms", .integer(1...1_000_000), "most columns to take; default: a quarter of the measurements"),
        ParameterDeclaration(
            "residual", .number(0...1e300), "norm of the residual at which to stop; default: sqrt(M noise_variance)"),
        ParameterDeclaration(
            "normalised", .flag, default: .flag(true), "divide correlations by the norms of the columns"),
    ]

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        try OrthogonalMatchingPursuit<S>(
            atoms: settings.options.optionalInteger("atoms"), residualNorm: settings.options.optionalNumber("residual"),
            normalizesColumns: settings.options.flag("normalised")
        ).solve(model, limits: limits)
    }
}
