import LacunaExperiment
import LacunaSolvers

struct LowRankMethod: MatrixApproximationMethod {
    let name = "low-rank"
    let summary = "nearest matrix U Vᴴ of low rank: the leading singular triples"
    let citation = Citation(
        authors: "C. Eckart, G. Young", year: 1936, title: "The Approximation of One Matrix by Another of Lower Rank",
        source: "Psychometrika 1(3)")

    func reasonToSkip(rows: Int, columns: Int, parameterCount count: Int) -> String? {
        count < rows + columns ? "\(count) numbers do not pay for rank 1, which takes \(rows + columns)" : nil
    }

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        ApproximatedMatrix(try LowRankSet<S>(rank: count / (matrix.rows + matrix.columns)).project(matrix))
    }
}
