import Lacuna

/// argmin ‖C g - u‖ over g ≥ 0 by trying every set of non-zero entries: 2^n least-squares problems.
public func bruteForceNonNegativeLeastSquares(_ c: Matrix<Double>, _ u: [Double]) -> [Double] {
    let n = c.columns
    var best = (cost: u.reduce(0) { $0 + $1 * $1 }, solution: Array(repeating: 0.0, count: n))
    for subset in 1..<max(1 << n, 1) {
        let passive = (0..<n).filter { subset >> $0 & 1 == 1 }
        let columns = c.selectingColumns(passive)
        let right = Matrix(rows: passive.count, columns: 1, storage: naiveProduct(columns.transposed, u))
        let fit = naiveSolve(naiveProduct(columns.transposed, columns), right).solution.storage
        guard fit.allSatisfy({ $0 >= 0 }) else { continue }
        let cost = zip(naiveProduct(columns, fit), u).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        guard cost < best.cost else { continue }
        var solution = Array(repeating: 0.0, count: n)
        for (index, value) in zip(passive, fit) { solution[index] = value }
        best = (cost, solution)
    }
    return best.solution
}
