/// Keeps some entries: (R x)_k = x[indices_k]. Its adjoint puts them back and fills with zeros.
public struct RestrictionOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let indices: [Int]
    public let columns: Int
    public var rows: Int { indices.count }

    /// - Throws: `LacunaError` if an index is outside 0..<columns or occurs twice.
    public init(_ indices: [Int], of columns: Int) throws {
        if let outside = indices.first(where: { $0 < 0 || $0 >= columns }) {
            throw LacunaError(.value, "restriction", "index \(outside) is outside 0..<\(columns)")
        }
        guard Set(indices).count == indices.count else {
            throw LacunaError(.value, "restriction", "an index occurs twice")
        }
        self.indices = indices
        self.columns = columns
    }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for (position, index) in indices.enumerated() { y[position] = x[index] }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for index in 0..<columns { x[index] = 0 }
        for (position, index) in indices.enumerated() { x[index] = y[position] }
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for (position, index) in indices.enumerated() { y[position] = index == column ? 1 : 0 }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        var norms = Array(repeating: Element.RealPart.zero, count: columns)
        for index in indices { norms[index] = 1 }
        return norms
    }
}
