import LacunaExperiment
import LacunaSolvers

struct BlockSparseMethod: MatrixApproximationMethod {
    let name = "block-sparse"
    let summary = "the largest blocks of 4 rows by 1 column; values are counted, indices are not"
    let citation = Citation.shen2023

    func reasonToSkip(rows: Int, columns: Int, parameterCount count: Int) -> String? {
        rows % 4 == 0 ? nil : "\(rows) rows are no multiple of 4"
    }

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        let kept = min(count, matrix.rows * matrix.columns) / 4
        return ApproximatedMatrix(
            try SparseSet<S>(.blocks(kept, blockRows: 4, blockColumns: 1, rows: matrix.rows, columns: matrix.columns))
                .project(matrix))
    }
}

extension Citation {
    static let shen2023 = Citation(
        authors:
            "H. Shen, H. Meng, B. Dong, Z. Wang, O. Zafrir, Y. Ding, Y. Luo, H. Chang, Q. Gao, Z. Wang, G. Boudoukh, "
            + "M. Wasserblat",
        year: 2023,
        title: "An Efficient Sparse Inference Software Accelerator for Transformer-based Language Models on CPUs",
        source: "arXiv 2306.16601")
}
