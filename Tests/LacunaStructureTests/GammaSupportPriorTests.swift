import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct GammaSupportPriorTests {
    private func prior(
        _ isComplex: Bool, _ coupling: GammaSupportPrior<Double>.Coupling = .joint, inactiveShape: Double = 1.4
    ) -> GammaSupportPrior<Double> {
        GammaSupportPrior(
            isComplex: isComplex, coupling: coupling, activeShape: 1.2, activeRate: 0.8, inactiveShape: inactiveShape,
            inactiveRate: 0.01, activity: 0.3)
    }

    private func run(
        _ prior: GammaSupportPrior<Double>, _ e: [Double], steps: Int = 1
    ) -> (ratio: [Double], probability: [Double], precision: [Double]) {
        let moment = Buffer(e), precision = Buffer(repeating: 0.0, count: e.count)
        let belief = prior.makeWorkspace(dimensions: [e.count])
        for _ in 0..<steps { prior.update(moment.pointer, belief, precisions: precision.pointer) }
        return (belief.likelihoodRatio.prefix(e.count), belief.probability.prefix(e.count), precision.prefix(e.count))
    }

    /// ∫ ρ^k Gamma(ρ; a, b) ρ^h e^{-h ρ e} dρ by the trapezoidal rule in log ρ, which is exact for such functions.
    private func moment(_ k: Double, _ a: Double, _ b: Double, _ h: Double, _ e: Double) -> Double {
        let constant = a * Double.log(b) - Double.logGamma(a)
        let step = 0.005
        return (-12_000...4_000).reduce(0) { sum, index in
            let t = step * Double(index)
            return sum + step * Double.exp(constant + (a + h + k) * t - (b + h * e) * Double.exp(t))
        }
    }

    @Test func jointIsTheIntegralOverPrecisions() {
        for isComplex in [false, true] {
            let prior = prior(isComplex), h = isComplex ? 1 : 0.5
            let e = [1e-4, 0.02, 0.7, 30]
            let found = run(prior, e)
            for index in e.indices {
                let z1 = moment(0, 1.2, 0.8, h, e[index]), z0 = moment(0, 1.4, 0.01, h, e[index])
                #expect(abs(found.ratio[index] - Double.log(z1 / z0)) < 1e-10)
                let q = 0.3 * z1 / (0.3 * z1 + 0.7 * z0)
                #expect(abs(found.probability[index] - q) < 1e-10)
                let mean = q * moment(1, 1.2, 0.8, h, e[index]) / z1 + (1 - q) * moment(1, 1.4, 0.01, h, e[index]) / z0
                #expect(abs(found.precision[index] / mean - 1) < 1e-10)
            }
        }
    }

    @Test func jointHasItsLimits() {
        for isComplex in [false, true] {
            let h = isComplex ? 1 : 0.5
            let prior = GammaSupportPrior<Double>(isComplex: isComplex, inactiveRate: 1e-3)
            let ratio = run(prior, [0, 1e12]).ratio
            #expect(abs(ratio[0] + h * Double.log(1000)) < 1e-9)
            #expect(abs(ratio[1] - Double.log(1000)) < 1e-6)
        }
    }

    /// For a = ā; with more shape of the inactive law, too, for these numbers.
    @Test func evidenceGrowsWithTheSecondMoment() {
        let e = (0..<200).map { Double.pow(10, -6 + 0.05 * Double($0)) }
        for isComplex in [false, true] {
            for shape in [1.2, 1.4] {
                let ratio = run(prior(isComplex, inactiveShape: shape), e).ratio
                #expect(zip(ratio, ratio.dropFirst()).allSatisfy { $0 < $1 })
            }
        }
    }

    @Test func evidenceIsCutOff() {
        var prior = GammaSupportPrior<Double>(isComplex: true, activeShape: 3, inactiveShape: 9, inactiveRate: 1e-12)
        #expect(run(prior, [1e3]).ratio == [40])
        prior.activeRate = 1e60
        prior.activeShape = 1e60
        #expect(run(prior, [1e-12]).ratio[0] >= -40)
    }

    /// The literal formulas, with ψ as a difference quotient of log Γ.
    @Test func meanFieldIsTheFormula() {
        for isComplex in [false, true] {
            let prior = prior(isComplex, .meanField), h = isComplex ? 1 : 0.5
            let e = [1e-4, 0.02, 0.7, 30]
            var q = Array(repeating: 0.3, count: 4)
            for steps in 1...3 {
                let found = run(prior, e, steps: steps)
                for index in e.indices {
                    let shape = q[index] * 1.2 + (1 - q[index]) * 1.4 + h
                    let rate = q[index] * 0.8 + (1 - q[index]) * 0.01 + h * e[index]
                    let mean = shape / rate
                    let psi = (Double.logGamma(shape + 1e-5) - Double.logGamma(shape - 1e-5)) / 2e-5
                    let logarithm = psi - Double.log(rate)
                    let active = 1.2 * Double.log(0.8) - Double.logGamma(1.2) + 0.2 * logarithm - 0.8 * mean
                    let inactive = 1.4 * Double.log(0.01) - Double.logGamma(1.4) + 0.4 * logarithm - 0.01 * mean
                    q[index] = probability(logOdds: logOdds(0.3) + max(active - inactive, -40))
                    #expect(abs(found.ratio[index] - max(active - inactive, -40)) < 1e-8)
                    #expect(abs(found.probability[index] - q[index]) < 1e-8)
                    #expect(abs(found.precision[index] / mean - 1) < 1e-8)
                }
            }
        }
    }

    /// As a `ScalePrior`: scales are 1 / E; other prior odds change q and E, not ℓ.
    @Test func scalesAreInversePrecisions() {
        let e = [0.001, 0.5, 2]
        let moment = Buffer(e)
        for coupling in GammaSupportPrior<Double>.Coupling.allCases {
            let prior = prior(false, coupling)
            var scales = prior.start(dimensions: [3])
            let expected = (0.3 * 0.8 + 0.7 * 0.01) / (0.3 * 1.2 + 0.7 * 1.4)
            #expect(largestDifference(scales.values[0], Array(repeating: expected, count: 3)) < 1e-15)
            var belief = prior.makeWorkspace(dimensions: [3])
            prior.update(&scales, secondMoment: moment.pointer, workspace: &belief)
            let found = run(prior, e)
            #expect(scales.values[0] == found.precision.map { 1 / $0 })
            for index in 0..<3 { belief.logPriorOdds[index] = 40 }
            prior.updateScales(&scales, secondMoment: moment.pointer, belief)
            #expect(belief.likelihoodRatio.prefix(3) == found.ratio)
            let active = e.map { (0.8 + 0.5 * $0) / 1.7 }
            #expect(relativeDistance(scales.values[0], active) < 1e-9)
        }
    }

    @Test func singlePrecisionIsClose() {
        let e = [1e-4, 0.02, 0.7, 30]
        for coupling in GammaSupportPrior<Double>.Coupling.allCases {
            let double = run(prior(false, coupling), e)
            let single = GammaSupportPrior<Float>(
                isComplex: false, coupling: coupling == .joint ? .joint : .meanField, activeShape: 1.2, activeRate: 0.8,
                inactiveShape: 1.4, inactiveRate: 0.01, activity: 0.3)
            let moment = Buffer(e.map { Float($0) }), precision = Buffer<Float>(repeating: 0, count: 4)
            let belief = single.makeWorkspace(dimensions: [4])
            single.update(moment.pointer, belief, precisions: precision.pointer)
            let ratio = belief.likelihoodRatio.prefix(4).map { Double($0) }
            #expect(largestDifference(ratio, double.ratio.map { max($0, -20) }) < 1e-4)
            #expect(relativeDistance(precision.prefix(4).map { Double($0) }, double.precision) < 1e-4)
        }
    }

    @Test func badInput() {
        func expectError(_ change: (inout GammaSupportPrior<Double>) -> Void) {
            var prior = GammaSupportPrior<Double>(isComplex: false)
            change(&prior)
            #expect(throws: LacunaError.self) { try prior.validate() }
        }
        for bad in [0, -1, Double.nan, .infinity] {
            expectError { $0.activeShape = bad }
            expectError { $0.activeRate = bad }
            expectError { $0.inactiveShape = bad }
            expectError { $0.inactiveRate = bad }
            expectError { $0.activity = bad }
        }
        // What is called inactive must be the smaller.
        expectError { $0.inactiveRate = 2 }
        #expect(throws: Never.self) { try GammaSupportPrior<Double>(isComplex: true).validate() }
    }
}

