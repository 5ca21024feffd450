import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct ConjugateGradientsTests {
    private typealias C = Complex<Double>

    /// In as many iterations as there are unknowns, the solution of the normal equations.
    @Test(arguments: [0, 0.3])
    func solvesTheNormalEquations(weight: Double) throws {
        var stream = RandomStream(key: 31)
        let a: Matrix<C> = stream.matrix(9, 6), y: [C] = stream.vector(9)
        let model = try LinearModel(dictionary: DenseOperator(a), measurements: y)
        let solution = try ConjugateGradients<C>(weight: weight, tolerance: 1e-12).solve(model)
        #expect(solution.report.reason == .converged && solution.report.iterations <= 8)
        var gram = try a.adjoint.multiplied(by: a)
        for index in 0..<6 { gram[index, index] += C(weight, 0) }
        let exact = try gram.solve(Matrix(rows: 6, columns: 1, storage: naiveProduct(a.adjoint, y))).storage
        #expect(relativeDistance(solution.estimate.coefficients, exact) < 1e-10)
    }

    @Test func costFallsAndIsTheObjective() throws {
        var stream = RandomStream(key: 32)
        let a: Matrix<Double> = stream.matrix(30, 20), y: [Double] = stream.vector(30)
        let model = try LinearModel(dictionary: DenseOperator(a), measurements: y)
        let solution = try ConjugateGradients<Double>(weight: 0.1, tolerance: 0, iterationLimit: 12).solve(
            model, limits: SolveLimits(recordsHistory: true))
        let history = solution.report.history
        #expect(history.count == 12 && zip(history, history.dropFirst()).allSatisfy { $1 <= $0 })
        let x = solution.estimate.coefficients
        let residual = zip(y, naiveProduct(a, x)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let cost = (residual + 0.1 * x.reduce(0) { $0 + $1 * $1 }) / 2
        #expect(abs(history[11] - cost) < 1e-12 * cost)
    }

    @Test func contractAndBadInput() throws {
        var stream = RandomStream(key: 33)
        let a: Matrix<C> = stream.matrix(6, 4), y: [C] = stream.vector(6)
        let model = try LinearModel(dictionary: DenseOperator(a), measurements: y)
        let broken = try checkSolverContract(ConjugateGradients<C>(), on: model)
        #expect(broken.isEmpty, "\(broken)")
        #expect(throws: LacunaError.self) { try ConjugateGradients<C>(weight: -1).solve(model) }
        #expect(throws: LacunaError.self) { try ConjugateGradients<C>(tolerance: -1).solve(model) }
        let zero = try LinearModel(dictionary: DenseOperator(a), measurements: [C](repeating: 0, count: 6))
        let solution = try ConjugateGradients<C>().solve(zero)
        #expect(solution.report.reason == .converged && solution.estimate.coefficients.allSatisfy { $0 == 0 })
    }
}

@Suite struct RidgeRegressionTests {
    private func problem(_ count: Int, _ inputs: Int, _ outputs: Int) throws -> RegressionProblem {
        var stream = RandomStream(key: 34)
        let x: Matrix<Double> = stream.matrix(count, inputs), w: Matrix<Double> = stream.matrix(inputs, outputs)
        let clean = try x.multiplied(by: w)
        return try RegressionProblem(
            inputs: x,
            targets: Matrix(rows: count, columns: outputs) { clean[$0, $1] + 2 + 0.1 * stream.normal() })
    }

    /// By the primal formula W = (XᵀX + λ)⁻¹XᵀY on centred data.
    @Test func isThePrimalSolution() throws {
        let problem = try problem(20, 5, 3), count = 20
        let model = try RidgeRegression(relativePenalty: 0.02).solve(problem).estimate
        func centred(_ m: Matrix<Double>) -> Matrix<Double> {
            Matrix(rows: count, columns: m.columns) { m[$0, $1] - m.column($1).reduce(0, +) / Double(count) }
        }
        let x = centred(problem.inputs), y = centred(problem.targets)
        var gram = try x.transposed.multiplied(by: x)
        let largest = try #require(try HermitianEigen(gram).values.last)
        for index in 0..<5 { gram[index, index] += 0.02 * largest }
        let w = try gram.solve(x.transposed.multiplied(by: y))
        let expected = try x.multiplied(by: w), found = try model.predict(problem.inputs)
        for i in 0..<count {
            for j in 0..<3 {
                let mean = problem.targets.column(j).reduce(0, +) / Double(count)
                #expect(abs(found[i, j] - expected[i, j] - mean) < 1e-11)
            }
        }
        #expect(model.parameterCount == 18 && model.relativePenalty == 0.02)
    }

    /// The penalty chosen is the best of its grid by leaving samples out one by one in truth.
    @Test func choosesByLeavingOut() throws {
        let problem = try problem(12, 20, 2)
        let chosen = try RidgeRegression().solve(problem).estimate.relativePenalty
        // The penalty belongs to the largest eigenvalue of all samples.
        func kernelSize(_ x: Matrix<Double>) throws -> Double {
            let centred = Matrix(rows: x.rows, columns: x.columns) {
                x[$0, $1] - x.column($1).reduce(0, +) / Double(x.rows)
            }
            return try HermitianEigen(centred.multiplied(by: centred.transposed)).values.last ?? 0
        }
        func error(_ penalty: Double) throws -> Double {
            var total = 0.0
            let whole = try kernelSize(problem.inputs)
            for left in 0..<12 {
                let rows = (0..<12).filter { $0 != left }
                func without(_ m: Matrix<Double>) -> Matrix<Double> {
                    Matrix(rows: 11, columns: m.columns) { m[rows[$0], $1] }
                }
                let inputs = without(problem.inputs)
                let model = try RidgeRegression(relativePenalty: penalty * whole / kernelSize(inputs)).solve(
                    RegressionProblem(inputs: inputs, targets: without(problem.targets))
                ).estimate
                let found = try model.predict(Matrix(rows: 1, columns: 20) { problem.inputs[left, $1] })
                for j in 0..<2 {
                    total += (found[0, j] - problem.targets[left, j]) * (found[0, j] - problem.targets[left, j])
                }
            }
            return total
        }
        let best = try error(chosen)
        for exponent in 0...12 {
            let other = try error(Double.pow(10, -Double(exponent) / 2))
            #expect(other >= best * (1 - 1e-9), "\(exponent)")
        }
    }

    @Test func withoutPenaltyItFitsWhatItCan() throws {
        // Fewer samples than inputs: an exact fit, of minimum norm.
        let problem = try problem(6, 10, 2)
        let model = try RidgeRegression(relativePenalty: 0).solve(problem).estimate
        #expect(largestDifference(try model.predict(problem.inputs).storage, problem.targets.storage) < 1e-10)
    }

    @Test func badInput() throws {
        let x = Matrix<Double>(repeating: 1, rows: 3, columns: 2)
        #expect(throws: LacunaError.self) {
            try RegressionProblem(inputs: x, targets: Matrix(repeating: 1, rows: 2, columns: 1))
        }
        #expect(throws: LacunaError.self) {
            try RegressionProblem(inputs: x, targets: Matrix(repeating: .nan, rows: 3, columns: 1))
        }
        let problem = try RegressionProblem(inputs: x, targets: x)
        #expect(throws: LacunaError.self) { try RidgeRegression(relativePenalty: -1).solve(problem) }
        // Inputs that do not vary: the mean.
        let model = try RidgeRegression().solve(problem).estimate
        #expect(try model.predict(x).storage.allSatisfy { $0 == 1 })
        #expect(throws: LacunaError.self) { try model.predict(Matrix(repeating: 1, rows: 1, columns: 3)) }
    }
}

