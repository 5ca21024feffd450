extension Matrix where Element: Scalar {
    /// e^A: A is halved until its 1-norm is at most ½, where Taylor's polynomial of degree 16 is exact to rounding, and the result squared
    /// as often. Cost: 16 + log₂ ‖A‖ products: for small matrices.
    /// - Throws: `LacunaError` for a matrix that is not square or not finite.
    public func exponential() throws -> Matrix {
        guard rows == columns, storage.allSatisfy(\.isFinite) else {
            throw LacunaError(
                .value, "matrix exponential", "the \(describeShape(shape)) matrix is not square, or not finite")
        }
        let norms = (0..<columns).map { column($0).reduce(Element.RealPart(0)) { $0 + $1.modulus } }
        var norm = norms.max() ?? 0, squarings = 0, scale: Element.RealPart = 1
        while norm > 0.5 {
            squarings += 1
            norm /= 2
            scale /= 2
        }
        // Horner: 1 + A (1 + A/2 (1 + A/3 (...))).
        var result = Matrix.identity(rows)
        for degree in stride(from: 16, through: 1, by: -1) {
            let factor = Matrix(
                rows: rows, columns: columns,
                storage: storage.map { $0.scaled(by: scale / Element.RealPart(degree)) })
            let product = try factor.multiplied(by: result)
            result = Matrix(rows: rows, columns: columns) { product[$0, $1] + ($0 == $1 ? 1 : 0) }
        }
        for _ in 0..<squarings { result = try result.multiplied(by: result) }
        return result
    }
}
