/// The posterior for scales without structure, through the Cholesky factor of the smaller of two matrices:
/// Σ_y = s² I + A diag(g) Aᴴ (m×m) while the active columns number at least m, and
/// T = s² I + diag(g^½) A_Sᴴ A_S diag(g^½) (n×n) when they are fewer.
///
/// Only the diagonal of the covariance is computed; the N×N covariance is never formed. On a Kronecker dictionary Σ_y
/// and the quadratic forms a_nᴴ Σ_y⁻¹ a_n come at Kronecker cost (`KroneckerGramOperator`), so that m³ remains;
/// on other dictionaries they cost m² n multiply-adds together.
public struct CovariancePosterior<Element: Scalar>: GaussianPosterior {
    public typealias Real = Element.RealPart

    private let dictionary: any GramOperator<Element>
    private let measurements: Buffer<Element>
    /// Aᴴ y over all columns.
    private let correlation: Buffer<Element>
    private let matrix: Buffer<Element>
    private let gramWorkspace: Buffer<Element>
    private let operatorWorkspace: Buffer<Element>
    private let right: Buffer<Element>
    private let full: Buffer<Element>
    private let weights: Buffer<Real>
    private let forms: Buffer<Real>
    private let meanVector: Buffer<Element>
    private let moment: Buffer<Real>
    private let variance: Buffer<Real>
    private var positions: [Int]
    private var columns: [Int]
    private let rows: Int
    public let dimensions: [Int]
    public private(set) var logDeterminant: Real = 0

    /// - Throws: `LacunaError` if the dictionary gives neither columns nor Gram matrices.
    public init(_ model: LinearModel<Element>) throws {
        let m = model.dictionary.rows, n = model.dictionary.columns
        try requireMemory(
            elements: [m, max(m, n)], bytesEach: MemoryLayout<Element>.stride, "covariance of the measurements")
        dictionary = try Self.gramOperator(model.dictionary)
        rows = m
        dimensions = [n]
        measurements = Buffer(model.measurements)
        correlation = Buffer(try model.dictionary.applyAdjoint(model.measurements))
        // m×m, or n×n for fewer active columns than m.
        matrix = Buffer(repeating: 0, count: min(m, n) * min(m, n))
        gramWorkspace = Buffer(repeating: 0, count: dictionary.gramWorkspaceCount(active: n))
        operatorWorkspace = Buffer(repeating: 0, count: dictionary.workspaceCount)
        right = Buffer(repeating: 0, count: max(m, n))
        full = Buffer(repeating: 0, count: max(m, n))
        weights = Buffer(repeating: 0, count: n)
        forms = Buffer(repeating: 0, count: n)
        meanVector = Buffer(repeating: 0, count: n)
        moment = Buffer(repeating: 0, count: n)
        variance = Buffer(repeating: 0, count: n)
        positions = []
        columns = []
        positions.reserveCapacity(n)
        columns.reserveCapacity(n)
    }

    private static func gramOperator(
        _ dictionary: any LinearOperator<Element>
    ) throws -> any GramOperator<Element> {
        if let kronecker = dictionary as? KroneckerOperator<Element> {
            if kronecker.factors.count == 1 { return DenseOperator(kronecker.factors[0]) }
            return try KroneckerGramOperator(kronecker)
        }
        guard let gram = dictionary as? any GramOperator<Element> else {
            throw LacunaError(
                .value, "dictionary", "\(type(of: dictionary)) gives no access to its columns",
                remedy: "Wrap its dense form in a DenseOperator.")
        }
        return gram
    }

    public var mean: UnsafePointer<Element> { UnsafePointer(meanVector.pointer) }
    public var secondMoment: UnsafePointer<Real> { UnsafePointer(moment.pointer) }

    public mutating func restrict(mode: Int, kept: [Int]) {}

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public mutating func update(_ scales: KroneckerScales<Real>, noiseVariance: Real) {
        let count = scales.values[0].count
        positions.removeAll(keepingCapacity: true)
        columns.removeAll(keepingCapacity: true)
        for index in 0..<weights.count { weights[index] = 0 }
        for position in 0..<count {
            meanVector[position] = 0
            variance[position] = 0
            guard scales.values[0][position] > 0 else { continue }
            positions.append(position)
            columns.append(scales.active[0][position])
            weights[scales.active[0][position]] = scales.values[0][position]
        }
        if columns.count >= rows { updateFromCovariance(noiseVariance) } else { updateFromInformation(noiseVariance) }
        finish(count)
    }

    /// |mean|² + var.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private mutating func finish(_ count: Int) {
        for position in 0..<count { moment[position] = variance[position] + meanVector[position].squaredModulus }
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func determinedParameters() -> Real {
        var determined = Real.zero
        for (index, position) in positions.enumerated() {
            determined += 1 - variance[position] / weights[columns[index]]
        }
        return determined
    }

