/// A matrix as an operator. Cost of a product: m n multiply-adds.
public struct DenseOperator<Element: Scalar>: ColumnAccess, DenseConvertible, Factored {
    public let matrix: Matrix<Element>

    public init(_ matrix: Matrix<Element>) {
        self.matrix = matrix
    }

    public var rows: Int { matrix.rows }
    public var columns: Int { matrix.columns }
    /// A Kronecker product of one factor.
    public var factors: [Matrix<Element>] { [matrix] }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        multiply(.plain, x, into: y)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        multiply(.adjoint, y, into: x)
    }

    private func multiply(
        _ form: BLAS<Element>.Form, _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>
    ) {
        matrix.storage.withUnsafeBufferPointer { storage in
            guard let a = storage.baseAddress, rows > 0, columns > 0 else {
                for index in 0..<(form == .plain ? rows : columns) { y[index] = 0 }
                return
            }
            BLAS<Element>.multiply(form, rows, columns, a, rows, vector: x, into: y)
        }
    }

    public func workspaceCount(vectors count: Int) -> Int { BatchProduct<Element>.workspaceCount(rows * count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        matrix.storage.withUnsafeBufferPointer { storage in
            guard let a = storage.baseAddress, rows > 0, columns > 0, count > 0 else {
                for index in 0..<rows * count { y[index] = 0 }
                return
            }
            BatchProduct.combine(
                length: count, outputs: rows, depth: columns, x, stride: count, coefficients: a, outputStride: 1,
                depthStride: rows, into: y, stride: count)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        matrix.storage.withUnsafeBufferPointer { storage in
            guard let a = storage.baseAddress, rows > 0, columns > 0, count > 0 else {
                for index in 0..<columns * count { x[index] = 0 }
                return
            }
            // A complex Aᴴ Y is the conjugate of Aᵀ Ȳ, for which the matrix is read as it stands.
            let input = BatchProduct.conjugate(y, rows * count, into: workspace)
            BatchProduct.combine(
                length: count, outputs: columns, depth: rows, input, stride: count, coefficients: a, outputStride: rows,
                depthStride: 1, into: x, stride: count)
            BatchProduct.conjugate(x, columns * count)
        }
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        matrix.storage.withUnsafeBufferPointer { storage in
            guard let base = storage.baseAddress else { return }
            y.update(from: base + column * rows, count: rows)
        }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        (0..<columns).map { column in
            matrix.column(column).reduce(Element.RealPart.zero) { $0 + $1.squaredModulus }
        }
    }

    public func dense() -> Matrix<Element> { matrix }
}
