/// A transform that is a Monarch matrix on reordered input: y = M x[order], y in natural order.
///
/// The discrete Fourier transform in natural order is as far from the Monarch class as a matrix can be; with the right order
/// of its input it is in it. (Dao et al. 2022 place it in (MM*)² for that permutation.)
public struct MonarchTransform<Element: Scalar>: Sendable {
    public let factors: MonarchFactors<Element>
    /// Position s of what M acts on holds x[inputOrder[s]].
    public let inputOrder: [Int]

    /// - Throws: `LacunaError` unless `inputOrder` is a permutation of the columns.
    public init(factors: MonarchFactors<Element>, inputOrder: [Int]) throws {
        guard inputOrder.count == factors.layout.columns else {
            throw LacunaError(
                .shape, "Monarch transform", "an order of \(inputOrder.count) for \(factors.layout.columns) columns")
        }
        _ = try PermutationOperator<Element>(inputOrder)
        self.factors = factors
        self.inputOrder = inputOrder
    }

    /// x ↦ M x[order].
    public func operation() throws -> CompositionOperator<Element> {
        try CompositionOperator(MonarchOperator(factors), PermutationOperator(inputOrder))
    }

    /// The matrix in natural order.
    public func dense() -> Matrix<Element> {
        let permuted = factors.dense()
        var natural = permuted
        for (position, source) in inputOrder.enumerated() {
            for row in 0..<permuted.rows { natural[row, source] = permuted[row, position] }
        }
        return natural
    }
}

extension MonarchFactors {
    /// A ⊗ B as a Monarch matrix: A is L×K, B is J×I.
    /// - Throws: `LacunaError` for an empty factor.
    public init(kronecker a: Matrix<Element>, _ b: Matrix<Element>) throws {
        let layout = try MonarchLayout(
            leftBlocks: b.rows, leftRows: a.rows, rightBlocks: a.columns, rightColumns: b.columns)
        try self.init(layout: layout, left: { _, l, k, _ in a[l, k] }, right: { _, _, j, i in b[j, i] })
    }

    /// With L[j, l, k, ρ] = left(j, l, k, ρ) and R[k, ρ, j, i] = right(k, ρ, j, i).
    init(layout: MonarchLayout, left: (Int, Int, Int, Int) -> Element, right: (Int, Int, Int, Int) -> Element) throws {
        func tensor(_ d: [Int], _ element: (Int, Int, Int, Int) -> Element) -> Tensor<Element> {
            var storage: [Element] = []
            storage.reserveCapacity(d.reduce(1, *))
            for a in 0..<d[0] {
                for b in 0..<d[1] {
                    for c in 0..<d[2] { for e in 0..<d[3] { storage.append(element(a, b, c, e)) } }
                }
            }
            return Tensor(dimensions: d, storage: storage)
        }
        try self.init(
            layout: layout, left: tensor(layout.leftDimensions, left), right: tensor(layout.rightDimensions, right))
    }

    /// With the conjugate entries.
    public var conjugated: MonarchFactors {
        get throws {
            try MonarchFactors(
                layout: layout,
                left: Tensor(dimensions: left.dimensions, storage: left.storage.map(\.conjugated)),
                right: Tensor(dimensions: right.dimensions, storage: right.storage.map(\.conjugated)))
        }
    }
}

/// exp(-2πi a / n), a taken modulo n before the division: exact angles for large numbers.
func rootOfUnity(_ a: Int, _ n: Int) -> Complex<Double> {
    let angle = -2 * Double.pi * Double(a % n) / Double(n)
    return Complex(Double.cos(angle), Double.sin(angle))
}
