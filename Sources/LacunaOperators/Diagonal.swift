/// y_n = d_n x_n.
public struct DiagonalOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let diagonal: [Element]

    public init(_ diagonal: [Element]) {
        self.diagonal = diagonal
    }

    public var rows: Int { diagonal.count }
    public var columns: Int { diagonal.count }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for index in 0..<diagonal.count { y[index] = diagonal[index] * x[index] }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for index in 0..<diagonal.count { x[index] = diagonal[index].conjugated * y[index] }
    }

    /// The conjugate entries.
    public var adjoint: any LinearOperator<Element> { DiagonalOperator(diagonal.map(\.conjugated)) }

    public func workspaceCount(vectors count: Int) -> Int { 0 }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        BatchProduct.scaleRows(diagonal, conjugated: false, vectors: count, x, into: y)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        BatchProduct.scaleRows(diagonal, conjugated: true, vectors: count, y, into: x)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for index in 0..<diagonal.count { y[index] = 0 }
        y[column] = diagonal[column]
    }

    public func squaredColumnNorms() -> [Element.RealPart] { diagonal.map(\.squaredModulus) }
}
