import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct VariationalLayerTests {
    @Test func gradients() throws {
        var random = RandomStream(key: 61)
        let linear = try checkGradient(
            Variational(Linear<Double>(5, 4)), inputs: [ValueShape([5], positions: 2)], random: &random)
        #expect(linear.discrepancy < 1e-7, "\(linear)")
        #expect(linear.parameters.keys.sorted() == ["bias", "log_deviation", "weight"])
        for (stride, padding, groups, bias) in [(1, 0, 1, true), (2, 1, 2, false)] {
            let layer = Variational(
                Convolution2D<Double>(2, 4, kernel: 3, stride: stride, padding: padding, groups: groups, bias: bias))
            let check = try checkGradient(layer, inputs: [ValueShape([2, 5, 4])], random: &random)
            #expect(check.discrepancy < 1e-7, "\(check)")
            #expect(check.parameters.count == (bias ? 3 : 2))
        }
        // In evaluation deviations play no part.
        let still = try checkGradient(
            Variational(Linear<Double>(5, 4)), inputs: [ValueShape([5])], isTraining: false, random: &random)
        #expect(still.discrepancy < 1e-8)
    }

    /// Over many draws: mean μ x + b, variance Σ σ² x².
    @Test func moments() throws {
        var random = RandomStream(key: 62)
        let weight: [Double] = random.vector(6), x: [Double] = random.vector(3)
        let logDeviation = (0..<6).map { _ in Double.log(0.1 + random.uniform()) }
        let draws = 20_000
        // One column per draw.
        let batch = (0..<3).flatMap { Array(repeating: x[$0], count: draws) }
        let y = try output(
            of: Variational(Linear<Double>(3, 2)), batch, ValueShape([3]), batch: draws,
            parameters: ["weight": weight, "bias": [1, -1], "log_deviation": logDeviation], isTraining: true,
            randomKey: 3)
        for row in 0..<2 {
            let values = y[row * draws..<(row + 1) * draws]
            let mean = values.reduce(0, +) / Double(draws)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)
            let expected = (0..<3).reduce(row == 0 ? 1.0 : -1.0) { $0 + weight[row * 3 + $1] * x[$1] }
            let spread = (0..<3).reduce(0) { $0 + Double.exp(2 * logDeviation[row * 3 + $1]) * x[$1] * x[$1] }
            // Four standard errors.
            #expect(abs(mean - expected) < 4 * (spread / Double(draws)).squareRoot())
            #expect(abs(variance / spread - 1) < 4 * (2 / Double(draws)).squareRoot())
        }
    }

    @Test func vanishingDeviationIsTheBaseLayer() throws {
        var random = RandomStream(key: 63)
        let shape = ValueShape([2, 6, 5]), x: [Double] = random.vector(shape.count * 3)
        let base = Convolution2D<Double>(2, 3, kernel: 3)
        let parameters: [String: [Double]] = ["weight": random.vector(54), "bias": random.vector(3)]
        let expected = try output(of: base, x, shape, batch: 3, parameters: parameters)
        var drawn = parameters
        drawn["log_deviation"] = Array(repeating: -40, count: 54)
        let y = try output(
            of: Variational(base), x, shape, batch: 3, parameters: drawn, isTraining: true, randomKey: 1)
        // What is left is the floor of the variance.
        #expect(largestDifference(y, expected) < 6e-5)
        drawn["log_deviation"] = Array(repeating: 1, count: 54)
        #expect(try output(of: Variational(base), x, shape, batch: 3, parameters: drawn) == expected)
        func noisy(_ key: UInt64) throws -> [Double] {
            try output(of: Variational(base), x, shape, batch: 3, parameters: drawn, isTraining: true, randomKey: key)
        }
        #expect(try noisy(1) == noisy(1))
        #expect(try largestDifference(noisy(1), noisy(2)) > 1)
    }

    /// Single precision has its own exponential: over the whole range of deviations it gives what double precision gives.
    @Test func precisionsAgree() throws {
        var random = RandomStream(key: 66)
        let shape = ValueShape([40]), x: [Double] = random.vector(40 * 3)
        let weight: [Double] = random.vector(800), spread = (0..<800).map { -12 + 13 * Double($0) / 799 }
        let wide = try output(
            of: Variational(Linear<Double>(40, 20)), x, shape, batch: 3,
            parameters: ["weight": weight, "log_deviation": spread], isTraining: true, randomKey: 2)
        let narrow = try output(
            of: Variational(Linear<Float>(40, 20)), x.map { Float($0) }, shape, batch: 3,
            parameters: ["weight": weight.map { Float($0) }, "log_deviation": spread.map { Float($0) }],
            isTraining: true, randomKey: 2)
        #expect(relativeDistance(narrow.map(Double.init), wide) < 1e-6)
    }

    @Test func gateGradients() throws {
        var random = RandomStream(key: 64)
        for layer in [GaussianGate<Double>(3) as any Layer<Double>, LogNormalGate<Double>(3)] {
            for shape in [ValueShape([3, 2]), ValueShape([3], positions: 4)] {
                for isTraining in [true, false] {
                    let check = try checkGradient(
                        layer, inputs: [shape], isTraining: isTraining,
                        parameters: [-0.5, -2, 0.3, -0.7, 0.2, -1.5], random: &random)
                    #expect(check.discrepancy < 1e-7, "\(layer) \(shape) \(isTraining): \(check)")
                }
            }
        }
    }

    @Test func horseshoeGradients() throws {
        var random = RandomStream(key: 65)
        let parameters = [-0.5, 0.3, 0.2, -0.4, -1, -0.6, -0.8, -1.2, 0.1, -0.2, -0.9, -1.1]
        for shape in [ValueShape([2, 3]), ValueShape([2], positions: 4)] {
            for isTraining in [true, false] {
                let check = try checkGradient(
                    HorseshoeGate<Double>(2), inputs: [shape], isTraining: isTraining, parameters: parameters,
                    random: &random)
                #expect(check.discrepancy < 1e-7, "\(shape) \(isTraining): \(check)")
            }
        }
        // Draws have the mean that evaluation uses.
        let draws = 20_000, ones = Array(repeating: 1.0, count: 2 * draws)
        let given = [
            "mean": Array(parameters[0..<4]), "log_deviation": Array(parameters[4..<8]),
            "global_mean": Array(parameters[8..<10]), "global_log_deviation": Array(parameters[10..<12]),
        ]
        func gate(_ isTraining: Bool) throws -> [Double] {
            try output(
                of: HorseshoeGate<Double>(2), ones, ValueShape([2]), batch: draws, parameters: given,
                isTraining: isTraining, randomKey: 4)
        }
        let z = try gate(true), mean = try gate(false)
        for row in 0..<2 {
            let values = z[row * draws..<(row + 1) * draws], average = values.reduce(0, +) / Double(draws)
            let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(draws)
            #expect(abs(average - mean[row * draws]) < 4.5 * (variance / Double(draws)).squareRoot())
        }
    }

    /// One draw for a sample's pixels and positions, another for the next sample; in evaluation the mean.
    @Test func gatesAreSharedWithinSamples() throws {
        let shape = ValueShape([2, 2], positions: 3), batch = 2
        let ones = Array(repeating: 1.0, count: shape.count * batch)
        for layer in [GaussianGate<Double>(2, deviation: 0.5) as any Layer<Double>, LogNormalGate<Double>(2)] {
            let parameters = ["log_deviation": [-0.5, -0.5]]
            let z = try output(
                of: layer, ones, shape, batch: batch, parameters: parameters, isTraining: true, randomKey: 5)
            var distinct: Set<Double> = []
            for feature in 0..<4 {
                for sample in 0..<batch {
                    let first = (feature * batch + sample) * 3
                    #expect(z[first] == z[first + 1] && z[first] == z[first + 2])
                    #expect(z[first] == z[(feature / 2 * 2 * batch + sample) * 3])
                    distinct.insert(z[first])
                }
            }
            #expect(distinct.count == 4)
        }
        #expect(try output(of: GaussianGate<Double>(2), ones, shape, batch: batch) == ones)
        #expect { try GaussianGate<Double>(3).outputShape([shape]) } throws: { "\($0)".contains("must divide") }
    }

    /// Draws of a Gaussian gate: mean μ, variance σ², third central moment 0, and no gate knows of the other.
    @Test func gaussianGateMoments() throws {
        let draws = 20_000, means = [0.7, -1.2], logDeviations = [-0.5, 0.3]
        let z = try output(
            of: GaussianGate<Double>(2), Array(repeating: 1, count: 2 * draws), ValueShape([2]), batch: draws,
            parameters: ["mean": means, "log_deviation": logDeviations], isTraining: true, randomKey: 4)
        var errors: [[Double]] = []
        for gate in 0..<2 {
            let deviation = Double.exp(logDeviations[gate])
            errors.append(z[gate * draws..<(gate + 1) * draws].map { ($0 - means[gate]) / deviation })
        }
        // Four standard errors of what has variance v: 1, 2, 15, and 1 of the product.
        func isNear(_ values: [Double], _ expected: Double, variance: Double) -> Bool {
            let mean = values.reduce(0, +) / Double(draws)
            return abs(mean - expected) < 4 * (variance / Double(draws)).squareRoot()
        }
        for error in errors {
            #expect(isNear(error, 0, variance: 1))
            #expect(isNear(error.map { $0 * $0 }, 1, variance: 2))
            #expect(isNear(error.map { $0 * $0 * $0 }, 0, variance: 15))
        }
        #expect(isNear(zip(errors[0], errors[1]).map { $0 * $1 }, 0, variance: 1))
    }

    /// Draws of the truncated log-normal gate against its closed moments, in the middle and in the tails.
    @Test(arguments: [(0.0, -5.0), (-3, 0.5), (2, -1), (-18, 1), (1, -4)])
    func logNormalMoments(mean: Double, logDeviation: Double) throws {
        let draws = 20_000, ones = Array(repeating: 1.0, count: draws)
        let parameters = ["mean": [mean], "log_deviation": [logDeviation]]
        func gate(_ isTraining: Bool) throws -> [Double] {
            try output(
                of: LogNormalGate<Double>(1), ones, ValueShape([1]), batch: draws, parameters: parameters,
                isTraining: isTraining, randomKey: 9)
        }
        let theta = try gate(true), expected = try gate(false)[0]
        #expect(theta.allSatisfy { $0 > 0 && $0 <= 1 })
        let average = theta.reduce(0, +) / Double(draws)
        let variance = theta.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(draws)
        #expect(abs(average - expected) < 5 * (variance / Double(draws)).squareRoot() + 1e-12)
    }
}
