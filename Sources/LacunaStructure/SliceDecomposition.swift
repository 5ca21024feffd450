/// T ≈ A Bᵀ of rank r for many small m×n matrices, one after the other, with columns of A and B of equal size (√σ).
final class SliceDecomposition<S: Scalar> {
    /// A, m×r.
    let left: Buffer<S>
    /// B, n×r.
    let right: Buffer<S>
    private let rows: Int
    private let columns: Int
    private let rank: Int
    private let method: MonarchProjection
    private let singularValues: SingularValueWorkspace<S>
    private let start: Buffer<S>
    private let scaled: Buffer<S>

    init(rows: Int, columns: Int, rank: Int, method: MonarchProjection) {
        self.rows = rows
        self.columns = columns
        self.rank = rank
        self.method = method
        left = Buffer(repeating: 0, count: rows * rank)
        right = Buffer(repeating: 0, count: columns * rank)
        singularValues = SingularValueWorkspace(rows: rows, columns: columns)
        // Random, so that no matrix is orthogonal to it; always the same, so that results repeat.
        var stream = RandomStream(key: 0)
        start = Buffer((0..<columns * rank).map { _ in S(S.RealPart(stream.normal())) })
        scaled = Buffer(repeating: 0, count: rows * columns)
    }

    /// - Throws: `LacunaError` if LAPACK does not converge.
    func decompose(_ matrix: UnsafePointer<S>) throws {
        switch method {
        case .singularValues:
            guard singularValues.decompose(matrix) else {
                throw LacunaError(.value, "Monarch projection", "LAPACK did not converge")
            }
            for rho in 0..<rank {
                let root = singularValues.values[rho].squareRoot()
                for row in 0..<rows {
                    left[row + rho * rows] = singularValues.left[row + rho * rows].scaled(by: root)
                }
                for column in 0..<columns {
                    let entry = singularValues.right[rho + column * singularValues.values.count]
                    right[column + rho * columns] = entry.scaled(by: root)
                }
            }
        case .powerIteration(let limit): iterate(matrix, limit: limit)
        }
    }

    /// U ← orthonormal basis of T V, V ← Tᴴ U; then U Vᴴ is the best approximation with the column space of U.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Double>)
    private func iterate(_ matrix: UnsafePointer<S>, limit: Int) {
        defer { withExtendedLifetime((left, right, scaled, start)) {} }
        var largest = S.RealPart.zero
        for index in 0..<rows * columns {
            largest = max(largest, matrix[index].realPart.magnitude, matrix[index].imaginaryPart.magnitude)
        }
        guard largest >= S.RealPart.leastNormalMagnitude else {
            for index in 0..<left.count { left[index] = 0 }
            for index in 0..<right.count { right[index] = 0 }
            return
        }
        // Entries of at most 1, so that squares stay in range.
        var total = S.RealPart.zero
        for index in 0..<rows * columns {
            scaled[index] = matrix[index].scaled(by: 1 / largest)
            total += scaled[index].squaredModulus
        }
        right.pointer.update(from: start.pointer, count: right.count)
        var energy = S.RealPart.zero
        for _ in 0..<limit {
            BLAS<S>.multiply(
                .plain, .plain, rows, rank, columns, scaled.pointer, rows, right.pointer, columns, into: left.pointer,
                rows)
            orthonormalizeLeft()
            BLAS<S>.multiply(
                .adjoint, .plain, columns, rank, rows, scaled.pointer, rows, left.pointer, rows, into: right.pointer,
                columns)
            var next = S.RealPart.zero
            for index in 0..<right.count { next += right[index].squaredModulus }
            let gain = next - energy
            energy = next
            if gain <= S.RealPart(1e-6) * total { break }
        }
        for rho in 0..<rank {
            var squares = S.RealPart.zero
            for column in 0..<columns { squares += right[column + rho * columns].squaredModulus }
            let length = squares.squareRoot()
            let toLeft = (length * largest).squareRoot()
            let toRight = length > 0 ? toLeft / length : 0
            for row in 0..<rows { left[row + rho * rows] = left[row + rho * rows].scaled(by: toLeft) }
            for column in 0..<columns {
                right[column + rho * columns] = right[column + rho * columns].conjugated.scaled(by: toRight)
            }
        }
    }

    /// Gram-Schmidt, twice for orthogonality to rounding; a column that depends on those before becomes zero.
    private func orthonormalizeLeft() {
        for rho in 0..<rank {
            let column = left.pointer + rho * rows
            let before = norm(column)
            for _ in 0..<(rho > 0 ? 2 : 0) {
                for other in 0..<rho {
                    let basis = left.pointer + other * rows
                    var product = S.zero
                    for row in 0..<rows { product += basis[row].conjugated * column[row] }
                    for row in 0..<rows { column[row] -= product * basis[row] }
                }
            }
            let after = norm(column)
            let factor = after > 16 * S.RealPart.ulpOfOne * before ? 1 / after : 0
            for row in 0..<rows { column[row] = column[row].scaled(by: factor) }
        }
    }

    private func norm(_ column: UnsafePointer<S>) -> S.RealPart {
        var squares = S.RealPart.zero
        for row in 0..<rows { squares += column[row].squaredModulus }
        return squares.squareRoot()
    }
}
