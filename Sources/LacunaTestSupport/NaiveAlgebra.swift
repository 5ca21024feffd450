import Lacuna

// Linear algebra straight from its definitions, without BLAS: slow, and obviously right.

public func naiveProduct<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> Matrix<S> {
    precondition(a.columns == b.rows, "\(a.shape) times \(b.shape)")
    return Matrix(rows: a.rows, columns: b.columns) { row, column in
        var sum = S.zero
        for k in 0..<a.columns { sum += a[row, k] * b[k, column] }
        return sum
    }
}

public func naiveProduct<S: Scalar>(_ a: Matrix<S>, _ x: [S]) -> [S] {
    naiveProduct(a, Matrix(rows: x.count, columns: 1, storage: x)).storage
}

/// a ⊗ b: the first varies slowest.
public func naiveKronecker<S: Scalar>(_ a: [S], _ b: [S]) -> [S] {
    a.flatMap { outer in b.map { outer * $0 } }
}

public func naiveKronecker<S: Scalar>(_ factors: [Matrix<S>]) -> Matrix<S> {
    factors.reduce(Matrix(rows: 1, columns: 1, storage: [1])) { a, b in
        Matrix(rows: a.rows * b.rows, columns: a.columns * b.columns) { row, column in
            a[row / b.rows, column / b.columns] * b[row % b.rows, column % b.columns]
        }
    }
}

/// Solves A X = B by Gaussian elimination with partial pivoting; also gives |det A| as its logarithm.
public func naiveSolve<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> (solution: Matrix<S>, logDeterminant: S.RealPart) {
    precondition(a.rows == a.columns && a.rows == b.rows, "\(a.shape) against \(b.shape)")
    var a = a, b = b
    let n = a.rows
    var logDeterminant = S.RealPart.zero
    for pivot in 0..<n {
        var best = pivot
        for row in pivot..<n where a[row, pivot].modulus > a[best, pivot].modulus { best = row }
        for column in 0..<n { (a[pivot, column], a[best, column]) = (a[best, column], a[pivot, column]) }
        for column in 0..<b.columns { (b[pivot, column], b[best, column]) = (b[best, column], b[pivot, column]) }
        logDeterminant += S.RealPart.log(a[pivot, pivot].modulus)
        for row in 0..<n where row != pivot {
            let factor = a[row, pivot] / a[pivot, pivot]
            for column in 0..<n { a[row, column] -= factor * a[pivot, column] }
            for column in 0..<b.columns { b[row, column] -= factor * b[pivot, column] }
        }
    }
    let solution = Matrix(rows: n, columns: b.columns) { b[$0, $1] / a[$0, $0] }
    return (solution, logDeterminant)
}

/// The lower triangle and its mirror image, from a matrix whose upper triangle is not defined.
public func completed<S: Scalar>(lower matrix: Matrix<S>) -> Matrix<S> {
    Matrix(rows: matrix.rows, columns: matrix.columns) { row, column in
        row >= column ? matrix[row, column] : matrix[column, row].conjugated
    }
}
