import LacunaExperiment
import LacunaSolvers

/// `matrix-approximation`: a known matrix by fewer numbers, Dao et al. (2022), section 3.
struct MatrixApproximationFamily: ProblemFamily {
    let name = "matrix-approximation"
    let summary = "a random or named n×n matrix, to be approximated at equal numbers of parameters"
    let citation: Citation? = .dao2022
    let parameters = [
        ParameterDeclaration(
            "matrix", .choice(NamedMatrix.allCases.map(\.rawValue)), default: .text("gaussian"), "what is approximated"),
        ParameterDeclaration("size", .integer(1...32768), default: .integer(64), "n: rows and columns"),
        ParameterDeclaration(
            "order", .choice(["natural", "monarch"]), default: .text("natural"),
            "columns as they are, or in the order in which the transform is nearest to a Monarch matrix"),
        ParameterDeclaration(
            "budget", .integer(1...32768), default: .integer(1),
            "all methods get as many numbers as a Monarch matrix of this rank with blocks of √n"),
        ParameterDeclaration("rank", .integer(1...32768), default: .integer(4), "of the low-rank matrix"),
    ]
    let metrics = [
        ResultTable.Metric(name: "relative_error", longName: "relative error ‖A - Â‖ / ‖A‖", better: .lower),
        ResultTable.Metric(name: "parameter_count", longName: "numbers stored", better: .lower),
        ResultTable.Metric(name: "density", longName: "numbers stored over entries", better: .lower),
    ]

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let size = try parameters.integer("size")
        guard let matrix = NamedMatrix(rawValue: try parameters.text("matrix")) else {
            throw LacunaError(.name, name, "unknown matrix")
        }
        let blockSize = try MonarchLayout.leanestBlockSize(rows: size, columns: size)
        let count = try MonarchLayout(
            rows: size, columns: size, blockSize: blockSize, rank: parameters.integer("budget")
        ).parameterCount
        var stream = randomness.stream("matrix", dependingOn: try parameters.subset(["matrix", "size", "rank"]))
        let target = try matrix.draw(
            size: size, rank: parameters.integer("rank"),
            blockSize: parameters.text("order") == "monarch" ? blockSize : nil, using: &stream)
        let problem = MatrixApproximationProblem(target, parameterCount: count)
        return DrawnProblem(problem: problem) { estimate in
            guard let estimate = estimate as? MatrixApproximation,
                let error = target.relativeError(of: estimate.target)
            else { throw wrongEstimate(name) }
            return [
                "relative_error": error, "parameter_count": Double(estimate.parameterCount),
                "density": Double(estimate.parameterCount) / Double(size * size),
            ]
        }
    }
}

/// The matrices of the study.
private enum NamedMatrix: String, CaseIterable {
    case gaussian, dft, hadamard, hartley, circulant, toeplitz, kronecker, permutation
    case cosineII = "dct-ii"
    case cosineIV = "dct-iv"
    case sineI = "dst-i"
    case sineII = "dst-ii"
    case sineIV = "dst-iv"
    case lowRank = "low-rank"

    /// - Parameter blockSize: of the Monarch matrix whose input order the columns take; nil: natural order.
    func draw(
        size n: Int, rank: Int, blockSize: Int?, using stream: inout RandomStream
    ) throws -> MatrixApproximationProblem.Target {
        func gaussian(_ rows: Int, _ columns: Int) -> Matrix<Double> {
            Matrix(rows: rows, columns: columns, storage: stream.normals(count: rows * columns))
        }
        switch self {
        case .gaussian: return .real(gaussian(n, n))
        case .lowRank: return .real(try LowRankFactors(left: gaussian(n, rank), right: gaussian(n, rank)).dense())
        case .kronecker:
            let b = try MonarchLayout.leanestBlockSize(rows: n, columns: n)
            guard n % b == 0 else { throw LacunaError(.value, "size \(n)", "\(b) does not divide it") }
            return .real(KroneckerFactors(left: gaussian(n / b, n / b), right: gaussian(b, b)).dense())
        case .permutation: return .real(try PermutationOperator(stream.permutation(n)).dense())
        case .circulant: return .real(try CirculantOperator(firstColumn: stream.normals(count: n)).dense())
        case .toeplitz:
            let column = stream.normals(count: n)
            let row = [column[0]] + stream.normals(count: n - 1)
            return .real(try ToeplitzOperator(firstColumn: column, firstRow: row).dense())
        case .hadamard: return .real(try MonarchTransform.hadamard(size: n, blockSize: 1, orthonormal: true).dense())
        case .dft:
            let matrix = try MonarchTransform.fourier(size: n, blockSize: n, orthonormal: true).dense()
            return .complex(try reordered(matrix, blockSize.map { try fourierInputOrder(size: n, blockSize: $0) }))
        case .cosineII: return try transform(.cosineII, n, blockSize)
        case .cosineIV: return try transform(.cosineIV, n, blockSize)
        case .sineI: return try transform(.sineI, n, blockSize)
        case .sineII: return try transform(.sineII, n, blockSize)
        case .sineIV: return try transform(.sineIV, n, blockSize)
        case .hartley: return try transform(.hartley, n, blockSize)
        }
    }

    private func transform(
        _ transform: RealTransform, _ n: Int, _ blockSize: Int?
    ) throws -> MatrixApproximationProblem.Target {
        let order = try blockSize.map { try transform.inputOrder(size: n, blockSize: $0) }
        return .real(try reordered(transform.matrix(size: n), order))
    }

    private func reordered<S: Scalar>(_ matrix: Matrix<S>, _ order: [Int]?) throws -> Matrix<S> {
        guard let order else { return matrix }
        return Matrix(rows: matrix.rows, columns: matrix.columns) { matrix[$0, order[$1]] }
    }
}
