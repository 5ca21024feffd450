/// A matrix known by fewer numbers than entries.
public protocol StructuredMatrix<Element>: Sendable {
    associatedtype Element: Scalar

    /// The numbers it is stored in: the common measure when structures are compared.
    var parameterCount: Int { get }
    func dense() -> Matrix<Element>
}

/// A set of matrices with a known nearest point: rank r, Hankel, Kronecker, Monarch. It has no support, so that its
/// projection gives the member by its parameters, from which an operator can be built.
///
/// Laws, P = project(A).dense(): P is no farther from A than any other member (Frobenius norm); projecting P gives P; and
/// since the sets contain all multiples of their members, ⟨A - P, P⟩ = 0, that is ‖A‖² = ‖P‖² + ‖A - P‖².
public protocol MatrixSet<Element>: Sendable {
    associatedtype Element: Scalar
    associatedtype Member: StructuredMatrix<Element>

    /// - Throws: `LacunaError` for a matrix of another shape, or with an entry that is not finite.
    func project(_ matrix: Matrix<Element>) throws -> Member
}

extension MatrixSet {
    /// Whether the matrix is a member up to this relative distance ‖A - P‖ / ‖A‖.
    public func contains(_ matrix: Matrix<Element>, tolerance: Element.RealPart) throws -> Bool {
        let nearest = try project(matrix).dense()
        var distance = Element.RealPart.zero, size = Element.RealPart.zero
        for index in matrix.storage.indices {
            distance += (matrix.storage[index] - nearest.storage[index]).squaredModulus
            size += matrix.storage[index].squaredModulus
        }
        return distance <= tolerance * tolerance * size
    }
}

/// - Throws: `LacunaError` for a matrix of another shape, an empty one, or one with an entry that is not finite.
func requireMatrix<S: Scalar>(_ matrix: Matrix<S>, shape: [Int]? = nil, _ name: String) throws {
    guard matrix.rows >= 1, matrix.columns >= 1, shape ?? matrix.shape == matrix.shape else {
        throw LacunaError(
            .shape, name,
            "a \(describeShape(matrix.shape)) matrix, it is for \(shape.map(describeShape) ?? "one that is not empty")")
    }
    guard let index = matrix.storage.firstIndex(where: { !$0.isFinite }) else { return }
    throw LacunaError(
        .value, name, "entry (\(index % matrix.rows), \(index / matrix.rows)) of the matrix is not finite")
}