    /// Through Σ_y: mean = g Aᴴ Σ_y⁻¹ y, var = g - g² a_nᴴ Σ_y⁻¹ a_n.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private mutating func updateFromCovariance(_ noiseVariance: Real) {
        let m = rows
        factorize(m, noiseVariance) {
            dictionary.weightedGram(
                weights.pointer, active: columns, into: matrix.pointer, workspace: gramWorkspace.pointer)
        }
        logDeterminant = 0
        for index in 0..<m { logDeterminant += 2 * Real.log(matrix[index * (m + 1)].realPart) }
        right.pointer.update(from: measurements.pointer, count: m)
        BLAS<Element>.solveLower(.plain, m, columns: 1, matrix.pointer, m, into: right.pointer, m)
        BLAS<Element>.solveLower(.adjoint, m, columns: 1, matrix.pointer, m, into: right.pointer, m)
        dictionary.applyAdjoint(right.pointer, into: full.pointer, workspace: operatorWorkspace.pointer)
        dictionary.inverseQuadraticForms(
            matrix.pointer, active: columns, into: forms.pointer, workspace: gramWorkspace.pointer)
        for (index, position) in positions.enumerated() {
            let g = weights[columns[index]]
            meanVector[position] = full[columns[index]].scaled(by: g)
            variance[position] = max(g - g * g * forms[index], 0)
        }
    }

    /// Through T: mean = g^½ T⁻¹ g^½ Aᴴ y, var = s² g diag(T⁻¹).
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private mutating func updateFromInformation(_ noiseVariance: Real) {
        let n = columns.count
        guard n > 0 else {
            logDeterminant = Real(rows) * Real.log(noiseVariance)
            return
        }
        factorize(n, noiseVariance) {
            dictionary.gram(of: columns, into: matrix.pointer, workspace: gramWorkspace.pointer)
            for column in 0..<n {
                let root = weights[columns[column]].squareRoot()
                for row in column..<n {
                    let factor = root * weights[columns[row]].squareRoot()
                    matrix[row + column * n] = matrix[row + column * n].scaled(by: factor)
                }
            }
        }
        logDeterminant = Real(rows - n) * Real.log(noiseVariance)
        for index in 0..<n { logDeterminant += 2 * Real.log(matrix[index * (n + 1)].realPart) }
        for (index, column) in columns.enumerated() {
            right[index] = correlation[column].scaled(by: weights[column].squareRoot())
        }
        BLAS<Element>.solveLower(.plain, n, columns: 1, matrix.pointer, n, into: right.pointer, n)
        BLAS<Element>.solveLower(.adjoint, n, columns: 1, matrix.pointer, n, into: right.pointer, n)
        BLAS<Element>.inverseFromCholesky(n, matrix.pointer, n)
        for (index, position) in positions.enumerated() {
            let g = weights[columns[index]]
            meanVector[position] = right[index].scaled(by: g.squareRoot())
            variance[position] = max(noiseVariance * g * matrix[index * (n + 1)].realPart, 0)
        }
    }

    /// Cholesky factor of the matrix that `fill` writes plus s² I. As s² -> 0 the diagonal is lifted to rounding level.
    @inline(__always)
    private func factorize(_ size: Int, _ noiseVariance: Real, fill: () -> Void) {
        guard size > 0 else { return }
        var shift = noiseVariance
        for _ in 0..<8 {
            fill()
            var largest = Real.leastNormalMagnitude
            for index in 0..<size { largest = max(largest, matrix[index * (size + 1)].realPart) }
            shift = max(shift, largest * Real.ulpOfOne)
            for index in 0..<size { matrix[index * (size + 1)] += Element(shift) }
            if BLAS<Element>.choleskyFactor(size, matrix.pointer, size) { return }
            shift = max(shift * 16, largest * Real.ulpOfOne * Real(size))
        }
        // Not positive definite at any shift: the matrix is not finite, and so will the estimate be.
        for index in 0..<size * size { matrix[index] = Element(Real.nan) }
    }

    public mutating func variances(_ scales: KroneckerScales<Real>) -> UnsafePointer<Real> {
        UnsafePointer(variance.pointer)
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func squaredResidual() -> Real {
        for index in 0..<dimensions[0] { right[index] = 0 }
        for (index, position) in positions.enumerated() { right[columns[index]] = meanVector[position] }
        dictionary.apply(right.pointer, into: full.pointer, workspace: operatorWorkspace.pointer)
        var sum = Real.zero
        for index in 0..<rows { sum += (measurements[index] - full[index]).squaredModulus }
        return sum
    }
}
