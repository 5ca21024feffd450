/// A ∘ S: a matrix of which the entries outside a mask are zero, whatever stands there (a pruned layer before it is packed;
/// the oracle of every sparse format). Cost of a product: that of the dense matrix; skipping zeros is for the formats.
public struct MaskedOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    /// true where an entry is kept.
    public let mask: Matrix<Bool>
    private let kept: DenseOperator<Element>

    /// - Throws: `LacunaError` if the shapes differ.
    public init(_ values: Matrix<Element>, mask: Matrix<Bool>) throws {
        guard values.shape == mask.shape else {
            throw LacunaError(
                .shape, "masked operator",
                "the mask is \(describeShape(mask.shape)), the matrix \(describeShape(values.shape))")
        }
        self.mask = mask
        kept = DenseOperator(
            Matrix(
                rows: values.rows, columns: values.columns,
                storage: zip(values.storage, mask.storage).map { $1 ? $0 : 0 }))
    }

    private init(mask: Matrix<Bool>, kept: DenseOperator<Element>) {
        self.mask = mask
        self.kept = kept
    }

    public var rows: Int { kept.rows }
    public var columns: Int { kept.columns }
    /// Share of kept entries; 0 for an empty matrix.
    public var density: Double {
        Double(mask.storage.count { $0 }) / Double(max(mask.storage.count, 1))
    }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        kept.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        kept.applyAdjoint(y, into: x, workspace: workspace)
    }

    /// Aᴴ ∘ Sᵀ.
    public var adjoint: any LinearOperator<Element> {
        MaskedOperator(mask: mask.transposed, kept: DenseOperator(kept.matrix.adjoint))
    }

    public func workspaceCount(vectors count: Int) -> Int { kept.workspaceCount(vectors: count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        kept.apply(x, vectors: count, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        kept.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        kept.copyColumn(column, into: y)
    }

    public func squaredColumnNorms() -> [Element.RealPart] { kept.squaredColumnNorms() }

    public func dense() -> Matrix<Element> { kept.matrix }
}
