import LacunaExperiment
import LacunaNets

struct DenseToSparseMethod: StructuredTrainingMethod {
    let name = "dense-to-sparse"
    let summary = "the trained dense network, its matrices projected to Monarch matrices, fine-tuned"
    let citation = Citation.dao2022
    let options = FineTuning.options

    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        let dense = try problem.trained.result().problem
        let projected = try ParametrizedNetwork(dense.network, dense.dense).projectedToMonarch(problem.layouts)
        return try FineTuning.tune(projected, of: problem, options: options, limits: limits)
    }
}

struct DenseToLowRankMethod: StructuredTrainingMethod {
    let name = "dense-to-low-rank"
    let summary = "the same with truncated singular value decompositions of at most as many numbers, layer by layer"
    let citation = Citation(
        authors: "C. Eckart, G. Young", year: 1936, title: "The Approximation of One Matrix by Another of Lower Rank",
        source: "Psychometrika 1(3)")
    let options = FineTuning.options

    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        let dense = try problem.trained.result().problem
        let ranks = problem.layouts.mapValues { max(1, $0.parameterCount / ($0.rows + $0.columns)) }
        let projected = try ParametrizedNetwork(dense.network, dense.dense).projectedToLowRank(ranks)
        return try FineTuning.tune(projected, of: problem, options: options, limits: limits)
    }
}

struct DenseToPrunedMethod: StructuredTrainingMethod {
    let name = "dense-to-pruned"
    let summary =
        "the trained dense network with as many of its largest weights as the Monarch network has numbers, fine-tuned"
    let citation = Citation(
        authors: "S. Han, J. Pool, J. Tran, W. J. Dally", year: 2015,
        title: "Learning both Weights and Connections for Efficient Neural Networks", source: "arXiv 1506.02626")
    let options = FineTuning.options

    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        let dense = try problem.trained.result().problem
        let density = min(1, Double(problem.monarchWeightCount) / Double(dense.weightCount))
        let pruning = MagnitudePruning(density: density)
        let cut = try pruning.prune(dense.dense, dense)
        let before = ParametrizedNetwork(dense.network, cut.parameters)
        let solution = try NetworkPruning(
            pruning, fineTuneEpochs: options.integer("fine_tune_epochs"),
            fineTuneRate: options.number("fine_tune_rate")
        ).solve(dense, limits: limits)
        let classifier = StructuredClassifier(
            network: ParametrizedNetwork(dense.network, solution.estimate.parameters),
            parameterCount: solution.estimate.keptCount + problem.offsetCount,
            projected: .init(network: before, relativeError: try FineTuning.relativeError(of: before, problem)),
            divergence: solution.estimate.divergence?.place)
        return (classifier, solution.report)
    }
}
