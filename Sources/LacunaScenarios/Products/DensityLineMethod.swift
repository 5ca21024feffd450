import LacunaExperiment
import LacunaSolvers

struct DensityLineMethod: MatrixProductMethod {
    let name = "density-line"
    let summary = "ideal, nothing is multiplied: the dense product's time times the share of numbers that W needs"
    let citation = Citation.openBLAS

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct { denseProduct(problem) }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? MatrixProductProblem else {
            throw LacunaError(.value, name, "multiplies matrices only")
        }
        let seconds = median(inTurn([denseProduct(problem)], rounds: problem.rounds).map { $0[0] })
        return Outcome(
            ProductTiming(seconds: seconds * problem.density, speedup: 1 / problem.density, relativeError: nil),
            rounds: problem.rounds)
    }
}
