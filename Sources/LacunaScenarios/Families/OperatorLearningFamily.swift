import LacunaDynamics
import LacunaExperiment

/// `operator-learning`: the solution operator of a differential equation from samples, Dao et al. (2022), section 5.1.
struct OperatorLearningFamily: ProblemFamily {
    let name = "operator-learning"
    let summary = "the map from a state to a later one, learnt from simulated pairs"
    let citation: Citation? = .dao2022
    let parameters = [
        ParameterDeclaration(
            "equation", .choice(Equation.allCases.map(\.rawValue)), default: .text("advection-diffusion"),
            "on [0, 1] between walls with varying coefficients; on a circle with constant ones; 2-D Navier-Stokes on a torus"
        ),
        ParameterDeclaration("size", .integer(8...1024), default: .integer(64), "points per axis"),
        ParameterDeclaration("train_samples", .integer(2...100_000), default: .integer(100), "pairs to learn from"),
        ParameterDeclaration("test_samples", .integer(1...100_000), default: .integer(50), "pairs to be scored on"),
        ParameterDeclaration("time", .number(1e-6...1e4), default: .number(0.3), "time between input and output"),
        ParameterDeclaration(
            "noise", .number(0...10), default: .number(0.01),
            "standard deviation of noise on the training outputs, over their root mean square"),
        ParameterDeclaration(
            "length", .number(1e-3...10), default: .number(0.08), "length of the Gaussian process of inputs on a line"),
        ParameterDeclaration(
            "time_step", .number(1e-6...1), default: .number(1e-3), "of the simulations on an interval and on the torus"
        ),
        ParameterDeclaration("viscosity", .number(0...1), default: .number(1e-3), "on the torus"),
        ParameterDeclaration(
            "initial_scale", .number(0...1000), default: .number(1),
            "initial vorticity over that of N(0, 7^1.5 (-Δ + 49)^-2.5); 7^0.75 is what the authors' program draws"),
    ]
    let metrics = [
        ResultTable.Metric(
            name: "relative_error", longName: "relative test error ‖ŷ - y‖ / ‖y‖, mean over samples", better: .lower),
        ResultTable.Metric(name: "parameters", longName: "trained numbers", better: .lower),
    ]

    private enum Equation: String, CaseIterable {
        case line = "advection-diffusion"
        case circle = "periodic-advection-diffusion"
        case torus = "vorticity"
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        guard let equation = Equation(rawValue: try parameters.text("equation")) else {
            throw LacunaError(.name, name, "unknown equation")
        }
        let size = try parameters.integer("size")
        let trainCount = try parameters.integer("train_samples"), testCount = try parameters.integer("test_samples")
        try requireMemory(
            elements: [4 * (trainCount + testCount) * (equation == .torus ? size * size : size)],
            bytesEach: MemoryLayout<Double>.stride, name)
        let time = try parameters.number("time"), step = try parameters.number("time_step")
        let length = try parameters.number("length"), scale = try parameters.number("initial_scale")
        let viscosity = try parameters.number("viscosity"), noise = try parameters.number("noise")
        // The same inputs at every time, viscosity and noise, and those of fewer samples among those of more.
        let names = ["equation", "size", "length", "initial_scale"]
        let trainStream = randomness.stream("training inputs", dependingOn: try parameters.subset(names))
        let testStream = randomness.stream("test inputs", dependingOn: try parameters.subset(names))
        let noiseStream = randomness.stream("noise", dependingOn: try parameters.subset(names))
        var keyStream = randomness.stream("training", dependingOn: try parameters.subset(names + ["train_samples"]))
        let samples = Once<OperatorSamples> {
            let map = try SolutionMap(
                equation, size: size, time: time, step: step, length: length, viscosity: viscosity, scale: scale)
            var train = trainStream, test = testStream, noises = noiseStream
            let trainingInputs = try map.inputs(trainCount, &train), testInputs = try map.inputs(testCount, &test)
            var targets = try trainingInputs.map(map.output)
            let values = targets.joined(), count = Double(values.count)
            let deviation = noise * (values.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
            if noise > 0 { targets = targets.map { $0.map { $0 + deviation * noises.normal() } } }
            return OperatorSamples(
                grid: equation == .torus ? [size, size] : [size], trainingInputs: trainingInputs,
                trainingTargets: targets, testInputs: testInputs, testTargets: try testInputs.map(map.output))
        }
        let problem = OperatorLearningProblem(samples: samples, key: keyStream.next())
        return DrawnProblem(problem: problem) { estimate in
            guard let prediction = estimate as? OperatorPrediction else { throw wrongEstimate(name) }
            let truth = try samples.value().testTargets
            var total = 0.0
            for (output, target) in zip(prediction.outputs, truth) {
                total += try normalizedSquareError(output, against: target).squareRoot()
            }
            return [
                "relative_error": total / Double(truth.count), "parameters": Double(prediction.parameterCount),
            ]
        }
    }

    /// Inputs of an equation, and their outputs.
    private struct SolutionMap {
        let inputs: (Int, inout RandomStream) throws -> [[Double]]
        let output: ([Double]) throws -> [Double]

        init(
            _ equation: Equation, size: Int, time: Double, step: Double, length: Double, viscosity: Double,
            scale: Double
        ) throws {
            switch equation {
            case .line:
                let flow = try AdvectionDiffusion(
                    points: size, diffusivity: { 0.02 * (1 + 0.8 * Double.sin(3 * $0)) },
                    velocity: { 0.5 + 0.4 * Double.cos(2 * $0) })
                inputs = {
                    try GaussianField.samples(.line(length: length), at: flow.positions, count: $0, random: &$1)
                }
                output = { try flow.solution(from: $0, time: time, steps: max(1, Int((time / step).rounded(.up)))) }
            case .circle:
                let flow = try PeriodicAdvectionDiffusion(points: size, diffusivity: 0.02, velocity: 0.5)
                inputs = {
                    try GaussianField.samples(.circle(length: length), at: flow.positions, count: $0, random: &$1)
                }
                output = { try flow.solution(from: $0, time: time) }
            case .torus:
                let flow = try VorticityFlow.forced(size: size, viscosity: viscosity)
                inputs = { count, stream in
                    try (0..<count).map { _ in
                        try GaussianField.torus(
                            size: size, scale: scale * scale * Double.pow(7, 1.5), shift: 7, exponent: 2.5,
                            random: &stream)
                    }
                }
                output = { try flow.solution(from: $0, time: time, step: step) }
            }
        }
    }
}
