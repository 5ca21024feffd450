@_exported import LacunaSparse

/// A linear map A: S^n -> S^m known by its action.
///
/// Law: ⟨A x, y⟩ = ⟨x, Aᴴ y⟩ for all x and y (`checkAdjoint` measures it). A new kind implements the two in-place
/// products; allocation, shape checks, products with many vectors, adjoint, dense form and composition come with it.
public protocol LinearOperator<Element>: Sendable {
    associatedtype Element: Scalar

    /// m: the length of A x.
    var rows: Int { get }
    /// n: the length of x.
    var columns: Int { get }
    /// Elements of scratch that a product needs; 0 for most kinds.
    var workspaceCount: Int { get }

    /// y ← A x. `x` has n elements, `y` m, `workspace` at least `workspaceCount`; no two overlap. Allocates nothing.
    func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>)

    /// x ← Aᴴ y. Shapes as in `apply`.
    func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>)

    /// Aᴴ as an operator. The default wraps this one; kinds whose adjoint is of a known kind give that, so that structure
    /// is kept: (A B)ᴴ = Bᴴ Aᴴ, (A_1 ⊗ …)ᴴ = A_1ᴴ ⊗ …, the adjoint of a Toeplitz operator is one.
    var adjoint: any LinearOperator<Element> { get }

    /// Elements of scratch for a product with `count` vectors at once.
    func workspaceCount(vectors count: Int) -> Int

    /// Y ← A X for `count` vectors at once: X is n×count, Y m×count, both row-major (features × batch: component i of
    /// vector ν at i count + ν). The default takes one vector after the other.
    func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>)

    /// X ← Aᴴ Y. Shapes as in `apply`.
    func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>)
}

extension LinearOperator {
    public var workspaceCount: Int { 0 }

    /// [m, n].
    public var shape: [Int] { [rows, columns] }

    /// A x. - Throws: `LacunaError` if x does not have n elements.
    public func apply(_ x: [Element]) throws -> [Element] {
        try product(x, length: columns, result: rows, name: "A x") { apply($0, into: $1, workspace: $2) }
    }

    /// Aᴴ y. - Throws: `LacunaError` if y does not have m elements.
    public func applyAdjoint(_ y: [Element]) throws -> [Element] {
        try product(y, length: rows, result: columns, name: "Aᴴ y") { applyAdjoint($0, into: $1, workspace: $2) }
    }

    private func product(
        _ input: [Element], length: Int, result: Int, name: String,
        _ body: (UnsafePointer<Element>, UnsafeMutablePointer<Element>, UnsafeMutablePointer<Element>) -> Void
    ) throws -> [Element] {
        guard input.count == length else {
            throw LacunaError(
                .shape, name,
                "the operator is \(describeShape(shape)), the vector has \(input.count) elements, not \(length)")
        }
        let x = Buffer<Element>(input)
        defer { withExtendedLifetime(x) {} }
        let y = Buffer<Element>(repeating: 0, count: result)
        let workspace = Buffer<Element>(repeating: 0, count: workspaceCount)
        defer { withExtendedLifetime(workspace) {} }
        body(x.pointer, y.pointer, workspace.pointer)
        return y.prefix(result)
    }
}

/// An operator that gives its columns cheaply: greedy methods ask for it.
public protocol ColumnAccess<Element>: LinearOperator {
    /// Writes column j (m elements).
    func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>)
    /// ‖a_j‖² of every column.
    func squaredColumnNorms() -> [Element.RealPart]
}

/// An operator that knows its matrix.
public protocol DenseConvertible<Element>: LinearOperator {
    /// The m×n matrix. Cost: m n elements; for small problems, tests and LAPACK.
    func dense() -> Matrix<Element>
}

/// A Kronecker product of dense factors: A = A_1 ⊗ … ⊗ A_I.
public protocol Factored<Element>: LinearOperator {
    var factors: [Matrix<Element>] { get }
}

extension ColumnAccess {
    /// Column j. Precondition: 0 ≤ j < n.
    public func column(_ column: Int) -> [Element] {
        precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
        let y = Buffer<Element>(repeating: 0, count: rows)
        copyColumn(column, into: y.pointer)
        return y.prefix(rows)
    }

    /// The matrix of the columns at `indices`. Precondition: each is in 0..<n.
    public func matrix(ofColumns indices: [Int]) -> Matrix<Element> {
        let storage = Buffer<Element>(repeating: 0, count: rows * indices.count)
        for (position, index) in indices.enumerated() {
            precondition(index >= 0 && index < columns, "column \(index) of \(columns)")
            copyColumn(index, into: storage.pointer + position * rows)
        }
        return Matrix(rows: rows, columns: indices.count, storage: storage.prefix(rows * indices.count))
    }
}

extension DenseConvertible {
    /// Column by column from the action: right for every kind, overridden where there is a shorter way.
    public func dense() -> Matrix<Element> {
        let unit = Buffer<Element>(repeating: 0, count: columns)
        let storage = Buffer<Element>(repeating: 0, count: rows * columns)
        let workspace = Buffer<Element>(repeating: 0, count: workspaceCount)
        defer { withExtendedLifetime(workspace) {} }
        for column in 0..<columns {
            unit[column] = 1
            apply(unit.pointer, into: storage.pointer + column * rows, workspace: workspace.pointer)
            unit[column] = 0
        }
        return Matrix(rows: rows, columns: columns, storage: storage.prefix(rows * columns))
    }
}
