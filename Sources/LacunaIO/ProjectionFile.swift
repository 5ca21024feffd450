import LacunaArrays

/// What `lacuna project` writes: the factors of a structured matrix, as h5py reads them.
///
///     monarch     left (J, L, K, r), right (K, r, J, I): A[l J + j, k I + i] ≈ Σ_ρ left[j, l, k, ρ] right[k, ρ, j, i]
///     low-rank    left (m, r), right (n, r): A ≈ left @ right.conj().T
///     sparse      values, columns, row_starts: compressed sparse rows, as scipy.sparse.csr_matrix takes them
public struct ProjectionFile<Scalar: HDF5Element>: Sendable {
    public enum Factors: Sendable {
        case monarch(left: Tensor<Scalar>, right: Tensor<Scalar>)
        case lowRank(left: Tensor<Scalar>, right: Tensor<Scalar>)
        case sparse(values: [Scalar], columns: [Int64], rowStarts: [Int64])
    }

    public var factors: Factors
    /// (name, value): of the root.
    public var attributes: [(name: String, value: HDF5Attribute)]

    public init(factors: Factors, attributes: [(name: String, value: HDF5Attribute)]) {
        self.factors = factors
        self.attributes = attributes
    }

    /// Writes the file whole or not at all.
    /// - Throws: `LacunaError` (environment) if it cannot be written.
    public func write(to path: String) throws {
        try HDF5File.write(to: path) { file in
            switch factors {
            case .monarch(let left, let right), .lowRank(let left, let right):
                try file.write(left, to: "left")
                try file.write(right, to: "right")
            case .sparse(let values, let columns, let rowStarts):
                try file.write(values, to: "values")
                try file.write(columns, to: "columns")
                try file.write(rowStarts, to: "row_starts")
            }
            for (name, value) in attributes { try file.setAttribute(name, to: value) }
        }
    }
}
