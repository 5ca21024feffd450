import LacunaTestSupport
import Testing

@testable import LacunaDynamics

@Suite struct LEADSTests {
    private func environments(_ count: Int, trajectories: Int = 1, samples: Int = 6, seed: UInt64 = 95) throws
        -> EnvironmentData
    {
        var random = RandomStream(key: seed)
        let starts = (0..<trajectories).map { _ in [1 + random.uniform(), 1 + random.uniform()] }
        return try EnvironmentData(
            LotkaVolterra.leadsEnvironments.prefix(count).map { system in
                try starts.map {
                    try RungeKutta4(substeps: 20).trajectory(of: system, from: $0, step: 0.5, steps: samples - 1)
                }
            })
    }

    private func objective(_ settings: LEADS, _ data: EnvironmentData) throws -> LEADSObjective {
        try LEADSObjective(
            settings,
            NeuralField.network(dimension: data.dimension, hidden: settings.hidden, layers: settings.layers), data)
    }

    /// Through Runge-Kutta steps, restarts, the size of g_e and its spectral norms.
    @Test(arguments: LEADS.Mode.allCases, [false, true])
    func gradientsAreDerivatives(mode: LEADS.Mode, restarts: Bool) throws {
        let data = try environments(2, trajectories: 2)
        let objective = try objective(
            LEADS(mode: mode, hidden: 4, layers: 2, penalty: 0.3, spectralFactor: 0.2, seed: 5), data)
        var random = RandomStream(key: 96)
        // Larger weights than at the start, so that the field bends.
        for field in objective.fields {
            for index in 0..<field.gradient.count { field.storage.values[index] += 0.3 * random.normal() }
        }
        if restarts { objective.restarts = [false, true, false, false, true] }
        // Power iterations settle first.
        for _ in 0..<200 { _ = objective.evaluate() }
        let gradients = objective.fields.map { $0.gradient.prefix($0.gradient.count) }
        #expect(objective.fields.count == (mode.isShared ? 1 : 0) + (mode.isSeparate ? 2 : 0))
        for (field, gradient) in zip(objective.fields, gradients) {
            let largest = gradient.map(abs).max() ?? 0
            #expect(largest > 1e-4)
            for index in stride(from: 0, to: gradient.count, by: 3) {
                let kept = field.storage.values[index], step = 1e-5
                field.storage.values[index] = kept + step
                let above = objective.evaluate()
                field.storage.values[index] = kept - step
                let below = objective.evaluate()
                field.storage.values[index] = kept
                #expect(abs((above - below) / (2 * step) - gradient[index]) < 1e-6 * max(1, largest))
            }
        }
    }

    /// The authors' networks have as many parameters.
    @Test func networksAreTheAuthors() throws {
        #expect(try NeuralField.network(dimension: 2, hidden: 64, layers: 3).layout.count == 8645)
    }

    /// f + g_e are added, and steps are Runge-Kutta's.
    @Test(arguments: LEADS.Mode.allCases)
    func forecastsIntegrateTheSum(mode: LEADS.Mode) throws {
        let data = try environments(3), settings = LEADS(mode: mode, hidden: 5, layers: 2, steps: 3, seed: 7)
        let model = try settings.fit(LEADSProblem(training: data, validation: data)).estimate
        func network(_ index: Int, _ x: [Double]) throws -> [Double] {
            var numbers = NetworkParameters(model.network, random: RandomStream(key: 0))
            numbers.values = model.parameters[index]
            return try model.network.outputs(
                numbers, DataSet(shape: ValueShape([2]), inputs: x, targets: .values([0, 0])))
        }
        for environment in 0..<3 {
            func rate(_ x: [Double]) throws -> [Double] {
                var parts = mode.isShared ? [0] : []
                if mode.isSeparate { parts.append(environment + (mode.isShared ? 1 : 0)) }
                return try parts.reduce([0, 0]) { zip($0, try network($1, x)).map { $0 + $1 } }
            }
            func moved(_ x: [Double], _ h: Double, _ k: [Double]) -> [Double] { zip(x, k).map { $0 + h * $1 } }
            var x = [1.2, 1.9]
            let forecast = try model.forecast(environment: environment, from: x, steps: 4)
            #expect(forecast.count == 5 && forecast.times[4] == 2 && forecast.state(0) == x)
            for step in 1...4 {
                let k1 = try rate(x), k2 = try rate(moved(x, 0.25, k1)), k3 = try rate(moved(x, 0.25, k2))
                let k4 = try rate(moved(x, 0.5, k3))
                let slope = moved(moved(moved(k1, 2, k2), 2, k3), 1, k4)
                x = moved(x, 0.5 / 6, slope)
                #expect(largestDifference(forecast.state(step), x) < 1e-12)
            }
        }
        // The error of many forecasts at once is that of single ones.
        var error = 0.0
        for (environment, trajectories) in data.environments.enumerated() {
            let truth = trajectories[0]
            let forecast = try model.forecast(environment: environment, from: truth.state(0), steps: 5)
            for step in 1...5 {
                for variable in 0..<2 {
                    let difference = forecast.states[step, variable] - truth.states[step, variable]
                    error += difference * difference / 30
                }
            }
        }
        #expect(abs(try model.meanSquaredError(data) - error) < 1e-12)
    }

