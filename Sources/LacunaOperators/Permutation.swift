/// y_t = x[order_t]: a reordering. Its adjoint is its inverse.
public struct PermutationOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let order: [Int]
    /// Where x_s goes: y[destination_s] = x_s.
    public let destination: [Int]

    /// - Throws: `LacunaError` unless `order` holds every number of 0..<count once.
    public init(_ order: [Int]) throws {
        var destination = Array(repeating: -1, count: order.count)
        for (position, source) in order.enumerated() {
            guard order.indices.contains(source) else {
                throw LacunaError(.value, "permutation", "\(source) is outside 0..<\(order.count)")
            }
            guard destination[source] < 0 else {
                throw LacunaError(.value, "permutation", "\(source) occurs twice")
            }
            destination[source] = position
        }
        self.init(order: order, destination: destination)
    }

    private init(order: [Int], destination: [Int]) {
        self.order = order
        self.destination = destination
    }

    /// P_(b) of the Monarch papers: x as a (rows × b) row-major matrix, transposed: y[j rows + l] = x[l b + j].
    /// - Throws: `LacunaError` for negative sizes.
    public static func transposition(rows: Int, columns: Int) throws -> PermutationOperator {
        guard rows >= 0, columns >= 0 else {
            throw LacunaError(.shape, "transposing permutation", "sizes \(rows)×\(columns); neither may be negative")
        }
        let count = try checkedProduct([rows, columns], "transposing permutation")
        return PermutationOperator(
            order: (0..<count).map { $0 % rows * columns + $0 / rows },
            destination: (0..<count).map { $0 % columns * rows + $0 / columns })
    }

    public var rows: Int { order.count }
    public var columns: Int { order.count }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        BatchProduct.gatherRows(order, vectors: 1, x, into: y)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        BatchProduct.gatherRows(destination, vectors: 1, y, into: x)
    }

    /// The inverse permutation.
    public var adjoint: any LinearOperator<Element> { PermutationOperator(order: destination, destination: order) }

    public func workspaceCount(vectors count: Int) -> Int { 0 }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        BatchProduct.gatherRows(order, vectors: count, x, into: y)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        BatchProduct.gatherRows(destination, vectors: count, y, into: x)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for index in 0..<rows { y[index] = 0 }
        y[destination[column]] = 1
    }

    public func squaredColumnNorms() -> [Element.RealPart] { Array(repeating: 1, count: columns) }
}
