import LacunaExperiment
import LacunaSolvers

struct MonarchProductMethod: MatrixProductMethod {
    let name = "monarch-product"
    let summary = "two batches of small products by the factors of a Monarch matrix"
    let citation = Citation.dao2022

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? {
        problem.factors == nil ? "the weights are not a Monarch matrix" : nil
    }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        guard let factors = problem.factors else {
            throw LacunaError(.value, name, "the weights are not a Monarch matrix")
        }
        let operation = MonarchOperator(factors), x = Buffer(problem.activations), n = problem.vectors
        let y = Buffer<Float>(repeating: 0, count: problem.weights.rows * n)
        let workspace = Buffer<Float>(repeating: 0, count: operation.workspaceCount(vectors: n))
        return PreparedProduct(result: y) {
            operation.apply(x.pointer, vectors: n, into: y.pointer, workspace: workspace.pointer)
        }
    }
}
