import LacunaExperiment

struct DenseProductMethod: MatrixProductMethod {
    let name = "dense-product"
    let summary = "OpenBLAS sgemm or sgemv on all entries, zeros included"
    let citation = Citation.openBLAS

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct { denseProduct(problem) }
}

extension Citation {
    static let openBLAS = Citation(
        authors: "Q. Wang, X. Zhang, Y. Zhang, Q. Yi", year: 2013,
        title: "AUGEM: Automatically Generate High Performance Dense Linear Algebra Kernels on x86 CPUs",
        source: "SC '13; github.com/OpenMathLib/OpenBLAS")
}
