import LacunaDynamics
import LacunaIO

extension SINDyModel: ModelContent {
    public static var modelKind: String { "equations" }

    public func write(to file: HDF5File) throws {
        guard let program = features.program else {
            throw LacunaError(
                .value, "model", "has functions of your own among its terms, which no file can hold",
                remedy: "Write down the coefficients instead.")
        }
        try file.setAttribute("is_map", to: .integer(kind == .map ? 1 : 0))
        try file.setAttribute("equations", to: .texts(equationLines(decimals: 6)))
        try file.write(stateNames, to: "states")
        try file.write(inputNames, to: "inputs")
        try file.write(features.names, to: "terms")
        try file.write(coefficients, to: "coefficients")
        let steps = program.steps.flatMap { $0 }.map(Int64.init)
        try file.write(Tensor(dimensions: [program.steps.count, 3], storage: steps), to: "steps")
        try file.write(program.outputs.map(Int64.init), to: "outputs")
    }

    public init(from file: HDF5File) throws {
        let states = try file.readText(from: "states").storage, inputs = try file.readText(from: "inputs").storage
        let steps = try file.readVector(Int64.self, from: "steps").map(Int.init)
        let features = try FeatureSet(
            variables: states + inputs, names: file.readText(from: "terms").storage,
            steps: stride(from: 0, to: steps.count - steps.count % 3, by: 3).map { Array(steps[$0..<$0 + 3]) },
            outputs: file.readVector(Int64.self, from: "outputs").map(Int.init))
        let coefficients = try file.readMatrix(from: "coefficients")
        guard coefficients.shape == [states.count, features.count] else {
            throw LacunaError(
                .file, "\(file.path): coefficients",
                "\(coefficients.rows)×\(coefficients.columns) for \(states.count) equations of \(features.count) terms")
        }
        self.init(
            kind: try file.count("is_map") == 1 ? .map : .differentialEquation, stateNames: states, inputNames: inputs,
            features: features, coefficients: coefficients)
    }
}

extension DynamicModes: ModelContent {
    public static var modelKind: String { "dynamic modes" }

    public func write(to file: HDF5File) throws {
        try file.setAttribute("step", to: .number(step))
        try file.write(eigenvalues, to: "eigenvalues")
        try file.write(continuousEigenvalues, to: "continuous_eigenvalues")
        try file.write(modes, to: "modes")
        try file.write(amplitudes, to: "amplitudes")
    }

    public init(from file: HDF5File) throws {
        let eigenvalues = try file.readVector(Complex<Double>.self, from: "eigenvalues")
        let modes = try file.readMatrix(Complex<Double>.self, from: "modes")
        let amplitudes = try file.readVector(Complex<Double>.self, from: "amplitudes")
        let rates = try file.readVector(Complex<Double>.self, from: "continuous_eigenvalues")
        guard Set([modes.columns, amplitudes.count, rates.count, eigenvalues.count]).count == 1 else {
            throw LacunaError(
                .file, file.path,
                "\(eigenvalues.count) eigenvalues, \(rates.count) rates and \(amplitudes.count) amplitudes for \(modes.columns) modes"
            )
        }
        self.init(
            eigenvalues: eigenvalues, modes: modes, amplitudes: amplitudes, step: try file.number("step"),
            continuousEigenvalues: rates)
    }
}

extension HAVOKModel: ModelContent {
    public static var modelKind: String { "havok" }

    public func write(to file: HDF5File) throws {
        try file.setAttribute("step", to: .number(step))
        try file.setAttribute("forcings", to: .integer(Int64(forcings)))
        try file.setAttribute("delays", to: .integer(Int64(decomposition.delays)))
        try file.setAttribute("lag", to: .integer(Int64(decomposition.lag)))
        try file.setAttribute("variables", to: .integer(Int64(decomposition.variables)))
        try file.write(map, to: "map")
        try file.write(decomposition.left, to: "left")
        try file.write(decomposition.values, to: "singular_values")
        try file.write(decomposition.right, to: "coordinates")
        try file.write(decomposition.windowCounts.map(Int64.init), to: "windows")
    }

