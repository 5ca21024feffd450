import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct DivergenceTests {
    /// ∫ f over [a, b] by the midpoint rule.
    private func integral(_ a: Double, _ b: Double, points: Int = 100_000, _ f: (Double) -> Double) -> Double {
        let step = (b - a) / Double(points)
        return step * (0..<points).reduce(0) { $0 + f(a + (Double($1) + 0.5) * step) }
    }

    private func logNormalDensity(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
        let z = (x - mean) / deviation
        return -z * z / 2 - Double.log(deviation) - 0.5 * Double.log(2 * Double.pi)
    }

    private let points = [(0.7, -0.5), (-2.0, 0.3), (0.05, -3.0), (1.0, -4.5), (-0.4, 0.9)]

    @Test func derivativesAreThoseOfTheValue() {
        for divergence in Divergence.allCases {
            for (mean, logDeviation) in points {
                let at = divergence.evaluate(mean: mean, logDeviation: logDeviation)
                // Central differences, extrapolated, with steps on the scale of the distribution: far in a tail the value is the
                // difference of large numbers and carries their rounding.
                func slope(_ h: Double, _ value: (Double) -> Double) -> Double {
                    func difference(_ h: Double) -> Double { (value(h) - value(-h)) / (2 * h) }
                    return (4 * difference(h / 2) - difference(h)) / 3
                }
                let byMean = slope(0.04 * Double.exp(logDeviation)) {
                    divergence.evaluate(mean: mean + $0, logDeviation: logDeviation).value
                }
                let byDeviation = slope(4e-3) {
                    divergence.evaluate(mean: mean, logDeviation: logDeviation + $0).value
                }
                let scale = 1 + abs(byMean) + abs(byDeviation)
                #expect(abs(at.byMean - byMean) < 1e-5 * scale, "\(divergence) \(mean) \(logDeviation)")
                #expect(abs(at.byLogDeviation - byDeviation) < 1e-5 * scale, "\(divergence) \(mean) \(logDeviation)")
            }
        }
    }

    @Test func unitNormalEqualsTheIntegral() {
        for (mean, logDeviation) in points {
            let deviation = Double.exp(logDeviation)
            let expected = integral(mean - 12 * deviation, mean + 12 * deviation) {
                let q = logNormalDensity($0, mean, deviation)
                return Double.exp(q) * (q - logNormalDensity($0, 0, 1))
            }
            let value = Divergence.unitNormal.evaluate(mean: mean, logDeviation: logDeviation).value
            #expect(abs(value - expected) < 1e-8 * max(1, expected))
        }
    }

    /// The divergence from N(0, s) at its minimum over s, which is at s = μ² + σ².
    @Test func bottleneckIsTheLeastDivergence() {
        for (mean, logDeviation) in points {
            let variance = Double.exp(2 * logDeviation)
            func divergence(_ s: Double) -> Double {
                0.5 * (Double.log(s / variance) + (variance + mean * mean) / s - 1)
            }
            let value = Divergence.bottleneck.evaluate(mean: mean, logDeviation: logDeviation).value
            let best = variance + mean * mean
            #expect(abs(value - divergence(best)) < 1e-4)
            #expect(divergence(0.9 * best) > value && divergence(1.1 * best) > value)
        }
        #expect(Divergence.bottleneck.evaluate(mean: 0, logDeviation: -1).value == 0)
    }

    /// Of p(w) ∝ 1/|w| only differences are defined; the fit's value is 0 at α = ∞, where KL is -½ log 2πe + E log|z|.
    @Test func logUniformFitsTheIntegral() {
        let limit = -(0.5772156649015329 + Double.log(2)) / 2
        var last = Double.infinity
        for logAlpha in [-6.0, -4, -2, -1, 0, 1, 2, 4, 8] {
            // μ = 1.
            let logDeviation = logAlpha / 2, deviation = Double.exp(logDeviation)
            let expected =
                -logDeviation - limit
                + integral(-12, 12) {
                    Double.exp(logNormalDensity($0, 0, 1)) * Double.log(max(abs(1 + deviation * $0), 1e-12))
                }
            let value = Divergence.logUniform.evaluate(mean: 1, logDeviation: logDeviation).value
            #expect(abs(value - expected) < 0.01, "\(logAlpha): \(value), \(expected)")
            #expect(value < last)
            last = value
        }
        #expect(abs(Divergence.logUniform.evaluate(mean: 1, logDeviation: 10).value) < 1e-8)
    }

    @Test func truncatedLogNormalEqualsTheIntegral() {
        for (mean, logDeviation) in [(0.0, -1.0), (-3, 0.5), (-19, 1), (2, 0), (-10, 3)] {
            let deviation = Double.exp(logDeviation)
            let low = max(-20, mean - 14 * deviation), high = min(0, mean + 14 * deviation)
            let mass = integral(low, high) { Double.exp(logNormalDensity($0, mean, deviation)) }
            let expected =
                integral(low, high) {
                    let q = logNormalDensity($0, mean, deviation)
                    return Double.exp(q) / mass * (q - Double.log(mass))
                } + Double.log(20)
            let value = Divergence.truncatedLogNormal.evaluate(mean: mean, logDeviation: logDeviation).value
            #expect(abs(value - expected) < 1e-7, "\(mean) \(logDeviation): \(value), \(expected)")
        }
        // Far above the interval the mass underflows; the law is then an exponential one below B, of rate μ/σ² = 3000.
        let far = Divergence.truncatedLogNormal.evaluate(mean: 3, logDeviation: 0.5 * Double.log(1e-3))
        #expect(abs(far.value - (Double.log(20 * 3000) - 1)) < 1e-3)
        #expect(far.byMean.isFinite && far.byLogDeviation.isFinite)
    }

    /// In u = log x: q is normal, the Gamma law of rate c has density c^½ e^(u/2 - c e^u)/Γ(½), the inverse one that of -u.
    @Test func horseshoeEqualsTheIntegral() {
        for (mean, logDeviation) in points {
            for (rate, isInverse) in [(1.0, false), (1, true), (4, false)] {
                let deviation = Double.exp(logDeviation), sign = isInverse ? -1.0 : 1.0
                let expected = integral(mean - 12 * deviation, mean + 12 * deviation) { u in
                    let q = logNormalDensity(u, mean, deviation)
                    let p =
                        0.5 * Double.log(rate) + sign * u / 2 - rate * Double.exp(sign * u) - 0.5
                        * Double.log(Double.pi)
                    return Double.exp(q) * (q - p)
                }
                func value(_ mean: Double, _ logDeviation: Double) -> Double {
                    HorseshoeRule<Double>.divergence(
                        mean: mean, logDeviation: logDeviation, rate: rate, isInverse: isInverse
                    ).value
                }
                let at = HorseshoeRule<Double>.divergence(
                    mean: mean, logDeviation: logDeviation, rate: rate, isInverse: isInverse)
                #expect(abs(at.value - expected) < 1e-6 * max(1, abs(expected)), "\(mean) \(logDeviation) \(rate)")
                let h = 1e-5
                let byMean = (value(mean + h, logDeviation) - value(mean - h, logDeviation)) / (2 * h)
                let byDeviation = (value(mean, logDeviation + h) - value(mean, logDeviation - h)) / (2 * h)
                #expect(abs(at.byMean - byMean) < 1e-6 * (1 + abs(byMean)))
                #expect(abs(at.byLogDeviation - byDeviation) < 1e-6 * (1 + abs(byDeviation)))
            }
        }
    }

    /// A rule adds weight/N times the derivatives, its share of them during the warm-up, and cuts log deviations.
    @Test func ruleAddsItsShare() throws {
        var network = Network<Double>(input: ValueShape([1]))
        try network.append(Variational(Linear(1, 1, bias: false), deviation: 0.1), "fc")
        var start = NetworkParameters(network, random: RandomStream(key: 1))
        try start.setArray("fc.weight", Tensor(dimensions: [1, 1], storage: [0.5]))
        // An input of 0 leaves no gradient of the data.
        let data = try DataSet<Double>(shape: ValueShape([1]), inputs: [0], targets: .values([0]))
        let problem = try TrainingProblem(network: network, start: start, data: data, loss: MeanSquaredError())
        func step(_ rule: DivergenceRule<Double>) throws -> [Double] {
            try StochasticTraining(SGD<Double>(learningRate: 1, momentum: 0), epochs: 1, rules: [rule]).solve(problem)
                .estimate.parameters.values
        }
        let at = Divergence.logUniform.evaluate(mean: 0.5, logDeviation: Double.log(0.1))
        let moved = try step(DivergenceRule("fc", .logUniform, samples: 10, weight: 2))
        #expect(abs(moved[0] - (0.5 - 0.2 * at.byMean)) < 1e-12)
        #expect(abs(moved[1] - (Double.log(0.1) - 0.2 * at.byLogDeviation)) < 1e-12)
        let cut = try step(DivergenceRule("fc", .logUniform, samples: 10, logDeviationBounds: -2...1))
        #expect(cut[1] == -2)
        #expect { try step(DivergenceRule("fc2", .logUniform, samples: 1)) } throws: { "\($0)".contains("Known: fc") }
        #expect { try step(DivergenceRule("fc", .logUniform, samples: 0)) } throws: { "\($0)".contains("samples") }
        #expect { try step(DivergenceRule("fc", .logUniform, samples: 1, weight: .nan)) } throws: {
            "\($0)".contains("weight")
        }
    }
}
