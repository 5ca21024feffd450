import LacunaExperiment
import LacunaSolvers

struct SparseMethod: MatrixApproximationMethod {
    let name = "sparse"
    let summary = "the largest entries; values are counted, indices are not"
    let citation = Citation(
        authors: "S. Han, J. Pool, J. Tran, W. J. Dally", year: 2015,
        title: "Learning both Weights and Connections for Efficient Neural Networks", source: "arXiv 1506.02626")

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        let kept = min(count, matrix.rows * matrix.columns)
        return ApproximatedMatrix(
            try SparseSet<S>(.entries(kept, rows: matrix.rows, columns: matrix.columns)).project(matrix))
    }
}