@Suite struct ImageQualityTests {
    @Test func peakRatio() throws {
        let truth = [0.0, 1, 2, 4], estimate = [0.0, 1, 2, 3.6]
        #expect(abs(try peakSignalToNoiseRatio(estimate, against: truth) - 20 * Double.log10(4 / 0.2)) < 1e-12)
        #expect(try peakSignalToNoiseRatio(truth, against: truth) == .infinity)
        #expect(throws: LacunaError.self) { try peakSignalToNoiseRatio([1], against: truth) }
        #expect(throws: LacunaError.self) { try peakSignalToNoiseRatio([], against: []) }
    }

    @Test func structuralSimilarityOfWindows() throws {
        let size = 9
        let truth = (0..<81).map { Double(($0 * 7) % 13) / 12 }
        #expect(abs(try structuralSimilarity(truth, against: truth, height: size, width: size) - 1) < 1e-12)
        // One window, written down.
        let a = truth[..<49].map { $0 }, b = a.enumerated().map { $0.element + 0.1 * Double($0.offset % 3) }
        let ma = a.reduce(0, +) / 49, mb = b.reduce(0, +) / 49
        let va = a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) } / 48, vb = b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) } / 48
        let cov = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) } / 48
        let peak = try #require(a.max()), c1 = 1e-4 * peak * peak, c2 = 9e-4 * peak * peak
        let expected = (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
        #expect(abs(try structuralSimilarity(b, against: a, height: 7, width: 7) - expected) < 1e-12)
        #expect(throws: LacunaError.self) { try structuralSimilarity(a, against: b, height: 6, width: 8) }
    }
}
