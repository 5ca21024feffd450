import LacunaExperiment
import LacunaSolvers

struct NMBy4ProductMethod: MatrixProductMethod {
    let name = "nm-2-4-by-4"
    let summary = "2:4 with one pattern for four rows (vector-wise), as blocks of 4 rows by 1 column"
    let citation = Citation.shen2023

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? {
        if let reason = reasonAgainstBlocks(of: 4, problem) { return reason }
        let columns = problem.weights.columns
        if columns % 4 != 0 { return "\(columns) columns are no multiple of 4" }
        return isTwoOfFour(problem.weights, sharedRows: 4)
            ? nil : "four rows have entries in more than two of four consecutive columns"
    }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        sparseProduct(problem, try SparseMatrix(problem.weights, kept: 2, ofEach: 4, sharedRows: 4))
    }
}
