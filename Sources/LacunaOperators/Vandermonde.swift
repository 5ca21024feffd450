/// V[i, j] = z_j^i, m×n, of n nodes: powers down every column. With nodes on the unit circle, the steering matrix of a uniform
/// array or a Fourier transform at any frequencies. Cost of a product: m n multiply-adds; storage: the nodes.
public struct VandermondeOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let nodes: [Element]
    public let rows: Int

    /// - Throws: `LacunaError` for no rows or nodes, or a node that is not finite.
    public init(nodes: [Element], rows: Int) throws {
        guard rows >= 1, !nodes.isEmpty else {
            throw LacunaError(
                .shape, "Vandermonde operator", "\(rows) rows for \(nodes.count) nodes; both must be at least 1")
        }
        if let index = nodes.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "Vandermonde operator", "node \(index) is \(nodes[index]); all must be finite")
        }
        self.nodes = nodes
        self.rows = rows
    }

    public var columns: Int { nodes.count }
    /// The powers of the current row.
    public var workspaceCount: Int { columns }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for column in 0..<columns { workspace[column] = x[column] }
        for row in 0..<rows {
            var sum = Element.zero
            for column in 0..<columns {
                sum += workspace[column]
                workspace[column] *= nodes[column]
            }
            y[row] = sum
        }
    }

    /// Horner's rule for every node.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for column in 0..<columns {
            let node = nodes[column].conjugated
            var value = Element.zero
            for row in Swift.stride(from: rows - 1, through: 0, by: -1) { value = value * node + y[row] }
            x[column] = value
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        var power: Element = 1
        for row in 0..<rows {
            y[row] = power
            power *= nodes[column]
        }
    }

    /// Σ_i |z_j|^{2i}.
    public func squaredColumnNorms() -> [Element.RealPart] {
        nodes.map { node in
            let square = node.squaredModulus
            return (0..<rows).reduce(Element.RealPart.zero) { sum, _ in sum * square + 1 }
        }
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}

extension VandermondeOperator where Element == Complex<Double> {
    /// exp(jω_n i): a uniform array at the electrical angles ω (π cos θ at half-wavelength spacing), or an exponential sum
    /// sampled at whole numbers.
    /// - Throws: as `init(nodes:rows:)`.
    public init(angles: [Double], rows: Int) throws {
        try self.init(nodes: angles.map { Complex(Double.cos($0), Double.sin($0)) }, rows: rows)
    }
}
