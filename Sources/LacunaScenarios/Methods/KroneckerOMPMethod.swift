import LacunaExperiment
import LacunaSolvers

struct KroneckerOMPMethod: LinearMethod {
    let name = "kronecker-omp"
    let summary = "orthogonal matching pursuit on products of index sets"
    let citation = Citation(
        authors: "C. F. Caiafa, A. Cichocki", year: 2013,
        title: "Computing Sparse Representations of Multidimensional Signals Using Kronecker Bases",
        source: "Neural Computation 25(1)")
    let options = [
        ParameterDeclaration("atoms_per_mode", .integer(1...100_000), default: .integer(10), "most indices per mode"),
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(1e-2), "relative residual below which to stop"),
        ParameterDeclaration(
            "normalised", .flag, default: .flag(false), "divide correlations by the norms of the columns"),
    ]

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.reasonAgainstKronecker
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        try KroneckerOMP<S>(
            atomsPerMode: settings.options.integer("atoms_per_mode"), tolerance: settings.options.number("tolerance"),
            normalizesColumns: settings.options.flag("normalised")
        ).solve(model, limits: limits)
    }
}
