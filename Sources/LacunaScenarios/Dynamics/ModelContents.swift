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
        if let step { try file.setAttribute("step", to: .number(step)) }
        if let uncertainty {
            try file.setAttribute("deviation", to: .text(uncertainty.kind.rawValue))
            try file.write(uncertainty.deviations, to: "deviations")
            if let inclusion = uncertainty.inclusion { try file.write(inclusion, to: "inclusion") }
        }
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
        var uncertainty: CoefficientUncertainty?
        if try file.contains("deviations") {
            let name = try file.text("deviation"), deviations = try file.readMatrix(from: "deviations")
            let inclusion: Matrix<Double>? =
                try file.contains("inclusion") ? try file.readMatrix(from: "inclusion") : nil
            guard let kind = CoefficientUncertainty.Kind(rawValue: name), deviations.shape == coefficients.shape,
                inclusion == nil || inclusion?.shape == coefficients.shape
            else {
                throw LacunaError(
                    .file, "\(file.path): deviations",
                    "'\(name)' of \(deviations.rows)×\(deviations.columns) for \(states.count) equations of \(features.count) terms"
                )
            }
            uncertainty = CoefficientUncertainty(kind: kind, deviations: deviations, inclusion: inclusion)
        }
        self.init(
            kind: try file.count("is_map") == 1 ? .map : .differentialEquation, stateNames: states, inputNames: inputs,
            features: features, coefficients: coefficients, uncertainty: uncertainty,
            step: try file.attribute("step") == nil ? nil : try file.positiveStep())
    }

    /// Differential equations have no step of their own.
    public var fixedStep: Double? { step }

    public func lines() throws -> [String] { equationLines() }

    public func forecaster(step: Double, group: Double) throws -> Forecaster? { Forecaster(self, step: step) }
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

    public var stateNames: [String] { scaling.variables }
    public var fixedStep: Double? { scaling.step }

    public func lines() throws -> [String] {
        ["\(delays) delays of \(scaling.dimension) variables, \(parameterCount) numbers"]
    }

    public func forecaster(step: Double, group: Double) throws -> Forecaster? { Forecaster(self) }
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

    public var stateNames: [String] { scaling.variables }
    public var fixedStep: Double? { scaling.step }

    public func lines() throws -> [String] {
        let told = horizon == 1 ? "a step" : "\(horizon) steps"
        return [
            "\(settings.structure.rawValue): \(delays) delays of \(scaling.dimension) variables, \(parameterCount) numbers, "
                + "\(operationCount) operations for \(told)" + (losses.last.map { ", training loss \($0)" } ?? "")
        ]
    }

    public func forecaster(step: Double, group: Double) throws -> Forecaster? { Forecaster(self) }
}

extension LEADSModel: ModelContent {
    public static var modelKind: String { "environments" }

    public func write(to file: HDF5File) throws {
        try file.setAttribute("step", to: .number(step))
        try file.setAttribute("mode", to: .text(mode.rawValue))
        for (name, value) in [("environments", environmentCount), ("hidden", hidden), ("layers", layers)] {
            try file.setAttribute(name, to: .integer(Int64(value)))
        }
        try file.write(variables, to: "states")
        let count = parameters.first?.count ?? 0
        try file.write(Matrix(rows: parameters.count, columns: count) { parameters[$0][$1] }, to: "parameters")
    }

    public init(from file: HDF5File) throws {
        let name = try file.text("mode"), numbers = try file.readMatrix(from: "parameters")
        guard let mode = LEADS.Mode(rawValue: name) else {
            throw LacunaError(.file, file.path, "holds a model of environments of unknown mode '\(name)'")
        }
        try self.init(
            mode: mode, variables: file.readText(from: "states").storage, step: file.positiveStep(),
            environmentCount: file.count("environments"), hidden: file.count("hidden"), layers: file.count("layers"),
            parameters: (0..<numbers.rows).map { row in (0..<numbers.columns).map { numbers[row, $0] } })
    }

    public var stateNames: [String] { variables }
    public var fixedStep: Double? { step }

    public func lines() throws -> [String] {
        [
            "\(mode.rawValue): \(environmentCount) environments of \(variables.count) variables, \(parameterCount) numbers"
        ]
    }

    public func forecaster(step: Double, group: Double) throws -> Forecaster? {
        guard let environment = Int(exactly: group), (1...environmentCount).contains(environment) else {
            throw LacunaError(
                .value, "environment", "\(readableNumber(group)) of 1 to \(environmentCount)",
                remedy: "Name the column of environments (--trajectory-column), counted from 1")
        }
        return Forecaster(
            history: 1, step: self.step, parameterCount: parameterCount, operationCount: operationCount
        ) { series, sample, steps in
            let start = (0..<variables.count).map { series[sample, $0] }
            let states = try forecast(environment: environment - 1, from: start, steps: steps).states
            return Matrix(rows: steps, columns: states.columns) { states[$0 + 1, $1] }
        }
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
