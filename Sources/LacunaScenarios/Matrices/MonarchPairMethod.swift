import LacunaExperiment
import LacunaSolvers

struct MonarchPairMethod: MatrixApproximationMethod {
    let name = "monarch-pair"
    let summary = "product M_1 M_2ᴴ of Monarch matrices (class MM*), exact for members of the class"
    let citation = Citation.dao2022
    let options = [
        ParameterDeclaration(
            "block_size", .integer(1...1_000_000),
            "b, which divides the size; default: the size with the fewest parameters")
    ]

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        let blockSize =
            try options.optionalInteger("block_size")
            ?? MonarchLayout.leanestBlockSize(rows: matrix.rows, columns: matrix.columns)
        let pair = try MonarchRecovery(matrix, blockSize: blockSize).pair
        // Of a real matrix the imaginary part is what rounding left.
        let dense = try pair.dense()
        return ApproximatedMatrix(
            dense: Matrix(
                rows: dense.rows, columns: dense.columns,
                storage: dense.storage.map { S(real: $0.real, imaginary: S.isComplex ? $0.imaginary : 0) }),
            parameterCount: pair.first.parameterCount + pair.second.parameterCount)
    }
}
