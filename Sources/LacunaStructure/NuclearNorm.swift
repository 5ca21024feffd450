/// λ Σ σ_i(X), the sum of the singular values of the matrix X whose columns x holds one after the other (as in `Matrix`);
/// prox: U (Σ - t λ)_+ Vᴴ (Cai, Candès & Shen 2010). Cost: one singular value decomposition.
public struct NuclearNorm<Element: Scalar>: Penalty {
    public let weight: Element.RealPart
    public let rows: Int
    public let columns: Int

    /// - Throws: `LacunaError` for an empty shape or a weight that is negative or not finite.
    public init(weight: Element.RealPart, rows: Int, columns: Int) throws {
        try requireNonNegative(weight, "nuclear norm weight")
        guard rows >= 1, columns >= 1 else {
            throw LacunaError(
                .shape, "nuclear norm", "a matrix of \(describeShape([rows, columns])); it must not be empty")
        }
        _ = try checkedProduct([rows, columns], "nuclear norm")
        self.weight = weight
        self.rows = rows
        self.columns = columns
    }

    public var traits: PenaltyTraits { [.convex, .positivelyHomogeneous] }

    public var requiredCount: Int? { rows * columns }

    public func makeWorkspace(count: Int) -> SingularValueWorkspace<Element> {
        SingularValueWorkspace(rows: rows, columns: columns)
    }

    /// NaN if an entry is not finite.
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        let workspace = SingularValueWorkspace<Element>(rows: rows, columns: columns)
        guard let base = x.baseAddress, workspace.decompose(base) else { return .nan }
        var sum = Element.RealPart.zero
        for index in 0..<workspace.values.count { sum += workspace.values[index] }
        return weight * sum
    }

    /// NaN throughout if an entry is not finite.
    public func prox(
        _ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart,
        workspace: inout SingularValueWorkspace<Element>
    ) {
        let threshold = step * weight
        guard threshold > 0, let base = x.baseAddress else { return }
        guard workspace.decompose(base) else { return x.update(repeating: Element(.nan)) }
        var kept = 0
        while kept < workspace.values.count && workspace.values[kept] > threshold {
            let column = workspace.left.pointer + kept * rows
            let factor = workspace.values[kept] - threshold
            for row in 0..<rows { column[row] = column[row].scaled(by: factor) }
            kept += 1
        }
        guard kept > 0 else { return x.update(repeating: 0) }
        BLAS<Element>.multiply(
            .plain, .plain, rows, columns, kept, workspace.left.pointer, rows, workspace.right.pointer,
            workspace.values.count, into: base, rows)
    }
}
