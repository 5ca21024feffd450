import LacunaExperiment
import LacunaSolvers

struct Block8x1ProductMethod: MatrixProductMethod {
    let name = "block-8x1"
    let summary = "blocks of 8 rows by 1 column, for a single vector"
    let citation = Citation.shen2023

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? { reasonAgainstBlocks(of: 8, problem) }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        try sparseProduct(problem, block: .rows8)
    }
}
