import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct NonNegativeLeastSquaresTests {
    private func solver(_ c: Matrix<Double>) -> NonNegativeLeastSquares<Double> {
        var fit = NonNegativeLeastSquares<Double>(capacity: c.columns + 2)
        let gram = naiveProduct(c.transposed, c)
        fit.setGram(c.columns) { gram[$0, $1] }
        return fit
    }

    /// ‖C g - u‖².
    private func cost(_ c: Matrix<Double>, _ g: [Double], _ u: [Double]) -> Double {
        zip(naiveProduct(c, g), u).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    @Test(arguments: 1...6)
    func leastOfAllPassiveSets(n: Int) {
        var stream = RandomStream(key: UInt64(n))
        for _ in 0..<30 {
            let c: Matrix<Double> = stream.matrix(n + 2, n)
            let u: [Double] = stream.vector(n + 2)
            var fit = solver(c)
            let g = Buffer<Double>(repeating: 0, count: n)
            fit.solve(naiveProduct(c.transposed, u), solution: g.pointer)
            #expect(largestDifference(g.prefix(n), bruteForceNonNegativeLeastSquares(c, u)) < 1e-9)
        }
    }

    @Test func optimalityConditionsAndWarmStarts() {
        var stream = RandomStream(key: 9)
        let n = 18
        // The well-conditioned tridiagonal matrix of the pattern-coupled prior.
        let c = Matrix<Double>(rows: n, columns: n) { $0 == $1 ? 1 : abs($0 - $1) == 1 ? 0.4 : 0 }
        var warm = solver(c)
        let g = Buffer<Double>(repeating: 0, count: n)
        var u: [Double] = stream.vector(n)
        for _ in 0..<40 {
            // Small and large moves of the target in turn: the same zeros, then others.
            let size = stream.uniform() < 0.5 ? 1e-3 : 1.0
            u = u.map { $0 + size * stream.normal() }
            let projected = naiveProduct(c.transposed, u)
            warm.solve(projected, solution: g.pointer)
            let solution = g.prefix(n)
            let gradient = zip(projected, naiveProduct(naiveProduct(c.transposed, c), solution)).map { $0 - $1 }
            for index in 0..<n {
                #expect(solution[index] >= 0)
                #expect(gradient[index] <= 1e-10)
                #expect(solution[index] == 0 || abs(gradient[index]) <= 1e-10)
            }
            var cold = solver(c)
            let fresh = Buffer<Double>(repeating: 0, count: n)
            cold.solve(projected, solution: fresh.pointer)
            #expect(largestDifference(solution, fresh.prefix(n)) < 1e-10)
        }
    }

    /// The tridiagonal matrix of the pattern-coupled prior as it becomes ill-conditioned (beta 0.5: its condition grows as
    /// n²) and indefinite (above 0.5; singular at 1 for n = 2, 5, 8).
    @Test(arguments: [0.45, 0.49, 0.5, 0.51, 0.55, 0.8, 0.95, 0.999, 1], 1...9)
    func couplingsNearOneHalfAndOne(beta: Double, n: Int) {
        var stream = RandomStream(key: UInt64(100 * n) + UInt64(1000 * beta))
        let c = Matrix<Double>(rows: n, columns: n) { $0 == $1 ? 1 : abs($0 - $1) == 1 ? beta : 0 }
        var warm = solver(c)
        let g = Buffer<Double>(repeating: 0, count: n)
        for trial in 0..<20 {
            // As in the prior: targets are positive, of many sizes; then of any sign.
            let u = (0..<n).map { _ in trial < 14 ? Double.exp(4 * stream.normal()) : stream.normal() }
            let projected = naiveProduct(c.transposed, u)
            warm.solve(projected, solution: g.pointer)
            let solution = g.prefix(n)
            #expect(solution.allSatisfy { $0 >= 0 && $0.isFinite })
            // Where C is singular the minimiser is not unique, its cost is.
            let best = cost(c, bruteForceNonNegativeLeastSquares(c, u), u)
            let power = u.reduce(0) { $0 + $1 * $1 }
            #expect(cost(c, solution, u) <= best + 1e-12 * power, "trial \(trial)")
        }
    }

    @Test func signsDecideForOrthogonalColumns() {
        var fit = solver(.identity(3))
        let g = Buffer<Double>(repeating: 0, count: 3)
        fit.solve([2, -1, 0], solution: g.pointer)
        #expect(g.prefix(3) == [2, 0, 0])
        fit.solve([-1, -1, -1], solution: g.pointer)
        #expect(g.prefix(3) == [0, 0, 0])
        fit.solve([0, 0, 5], solution: g.pointer)
        #expect(g.prefix(3) == [0, 0, 5])
    }

    @Test func aNewMatrixForgetsTheOldOne() {
        var stream = RandomStream(key: 10)
        var fit = NonNegativeLeastSquares<Double>(capacity: 5)
        for n in [5, 3, 4, 1] {
            let c: Matrix<Double> = stream.matrix(n + 1, n)
            let u: [Double] = stream.vector(n + 1)
            let gram = naiveProduct(c.transposed, c)
            fit.setGram(n) { gram[$0, $1] }
            let g = Buffer<Double>(repeating: 0, count: n)
            fit.solve(naiveProduct(c.transposed, u), solution: g.pointer)
            #expect(largestDifference(g.prefix(n), bruteForceNonNegativeLeastSquares(c, u)) < 1e-9)
            #expect(cost(c, g.prefix(n), u) <= cost(c, Array(repeating: 0, count: n), u))
        }
    }
}