    /// With one environment, a shared field is a field of its own: a plain neural differential equation.
    @Test func oneEnvironmentIsANeuralDifferentialEquation() throws {
        let data = try environments(1, trajectories: 2)
        let shared = try objective(LEADS(mode: .oneForAll, hidden: 4, layers: 2), data)
        let own = try objective(LEADS(mode: .onePerEnvironment, hidden: 4, layers: 2), data)
        let both = try objective(LEADS(mode: .leadsNoMin, hidden: 4, layers: 2), data)
        let values = shared.fields[0].storage.values
        own.fields[0].storage.values.pointer.update(from: values.pointer, count: values.count)
        both.fields[0].storage.values.pointer.update(from: values.pointer, count: values.count)
        both.fields[1].storage.values.pointer.update(repeating: 0, count: values.count)
        let loss = shared.evaluate()
        #expect(own.evaluate() == loss && abs(both.evaluate() - loss) < 1e-14)
        #expect(own.fields[0].gradient.prefix(values.count) == shared.fields[0].gradient.prefix(values.count))
        #expect(
            largestDifference(
                both.fields[0].gradient.prefix(values.count), shared.fields[0].gradient.prefix(values.count)) < 1e-12)
    }

    @Test func aLargePenaltyLeavesTheSharedField() throws {
        let data = try environments(2)
        let problem = try LEADSProblem(training: data, validation: data)
        func separate(_ penalty: Double) throws -> Double {
            let model = try LEADS(
                hidden: 6, layers: 2, steps: 400, learningRate: 5e-3, penalty: penalty, teacherForcing: 0.9,
                evaluationInterval: 400
            ).fit(problem).estimate
            #expect(model.bestStep == 400)
            return try (0..<2).map { try model.separateRate(environment: $0, at: [1.5, 1.5]).map(abs).max() ?? 0 }.max()
                ?? 0
        }
        let kept = try separate(0), gone = try separate(1e4)
        #expect(kept > 0.05 && gone < 1e-3)
    }

    @Test func powerIterationIsTheSpectralNorm() throws {
        var random = RandomStream(key: 98)
        let network = try NeuralField.network(dimension: 3, hidden: 7, layers: 2)
        let parameters = NetworkParameters(network, random: random)
        let norms = SpectralNorms(network.layout, random: &random)
        let values = Buffer(parameters.values)
        // Warm starts, as in training.
        for _ in 0..<20 { _ = norms.evaluate(values.pointer) }
        let sum = norms.evaluate(values.pointer)
        var expected = 0.0
        for layer in 1...3 {
            let weight = try parameters.array("linear\(layer).weight")
            let (rows, columns) = (weight.dimensions[0], weight.dimensions[1])
            let matrix = Matrix<Double>(rows: rows, columns: columns) { weight.storage[$0 * columns + $1] }
            let largest = try SingularValueDecomposition(matrix).values[0]
            expected += largest * largest
        }
        #expect(abs(sum / expected - 1) < 1e-3)
        values.pointer.update(repeating: 0, count: values.count)
        #expect(norms.evaluate(values.pointer) == 0)
        values.pointer.update(from: parameters.values, count: values.count)
        for _ in 0..<20 { _ = norms.evaluate(values.pointer) }
        #expect(abs(norms.evaluate(values.pointer) / expected - 1) < 1e-3)
    }

    @Test func trainingLearnsAndRepeats() throws {
        var random = RandomStream(key: 99)
        let training = try environments(2, samples: 10)
        let problem = try LEADSProblem(training: training, validation: training)
        let settings = LEADS(
            hidden: 8, layers: 2, steps: 300, learningRate: 1e-2, teacherForcing: 0.9, evaluationInterval: 25, seed: 3)
        let solution = try settings.fit(problem), model = solution.estimate
        #expect(solution.report.iterations == 300 && model.validationErrors.count == 13)
        #expect(model.validationError == model.validationErrors.min())
        #expect(model.validationError < 0.3 * model.validationErrors[0])
        #expect(abs(try model.meanSquaredError(problem.validation) - model.validationError) < 1e-12)
        #expect(try settings.fit(problem).estimate.parameters == model.parameters)
        #expect(model.parameterCount == 3 * model.network.layout.count && model.operationCount > 0)
        let data = try EnvironmentData.lotkaVolterra(trajectories: 2, random: &random)
        #expect(data.environments.count == 10 && data.sampleCount == 21 && data.step == 0.5)
        #expect(data.environments[0][1].state(0) == data.environments[9][1].state(0))
    }

    @Test func badInput() throws {
        let data = try environments(2), one = try environments(1)
        #expect { try EnvironmentData([data.environments[0], []]) } throws: { "\($0)".contains("at least one") }
        #expect { try EnvironmentData([data.environments[0], environments(1, samples: 9).environments[0]]) } throws: {
            "\($0)".contains("9 samples of x, y")
        }
        #expect { try LEADSProblem(training: data, validation: one) } throws: { "\($0)".contains("differ") }
        let problem = try LEADSProblem(training: data, validation: data)
        #expect { try LEADS(hidden: 0).fit(problem) } throws: { "\($0)".contains("hidden layers of 0") }
        #expect { try LEADS(penalty: -1).fit(problem) } throws: { "\($0)".contains("penalty") }
        #expect { try LEADS(teacherForcing: 2).fit(problem) } throws: { "\($0)".contains("teacher forcing 2") }
        #expect { try LEADS(steps: 0).fit(problem) } throws: { "\($0)".contains("0 steps") }
        #expect { try LEADS(learningRate: 0).fit(problem) } throws: { "\($0)".contains("learning rate") }
        let model = try LEADS(mode: .oneForAll, hidden: 3, layers: 1, steps: 1).fit(problem).estimate
        #expect { try model.forecast(environment: 2, from: [1, 1], steps: 1) } throws: { "\($0)".contains("2 of 2") }
        #expect { try model.forecast(environment: 0, from: [1], steps: 1) } throws: { "\($0)".contains("2 finite") }
        #expect { try model.meanSquaredError(one) } throws: { "\($0)".contains("differ") }
        #expect { try model.separateRate(environment: 0, at: [1, 1]) } throws: { "\($0)".contains("no field") }
    }
}
