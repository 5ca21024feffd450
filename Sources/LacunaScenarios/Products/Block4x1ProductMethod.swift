import LacunaExperiment
import LacunaSolvers

struct Block4x1ProductMethod: MatrixProductMethod {
    let name = "block-4x1"
    let summary = "blocks of 4 rows by 1 column; blocks that are zero in part are stored whole"
    let citation = Citation.shen2023

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? { reasonAgainstBlocks(of: 4, problem) }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        try sparseProduct(problem, block: .rows4)
    }
}