    public init(from file: HDF5File) throws {
        let decomposition = try DelayDecomposition(
            delays: file.count("delays"), lag: file.count("lag"), variables: file.count("variables"),
            left: file.readMatrix(from: "left"), values: file.readVector(from: "singular_values"),
            right: file.readMatrix(from: "coordinates"),
            // Files of before models of several series do not have it.
            windowCounts: file.contains("windows") ? file.readVector(Int64.self, from: "windows").map(Int.init) : nil)
        let map = try file.readMatrix(from: "map"), forcings = try file.count("forcings")
        guard map.rows == map.columns, map.rows == decomposition.rank, (1..<max(map.rows, 1)).contains(forcings) else {
            throw LacunaError(
                .file, "\(file.path): map",
                "\(map.rows)×\(map.columns) with \(forcings) forcings for rank \(decomposition.rank)")
        }
        self.init(decomposition: decomposition, map: map, forcings: forcings, step: try file.number("step"))
    }
}

extension LinearDelayModel: ModelContent {
    public static var modelKind: String { "delay regression" }

    public func write(to file: HDF5File) throws {
        try file.setAttribute("delays", to: .integer(Int64(delays)))
        try scaling.write(to: file)
        try file.write(weights, to: "weights")
        try file.write(offsets, to: "offsets")
    }

    public init(from file: HDF5File) throws {
        try self.init(
            delays: file.count("delays"), scaling: DelayScaling(from: file),
            weights: file.readMatrix(from: "weights"), offsets: file.readVector(from: "offsets"))
    }
}

extension StNNModel: ModelContent {
    public static var modelKind: String { "structured network" }

    public func write(to file: HDF5File) throws {
        try scaling.write(to: file)
        try file.setAttribute("structure", to: .text(settings.structure.rawValue))
        for (name, value) in [
            ("delays", settings.delays), ("blocks", settings.blocks), ("hidden_layers", settings.hiddenLayers),
            ("width", settings.width ?? 0), ("mixes_blocks", settings.mixesBlocks ? 1 : 0),
            ("per_state", settings.perState ? 1 : 0), ("horizon", settings.horizon),
        ] {
            try file.setAttribute(name, to: .integer(Int64(value)))
        }
        let slope: Double? =
            switch settings.activation {
            case .tanh: nil
            case .leakyReLU(let slope): slope
            default:
                throw LacunaError(
                    .value, "model", "its activation is neither tanh nor a leaky ReLU, which is all that files hold")
            }
        try file.setAttribute("leaky_slope", to: .number(slope ?? -1))
        try file.write(parameters.values, to: "parameters")
    }

    public init(from file: HDF5File) throws {
        let name = try file.text("structure")
        guard let structure = StNN.Structure(rawValue: name) else {
            throw LacunaError(.file, file.path, "holds a network of unknown structure '\(name)'")
        }
        let width = try file.count("width"), slope = try file.number("leaky_slope")
        let settings = StNN(
            structure: structure, delays: try file.count("delays"), blocks: try file.count("blocks"),
            width: width > 0 ? width : nil, hiddenLayers: try file.count("hidden_layers"),
            mixesBlocks: try file.count("mixes_blocks") == 1,
            // Files of before these two settings have neither.
            perState: try file.attribute("per_state") != nil && file.count("per_state") == 1,
            horizon: try file.attribute("horizon") == nil ? 1 : file.count("horizon"),
            activation: slope < 0 ? .tanh : .leakyReLU(slope: slope))
        try self.init(
            settings: settings, scaling: DelayScaling(from: file), parameters: file.readVector(from: "parameters"))
    }
}

extension DelayScaling {
    fileprivate func write(to file: HDF5File) throws {
        try file.setAttribute("step", to: .number(step))
        try file.write(variables, to: "variables")
        try file.write(means, to: "means")
        try file.write(deviations, to: "deviations")
        try file.write(incrementDeviations, to: "increment_deviations")
    }

    fileprivate init(from file: HDF5File) throws {
        try self.init(
            variables: file.readText(from: "variables").storage, step: file.number("step"),
            means: file.readVector(from: "means"), deviations: file.readVector(from: "deviations"),
            incrementDeviations: file.readVector(from: "increment_deviations"))
    }
}
