import LacunaExperiment
import LacunaSolvers

struct BSRProductMethod: MatrixProductMethod {
    let name = "bsr-4x4"
    let summary = "block compressed rows, blocks of 4 rows by 4 columns"
    let citation = Citation(
        authors: "E.-J. Im, K. Yelick, R. Vuduc", year: 2004,
        title: "Sparsity: Optimization Framework for Sparse Matrix Kernels",
        source: "Int. J. High Performance Computing Applications 18(1)")

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? {
        if let reason = reasonAgainstBlocks(of: 4, problem) { return reason }
        let columns = problem.weights.columns
        return columns % 4 == 0 ? nil : "\(columns) columns are no multiple of 4"
    }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        try sparseProduct(problem, block: BlockShape(4, 4))
    }
}
