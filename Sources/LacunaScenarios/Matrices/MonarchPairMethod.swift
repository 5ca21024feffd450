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

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? MatrixApproximationProblem else {
            return "'\(name)' approximates matrices only"
        }
        do {
            let error =
                switch problem.target {
                case .real(let matrix): try recovery(of: matrix, options).relativeError
                case .complex(let matrix): try recovery(of: matrix, options).relativeError
                }
            // NaN, too.
            return error < 1 ? nil : "factor recovery finds no member of the class nearer to the matrix than zero"
        } catch {
            return "\(error)"
        }
    }

    private func recovery<S: Scalar>(
        of matrix: Matrix<S>, _ options: ParameterValues
    ) throws -> MonarchRecovery where S.RealPart == Double {
        let blockSize = try monarchLayout(
            of: matrix.shape, blockSize: options.optionalInteger("block_size"), "block_size"
        ).rightColumns
        return try MonarchRecovery(matrix, blockSize: blockSize)
    }

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        let pair = try recovery(of: matrix, options).pair
        // Of a real matrix the imaginary part is what rounding left.
        let dense = try pair.dense()
        return ApproximatedMatrix(
            dense: Matrix(
                rows: dense.rows, columns: dense.columns,
                storage: dense.storage.map { S(real: $0.real, imaginary: S.isComplex ? $0.imaginary : 0) }),
            parameterCount: pair.first.parameterCount + pair.second.parameterCount)
    }
}
