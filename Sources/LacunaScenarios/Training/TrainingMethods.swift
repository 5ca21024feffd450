import LacunaExperiment
import LacunaNets

struct DenseTrainingMethod: StructuredTrainingMethod {
    let name = "dense-training"
    let summary = "dense matrices from the first to the last step"
    let citation = Citation(
        authors: "D. P. Kingma, J. Ba", year: 2015, title: "Adam: A Method for Stochastic Optimization",
        source: "arXiv 1412.6980")

    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        try train(problem.dense, stages: [.init(problem.training)], limits: limits)
    }
}

struct MonarchTrainingMethod: StructuredTrainingMethod {
    let name = "monarch-training"
    let summary = "Monarch matrices from the first to the last step"
    let citation = Citation.dao2022

    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        try train(problem.monarchStart(), stages: [.init(problem.training)], limits: limits)
    }
}

struct SparseToDenseMethod: StructuredTrainingMethod {
    let name = "sparse-to-dense"
    let summary =
        "Monarch matrices for most of the epochs, written out as dense ones for the rest (reverse sparsification)"
    let citation = Citation.dao2022
    let options = [
        ParameterDeclaration(
            "fraction", .number(0.01...0.99), default: .number(0.9), "part of the epochs with Monarch matrices")
    ]

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? StructuredTrainingProblem else { return "'\(name)' trains classifiers only" }
        return problem.training.epochs < 2 ? "one epoch cannot be divided" : nil
    }

    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        let total = problem.training.epochs
        let sparse = min(max(1, Int((try options.number("fraction") * Double(total)).rounded())), total - 1)
        // One schedule over both; moments start anew with the dense weights.
        let border = Double(sparse) / Double(total)
        var first = problem.training, second = problem.training
        first.epochs = sparse
        first.schedule = .part(from: 0, to: border, of: problem.training.schedule)
        second.epochs = total - sparse
        second.schedule = .part(from: border, to: 1, of: problem.training.schedule)
        second.key = problem.training.key &+ 1
        return try train(
            problem.monarchStart(), stages: [.init(first), .init(second) { try $0.writtenOut() }], limits: limits)
    }
}
