/// argmin ‖C g - u‖ over g ≥ 0, by Lawson and Hanson's active-set method (Solving Least Squares Problems, 1974, ch. 23)
/// on the normal equations, for a matrix that is kept over many right-hand sides.
///
/// The passive set and its Cholesky factor are remembered: when the next solution has the same zeros, a solve costs two
/// triangular substitutions. Suited to well-conditioned matrices of modest size (the condition number is squared).
public struct NonNegativeLeastSquares<Real: RealScalar> {
    private let capacity: Int
    private var size = 0
    private var gram: [Real]
    private var factor: [Real]
    private var factored: [Int]
    private var passive: [Int]
    private var isPassive: [Bool]
    private var target: [Real]
    private var trial: [Real]

    /// For matrices of up to `capacity` columns.
    public init(capacity: Int) {
        self.capacity = capacity
        gram = Array(repeating: 0, count: capacity * capacity)
        factor = gram
        target = Array(repeating: 0, count: capacity)
        trial = target
        isPassive = Array(repeating: false, count: capacity)
        factored = []
        passive = []
        factored.reserveCapacity(capacity)
        passive.reserveCapacity(capacity)
    }

    /// Takes CᵀC of a new matrix, n×n, element by element, and forgets the passive set.
    public mutating func setGram(_ n: Int, element: (Int, Int) -> Real) {
        precondition(n <= capacity, "\(n) columns in a workspace of \(capacity)")
        size = n
        for column in 0..<n {
            for row in 0..<n { gram[row + column * n] = element(row, column) }
            isPassive[column] = false
        }
        factored.removeAll(keepingCapacity: true)
    }

    /// g from Cᵀu (n elements each). `solution` holds the previous answer or zeros on entry.
    @specialized(where Real == Double)
    public mutating func solve(_ projected: UnsafePointer<Real>, solution: UnsafeMutablePointer<Real>) {
        var scale = Real.zero
        for index in 0..<size {
            if !isPassive[index] || !(solution[index] > 0) {
                solution[index] = 0
                isPassive[index] = false
            }
            scale = max(scale, projected[index].magnitude)
        }
        let tolerance = 10 * Real(size) * Real.ulpOfOne * scale
        // Each pass adds one index and removes some; the objective falls, so that 3n passes are never needed.
        for _ in 0...3 * size {
            moveToMinimizerOfPassiveSet(projected, solution)
            var best = -1
            var steepest = tolerance
            for index in 0..<size where !isPassive[index] {
                var gradient = projected[index]
                let column = index * size
                for other in 0..<size { gradient -= gram[column + other] * solution[other] }
                if gradient > steepest {
                    steepest = gradient
                    best = index
                }
            }
            if best < 0 { return }
            isPassive[best] = true
        }
    }

    /// Solves on the passive set; where that leaves the cone, goes to its boundary, drops what became zero, and repeats.
    @inline(__always)
    private mutating func moveToMinimizerOfPassiveSet(
        _ projected: UnsafePointer<Real>, _ solution: UnsafeMutablePointer<Real>
    ) {
        while true {
            passive.removeAll(keepingCapacity: true)
            for index in 0..<size where isPassive[index] { passive.append(index) }
            if passive.isEmpty { return }
            if passive != factored { factorize() }
            substitute(projected)
            var step: Real = 1
            for (position, index) in passive.enumerated() where trial[position] <= 0 {
                let distance = solution[index] - trial[position]
                step = min(step, distance > 0 ? solution[index] / distance : 0)
            }
            if step == 1 && !trial[0..<passive.count].contains(where: { $0 <= 0 }) {
                for (position, index) in passive.enumerated() { solution[index] = trial[position] }
                return
            }
            for (position, index) in passive.enumerated() {
                let moved = solution[index] + step * (trial[position] - solution[index])
                if trial[position] <= 0 && moved <= 16 * Real.ulpOfOne * solution[index].magnitude {
                    solution[index] = 0
                    isPassive[index] = false
                } else {
                    solution[index] = moved
                }
            }
        }
    }

    private mutating func factorize() {
        factored.removeAll(keepingCapacity: true)
        factored.append(contentsOf: passive)
        let n = passive.count
        for column in 0..<n {
            for row in column..<n {
                var sum = gram[passive[row] + passive[column] * size]
                for k in 0..<column { sum -= factor[row + k * capacity] * factor[column + k * capacity] }
                if row == column {
                    factor[row + column * capacity] = max(sum, Real.leastNormalMagnitude).squareRoot()
                } else {
                    factor[row + column * capacity] = sum / factor[column + column * capacity]
                }
            }
        }
    }

    /// trial ← (C_Pᵀ C_P)⁻¹ (Cᵀu)_P.
    private mutating func substitute(_ projected: UnsafePointer<Real>) {
        let n = passive.count
        for row in 0..<n {
            var sum = projected[passive[row]]
            for k in 0..<row { sum -= factor[row + k * capacity] * target[k] }
            target[row] = sum / factor[row + row * capacity]
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
            var sum = target[row]
            for k in row + 1..<max(n, row + 1) { sum -= factor[k + row * capacity] * trial[k] }
            trial[row] = sum / factor[row + row * capacity]
        }
    }
}
