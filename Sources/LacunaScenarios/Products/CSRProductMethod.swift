import LacunaExperiment
import LacunaSolvers

struct CSRProductMethod: MatrixProductMethod {
    let name = "csr"
    let summary = "compressed sparse rows: any pattern of zeros"
    let citation = Citation(
        authors: "W. F. Tinney, J. W. Walker", year: 1967,
        title: "Direct Solutions of Sparse Network Equations by Optimally Ordered Triangular Factorization",
        source: "Proc. IEEE 55(11)")

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? { reasonAgainstBlocks(of: 1, problem) }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        try sparseProduct(problem, block: .entry)
    }
}
