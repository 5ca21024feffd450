/// M_1 M_2ᴴ, the class MM* of Dao et al. (2022): products of a Monarch matrix with the adjoint of one.
public struct MonarchPair<Element: Scalar>: Sendable {
    public let first: MonarchFactors<Element>
    public let second: MonarchFactors<Element>

    /// - Throws: `LacunaError` if the numbers of columns differ.
    public init(_ first: MonarchFactors<Element>, _ second: MonarchFactors<Element>) throws {
        guard first.layout.columns == second.layout.columns else {
            throw LacunaError(
                .shape, "product of a Monarch matrix and an adjoint one",
                "\(first.layout.columns) and \(second.layout.columns) columns differ")
        }
        self.first = first
        self.second = second
    }

    public func operation() throws -> CompositionOperator<Element> {
        try CompositionOperator(MonarchOperator(first), MonarchOperator(second).adjoint)
    }

    /// The first m rows and n columns of it, as in the hierarchy of the paper's definition 8.
    /// - Throws: `LacunaError` if there are not so many.
    public func leadingPart(rows m: Int, columns n: Int) throws -> CompositionOperator<Element> {
        guard 0...first.layout.rows ~= m, 0...second.layout.rows ~= n else {
            throw LacunaError(
                .shape, "leading part",
                "\(m)×\(n) of \(describeShape([first.layout.rows, second.layout.rows]))")
        }
        let keeps = try RestrictionOperator<Element>(Array(0..<m), of: first.layout.rows)
        let extends = try RestrictionOperator<Element>(Array(0..<n), of: second.layout.rows)
        return try CompositionOperator(keeps, CompositionOperator(operation(), extends.adjoint))
    }

    public func dense() throws -> Matrix<Element> {
        try first.dense().multiplied(by: second.dense().adjoint)
    }
}

extension MonarchPair where Element == Complex<Double> {
    /// Circular convolution with h: C[t, s] = h[(t - s) mod n]. With M the Monarch matrix of the Fourier transform and
    /// F = Fᵀ, C = M̄ diag(ĥ[order]) Mᵀ / n: no permutation is left over. Exact.
    /// - Throws: `LacunaError` unless b divides the number of entries, at least 1, and all are finite.
    public static func circularConvolution(_ h: [Complex<Double>], blockSize b: Int) throws -> MonarchPair {
        let n = h.count
        if let index = h.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "circular convolution", "entry \(index) is \(h[index]); all must be finite")
        }
        let forward = try MonarchTransform.fourier(size: n, blockSize: b)
        let inverse = try MonarchTransform.fourier(size: n, blockSize: b, inverse: true)
        let spectrum = try forward.operation().apply(h)
        let layout = forward.factors.layout
        let weighted = inverse.factors.right.storage.enumerated().map { index, entry in
            entry * spectrum[forward.inputOrder[index / (b * b) * b + index % b]]
        }
        return try MonarchPair(
            MonarchFactors(
                layout: layout, left: inverse.factors.left,
                right: Tensor(dimensions: layout.rightDimensions, storage: weighted)),
            forward.factors.conjugated)
    }

    /// An n×n Toeplitz matrix as the leading part of the circulant matrix of twice its size whose first column is
    /// t_0 … t_{n-1}, 0, t_{-(n-1)} … t_{-1}; for a row of zeros, causal convolution. Exact.
    /// - Throws: `LacunaError` if column and row differ in length or in their first entry, or b does not divide 2 n.
    public static func toeplitz(
        firstColumn: [Complex<Double>], firstRow: [Complex<Double>], blockSize b: Int
    ) throws -> CompositionOperator<Complex<Double>> {
        let n = firstColumn.count
        guard n == firstRow.count, n > 0, firstColumn[0] == firstRow[0] else {
            throw LacunaError(
                .shape, "Toeplitz matrix by Monarch factors",
                "first column of \(n) and first row of \(firstRow.count) entries; they must be as long and begin alike")
        }
        return try circularConvolution(firstColumn + [.zero] + firstRow.dropFirst().reversed(), blockSize: b)
            .leadingPart(rows: n, columns: n)
    }
}
