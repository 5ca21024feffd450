import LacunaExperiment
import LacunaIO
import LacunaSolvers

/// The structures that `lacuna project` writes.
public enum ProjectionStructure: String, CaseIterable, Sendable {
    case monarch, sparse
    case lowRank = "low-rank"
}

/// A matrix projected on a structure: its factors as they go into a file, and what they multiply to.
public struct MatrixProjection<Element: Scalar & HDF5Element> {
    public let factors: ProjectionFile<Element>.Factors
    public let dense: Matrix<Element>
    public let parameterCount: Int
    /// Of a Monarch matrix.
    public private(set) var blockSize: Int?
    /// Of a Monarch or low-rank matrix.
    public private(set) var rank: Int?

    /// - Parameters:
    ///   - blockSize: nil: the one with the fewest parameters.
    ///   - rank: nil: 1 of a Monarch matrix; of a low-rank one as many as its number of parameters pays.
    /// - Throws: `LacunaError` for sizes that do not fit the matrix.
    public init(
        _ matrix: Matrix<Element>, structure: ProjectionStructure, blockSize: Int? = nil, rank: Int? = nil
    ) throws {
        let (m, n) = (matrix.rows, matrix.columns)
        let thin = try monarchLayout(of: matrix.shape, blockSize: blockSize, "--block")
        let isLowRank = structure == .lowRank, largestRank = isLowRank ? min(m, n) : thin.largestRank
        guard rank ?? 1 <= largestRank else {
            throw LacunaError(
                .value, "--rank",
                isLowRank
                    ? "\(rank ?? 1) is larger than the \(describeShape(matrix.shape)) matrix"
                    : "\(rank ?? 1) is larger than \(largestRank), the rank of any "
                        + "\(thin.leftRows)×\(thin.rightColumns) slice of the Monarch matrix")
        }
        let layout = try MonarchLayout(
            rows: m, columns: n, blockSize: thin.rightColumns, rank: isLowRank ? 1 : rank ?? 1)
        switch structure {
        case .monarch:
            let member = try MonarchSet<Element>(layout: layout).project(matrix)
            factors = .monarch(left: member.left, right: member.right)
            dense = member.dense()
            parameterCount = member.parameterCount
            self.blockSize = layout.rightColumns
            self.rank = layout.rank
        case .lowRank:
            let chosen = rank ?? max(1, layout.parameterCount / (m + n))
            let member = try LowRankSet<Element>(rank: chosen).project(matrix)
            factors = .lowRank(left: Self.rows(of: member.left), right: Self.rows(of: member.right))
            dense = member.dense()
            parameterCount = member.parameterCount
            self.rank = member.left.columns
        case .sparse:
            let kept = min(layout.parameterCount, m * n)
            let member = try SparseSet<Element>(.entries(kept, rows: m, columns: n)).project(matrix)
            factors = .sparse(
                values: member.values, columns: member.blockColumns.map(Int64.init),
                rowStarts: member.starts.map(Int64.init))
            dense = member.dense()
            parameterCount = member.parameterCount
        }
    }

    /// Row-major, as files have it.
    private static func rows(of matrix: Matrix<Element>) -> Tensor<Element> {
        Tensor(dimensions: matrix.shape, storage: matrix.transposed.storage)
    }
}

extension Catalogue {
    /// The methods on problem family `matrix-approximation` that apply to any matrix.
    public var approximations: [any Method] {
        methods.filter { $0 is any MatrixApproximationMethod && !($0 is MonarchPairMethod) }
    }
}
