import LacunaExperiment
import LacunaSolvers

struct MonarchMethod: MatrixApproximationMethod {
    let name = "monarch"
    let summary = "nearest Monarch matrix: the leading singular triples of every slice"
    let citation = Citation.dao2022
    let options = [
        ParameterDeclaration(
            "block_size", .integer(1...1_000_000),
            "b: columns of a right block; default: the size with the fewest parameters, √n for square matrices"),
        ParameterDeclaration(
            "rank", .integer(1...1_000_000),
            "of every slice; default: as many as the numbers of the problem pay and a slice can have"),
        ParameterDeclaration(
            "projection", .choice(["svd", "power"]), default: .text("svd"),
            "LAPACK's decomposition of every slice, or subspace iteration"),
        ParameterDeclaration(
            "iterations", .integer(1...1_000_000), default: .integer(100), "most rounds of projection power"),
    ]

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        let thin = try monarchLayout(of: matrix.shape, blockSize: options.optionalInteger("block_size"), "block_size")
        let rank =
            try options.optionalInteger("rank") ?? min(max(1, count / thin.parameterCount), thin.largestRank)
        let layout = try MonarchLayout(
            rows: matrix.rows, columns: matrix.columns, blockSize: thin.rightColumns, rank: rank)
        let method: MonarchProjection =
            try options.text("projection") == "svd"
            ? .singularValues : .powerIteration(limit: options.integer("iterations"))
        return ApproximatedMatrix(try MonarchSet<S>(layout: layout, method: method).project(matrix))
    }
}

/// Rank 1 in blocks of this size, by default the one with the fewest parameters.
/// - Throws: `LacunaError`, for `option`, if blocks are larger than the matrix.
func monarchLayout(of shape: [Int], blockSize: Int?, _ option: String) throws -> MonarchLayout {
    let (m, n) = (shape[0], shape[1])
    let blockSize = try blockSize ?? MonarchLayout.leanestBlockSize(rows: m, columns: n)
    guard blockSize <= max(m, n) else {
        throw LacunaError(.value, option, "\(blockSize) is larger than the \(describeShape(shape)) matrix")
    }
    return try MonarchLayout(rows: m, columns: n, blockSize: blockSize)
}

extension Citation {
    static let dao2022 = Citation(
        authors: "T. Dao, B. Chen, N. Sohoni, A. Desai, M. Poli, J. Grogan, A. Liu, A. Rao, A. Rudra, C. Ré",
        year: 2022,
        title: "Monarch: Expressive Structured Matrices for Efficient and Accurate Training", source: "arXiv 2204.00595"
    )
}
