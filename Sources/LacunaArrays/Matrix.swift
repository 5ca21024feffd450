/// A dense m×n matrix stored by column: element (i, j) is `storage[i + j * rows]`, as BLAS, LAPACK and MATLAB have it.
public struct Matrix<Element> {
    public let rows: Int
    public let columns: Int
    public var storage: [Element]

    /// Takes `storage` in column-major order. Precondition: its count is rows × columns.
    public init(rows: Int, columns: Int, storage: [Element]) {
        precondition(storage.count == rows * columns, "\(storage.count) elements for a \(rows)×\(columns) matrix")
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    public init(repeating value: Element, rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, storage: Array(repeating: value, count: rows * columns))
    }

    /// The matrix with element(i, j) at row i, column j.
    public init(rows: Int, columns: Int, element: (Int, Int) throws -> Element) rethrows {
        var storage: [Element] = []
        storage.reserveCapacity(rows * columns)
        for column in 0..<columns {
            for row in 0..<rows { storage.append(try element(row, column)) }
        }
        self.init(rows: rows, columns: columns, storage: storage)
    }

    /// A matrix written down row by row. Precondition: all rows have the same length.
    public init(_ rows: [[Element]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
        self.init(rows: rows.count, columns: columns) { rows[$0][$1] }
    }

    @inlinable
    public subscript(row: Int, column: Int) -> Element {
        get { storage[row + column * rows] }
        set { storage[row + column * rows] = newValue }
    }

    public func column(_ column: Int) -> ArraySlice<Element> {
        storage[column * rows..<(column + 1) * rows]
    }

    public var transposed: Matrix {
        Matrix(rows: columns, columns: rows) { self[$1, $0] }
    }

    /// The columns at `indices`, in that order.
    public func selectingColumns(_ indices: some Sequence<Int>) -> Matrix {
        var selected: [Element] = []
        var count = 0
        for index in indices {
            selected.append(contentsOf: column(index))
            count += 1
        }
        return Matrix(rows: rows, columns: count, storage: selected)
    }

    public var shape: [Int] { [rows, columns] }
}

extension Matrix: Equatable where Element: Equatable {}
extension Matrix: Hashable where Element: Hashable {}
extension Matrix: Sendable where Element: Sendable {}

extension Matrix where Element: Scalar {
    /// Aᴴ.
    public var adjoint: Matrix {
        Matrix(rows: columns, columns: rows) { self[$1, $0].conjugated }
    }

    public static func identity(_ size: Int) -> Matrix {
        Matrix(rows: size, columns: size) { $0 == $1 ? 1 : 0 }
    }

    /// A B. - Throws: `LacunaError` if the inner sizes differ. Cost: m n k multiply-adds.
    public func multiplied(by other: Matrix) throws -> Matrix {
        guard columns == other.rows else {
            throw LacunaError(
                .shape, "matrix product",
                "\(describeShape(shape)) times \(describeShape(other.shape)): inner sizes differ")
        }
        var product = Matrix(repeating: 0, rows: rows, columns: other.columns)
        let m = rows, n = other.columns, k = columns
        storage.withUnsafeBufferPointer { a in
            other.storage.withUnsafeBufferPointer { b in
                product.storage.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    BLAS<Element>.multiply(.plain, .plain, m, n, k, a, m, b, k, into: c, m)
                }
            }
        }
        return product
    }
}
