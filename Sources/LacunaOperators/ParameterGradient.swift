/// A dictionary whose columns are curves a_n(θ_n), one real parameter each: angles, delays, Doppler shifts. Methods that fit θ
/// to the data ask for it (off-grid recovery).
///
/// Law: `copyDerivative` is the derivative of `copyColumn` with respect to the column's own parameter.
public protocol ParameterGradient<Element>: ColumnAccess {
    /// θ, one per column.
    var parameters: [Element.RealPart] { get }

    /// The same dictionary at other parameters. - Throws: `LacunaError` for a wrong number of them, or one that is not finite.
    func replacing(parameters: [Element.RealPart]) throws -> Self

    /// Writes a_n′(θ_n) (m elements).
    func copyDerivative(_ column: Int, into y: UnsafeMutablePointer<Element>)
}

/// The parameters are the angles ω of the nodes |z| e^{jω}: a_i = z^i, a_i′ = j i z^i.
extension VandermondeOperator: ParameterGradient where Element == Complex<Double> {
    public var parameters: [Double] { nodes.map { Double.atan2(y: $0.imaginary, x: $0.real) } }

    public func replacing(parameters: [Double]) throws -> VandermondeOperator {
        guard parameters.count == columns else {
            throw LacunaError(.shape, "parameters", "\(parameters.count) for \(columns) columns; one each is needed")
        }
        return try VandermondeOperator(
            nodes: zip(nodes, parameters).map { node, angle in
                Complex(Double.cos(angle), Double.sin(angle)).scaled(by: node.modulus)
            }, rows: rows)
    }

    public func copyDerivative(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        var power = Complex<Double>(1)
        for row in 0..<rows {
            let angle = Double(row)
            y[row] = Complex(-angle * power.imaginary, angle * power.real)
            power *= nodes[column]
        }
    }
}
