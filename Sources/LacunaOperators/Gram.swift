/// An operator that gives A diag(g) Aᴴ and its relatives without a general dense product: what a solver with
/// unstructured scales needs. Hermitian results are lower triangles, column-major.
public protocol GramOperator<Element>: ColumnAccess {
    /// Scalars of workspace for `count` active columns.
    func gramWorkspaceCount(active count: Int) -> Int

    /// K ← A diag(g) Aᴴ (m×m), g having n entries that vanish outside `active`.
    func weightedGram(
        _ weights: UnsafePointer<Element.RealPart>, active: [Int], into k: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>)

    /// q_j ← a_jᴴ (L Lᴴ)⁻¹ a_j for the active columns, from the Cholesky factor L (m×m), which is destroyed.
    func inverseQuadraticForms(
        _ factor: UnsafeMutablePointer<Element>, active: [Int], into q: UnsafeMutablePointer<Element.RealPart>,
        workspace: UnsafeMutablePointer<Element>)

    /// G ← A_Sᴴ A_S for the columns S = `active`.
    func gram(
        of active: [Int], into g: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>)
}

/// The columns way: gather the active ones. Cost: m² n multiply-adds for K and q together.
extension GramOperator {
    public func gramWorkspaceCount(active count: Int) -> Int { rows * count }

    @specialized(where Self == DenseOperator<Double>)
    @specialized(where Self == DenseOperator<Complex<Double>>)
    public func weightedGram(
        _ weights: UnsafePointer<Element.RealPart>, active: [Int], into k: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let m = rows
        for (position, column) in active.enumerated() {
            let target = workspace + position * m
            copyColumn(column, into: target)
            let root = weights[column].squareRoot()
            for row in 0..<m { target[row] = target[row].scaled(by: root) }
        }
        BLAS<Element>.outerGram(m, active.count, workspace, m, into: k, m)
    }

    @specialized(where Self == DenseOperator<Double>)
    @specialized(where Self == DenseOperator<Complex<Double>>)
    public func inverseQuadraticForms(
        _ factor: UnsafeMutablePointer<Element>, active: [Int], into q: UnsafeMutablePointer<Element.RealPart>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let m = rows
        for (position, column) in active.enumerated() { copyColumn(column, into: workspace + position * m) }
        BLAS<Element>.solveLower(.plain, m, columns: active.count, factor, m, into: workspace, m)
        for position in 0..<active.count {
            let column = workspace + position * m
            var sum = Element.RealPart.zero
            for row in 0..<m { sum += column[row].squaredModulus }
            q[position] = sum
        }
    }

    public func gram(
        of active: [Int], into g: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for (position, column) in active.enumerated() { copyColumn(column, into: workspace + position * rows) }
        BLAS<Element>.innerGram(active.count, rows, workspace, rows, into: g, active.count)
    }
}

extension DenseOperator: GramOperator {}
extension KhatriRaoOperator: GramOperator {}
extension DiagonalOperator: GramOperator {}
extension RestrictionOperator: GramOperator {}
extension FourierOperator: GramOperator {}
extension PermutationOperator: GramOperator {}
extension BlockDiagonalOperator: GramOperator {}
extension CirculantOperator: GramOperator {}
extension ToeplitzOperator: GramOperator {}
extension HankelOperator: GramOperator {}
extension VandermondeOperator: GramOperator {}
extension MaskedOperator: GramOperator {}
extension MonarchOperator: GramOperator {}
extension SparseOperator: GramOperator {}
extension NMOperator: GramOperator {}
