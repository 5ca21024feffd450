/// diag(B_1, …, B_K): blocks of any sizes along the diagonal. Cost of a product: the elements of the blocks.
public struct BlockDiagonalOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let blocks: [DenseOperator<Element>]
    public let rows: Int
    public let columns: Int

    /// - Throws: `LacunaError` if there is no block or an empty one.
    public init(_ blocks: [Matrix<Element>]) throws {
        guard !blocks.isEmpty else {
            throw LacunaError(.shape, "block-diagonal operator", "no blocks were given, at least one is needed")
        }
        for (index, block) in blocks.enumerated() where block.rows == 0 || block.columns == 0 {
            throw LacunaError(
                .shape, "block-diagonal operator",
                "block \(index + 1) is \(describeShape(block.shape)), an empty matrix")
        }
        self.init(checked: blocks)
    }

    private init(checked blocks: [Matrix<Element>]) {
        self.blocks = blocks.map(DenseOperator.init)
        rows = blocks.reduce(0) { $0 + $1.rows }
        columns = blocks.reduce(0) { $0 + $1.columns }
    }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        var x = x, y = y
        for block in blocks {
            block.apply(x, into: y, workspace: workspace)
            x += block.columns
            y += block.rows
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        var x = x, y = y
        for block in blocks {
            block.applyAdjoint(y, into: x, workspace: workspace)
            x += block.columns
            y += block.rows
        }
    }

    /// diag(B_1ᴴ, …, B_Kᴴ).
    public var adjoint: any LinearOperator<Element> {
        BlockDiagonalOperator(checked: blocks.map(\.matrix.adjoint))
    }

    public func workspaceCount(vectors count: Int) -> Int {
        blocks.reduce(0) { max($0, $1.workspaceCount(vectors: count)) }
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        var x = x, y = y
        for block in blocks {
            block.apply(x, vectors: count, into: y, workspace: workspace)
            x += block.columns * count
            y += block.rows * count
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        var x = x, y = y
        for block in blocks {
            block.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
            x += block.columns * count
            y += block.rows * count
        }
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for index in 0..<rows { y[index] = 0 }
        var column = column, y = y
        for block in blocks {
            guard column >= block.columns else { return block.copyColumn(column, into: y) }
            column -= block.columns
            y += block.rows
        }
    }

    public func squaredColumnNorms() -> [Element.RealPart] { blocks.flatMap { $0.squaredColumnNorms() } }
}