@Suite struct GammaPriorTests {
    @Test func isTheFormula() {
        let e = [0.0, 1e-14, 0.3, 5]
        let moment = Buffer(e)
        for isComplex in [false, true] {
            let h = isComplex ? 1 : 0.5
            let prior = GammaPrior<Double>(isComplex: isComplex, shape: 0.2, rate: 0.1)
            var scales = prior.start(dimensions: [2, 2])
            #expect(scales.dimensions == [4])
            var nothing: Void = ()
            prior.update(&scales, secondMoment: moment.pointer, workspace: &nothing)
            #expect(largestDifference(scales.values[0], e.map { (0.1 + h * $0) / (0.2 + h) }) < 1e-15)
            let free = GammaPrior<Double>(isComplex: isComplex, shape: 0, rate: 0)
            free.update(&scales, secondMoment: moment.pointer, workspace: &nothing)
            #expect(largestDifference(scales.values[0], [1e-12, 1e-12, 0.3, 5]) < 1e-15)
        }
        for bad in [-1, Double.nan, .infinity] {
            #expect(throws: LacunaError.self) { try GammaPrior<Double>(isComplex: false, shape: bad).validate() }
            #expect(throws: LacunaError.self) { try GammaPrior<Double>(isComplex: false, rate: bad).validate() }
            #expect(throws: LacunaError.self) { try GammaPrior<Double>(isComplex: false, cap: bad).validate() }
        }
    }
}
