import LacunaDynamics
import LacunaIO

/// Dynamic modes of samples, or of delays of them.
public struct DelayModes: ModelContent {
    public static let modelKind = "dynamic modes"

    public let modes: DynamicModes
    public let stateNames: [String]
    public let deviations: Deviations?

    /// Standard deviations over bags of samples.
    public struct Deviations: Hashable, Sendable {
        /// Of growth rates (real) and angular frequencies (imaginary).
        public let eigenvalues: [Complex<Double>]
        /// Of |b|.
        public let amplitudes: [Double]
        /// Of each entry of the modes.
        public let modes: Matrix<Double>
    }

    init(_ modes: DynamicModes, stateNames: [String], deviations: Deviations? = nil) {
        self.modes = modes
        self.stateNames = stateNames
        self.deviations = deviations
    }

    /// Samples above each other in a mode.
    var delays: Int { modes.modes.rows / stateNames.count }
    public var fixedStep: Double? { modes.step }

    public func write(to file: HDF5File) throws {
        try file.setAttribute("step", to: .number(modes.step))
        try file.write(stateNames, to: "states")
        try file.write(modes.eigenvalues, to: "eigenvalues")
        try file.write(modes.continuousEigenvalues, to: "continuous_eigenvalues")
        try file.write(modes.modes, to: "modes")
        try file.write(modes.amplitudes, to: "amplitudes")
        guard let deviations else { return }
        try file.write(deviations.eigenvalues, to: "eigenvalue_deviations")
        try file.write(deviations.amplitudes, to: "amplitude_deviations")
        try file.write(deviations.modes, to: "mode_deviations")
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
        stateNames = try file.stateNames(dividing: modes.rows)
        self.modes = DynamicModes(
            eigenvalues: eigenvalues, modes: modes, amplitudes: amplitudes, step: try file.positiveStep(),
            continuousEigenvalues: rates)
        guard try file.contains("eigenvalue_deviations") else {
            deviations = nil
            return
        }
        let found = Deviations(
            eigenvalues: try file.readVector(Complex<Double>.self, from: "eigenvalue_deviations"),
            amplitudes: try file.readVector(from: "amplitude_deviations"),
            modes: try file.readMatrix(from: "mode_deviations"))
        guard found.eigenvalues.count == modes.columns, found.amplitudes.count == modes.columns,
            found.modes.shape == modes.shape
        else {
            throw LacunaError(
                .file, file.path,
                "deviations of \(found.eigenvalues.count) eigenvalues and \(found.amplitudes.count) amplitudes for \(modes.columns) modes"
            )
        }
        deviations = found
    }

    /// One line per mode, the largest first.
    public func lines() -> [String] {
        modes.order(steps: 1).map { mode in
            let omega = modes.continuousEigenvalues[mode], spread = deviations?.eigenvalues[mode]
            func number(_ value: Double, _ deviation: Double?) -> String {
                readableNumber(value) + (deviation.map { " ± \(readableNumber($0))" } ?? "")
            }
            return
                "growth rate \(number(omega.real, spread?.real)), frequency \(number(omega.imaginary, spread?.imaginary)), "
                + "|λ| \(readableNumber(modes.eigenvalues[mode].length)), "
                + "amplitude \(number(modes.amplitudes[mode].length, deviations?.amplitudes[mode]))"
        }
    }

    /// b = Φ⁺ of the last samples, then e^{ωt}.
    public func forecaster(step: Double, group: Double) throws -> Forecaster? {
        let inverse = try SingularValueDecomposition(modes.modes).pseudoInverse(), rank = modes.eigenvalues.count
        let delays = self.delays, modes = self.modes, d = stateNames.count
        return Forecaster(
            history: delays, step: modes.step, parameterCount: 2 * rank + 2 * modes.modes.storage.count,
            // Complex numbers: a product is six operations, a product and a sum eight.
            operationCount: 6 * rank + 8 * rank * d
        ) { series, sample, steps in
            let window = Matrix(rows: delays * d, columns: 1) { row, _ in
                Complex(series[sample - delays + 1 + row / d, row % d], 0)
            }
            let moved = DynamicModes(
                eigenvalues: modes.eigenvalues, modes: modes.modes,
                amplitudes: try inverse.multiplied(by: window).storage, step: modes.step,
                continuousEigenvalues: modes.continuousEigenvalues)
            let states = try moved.states(count: steps + 1)
            return Matrix(rows: steps, columns: d) { states[(delays - 1) * d + $1, $0 + 1].real }
        }
    }
}

/// Dynamics with inputs of samples, or of delays of them.
public struct DelayControlledModes: ModelContent {
    public static let modelKind = "controlled dynamic modes"

    public let modes: ControlledModes
    public let stateNames: [String]
    public let inputNames: [String]

    init(_ modes: ControlledModes, stateNames: [String], inputNames: [String]) {
        self.modes = modes
        self.stateNames = stateNames
        self.inputNames = inputNames
    }

    var delays: Int { modes.basis.rows / stateNames.count }
    public var fixedStep: Double? { modes.step }

    public func write(to file: HDF5File) throws {
        try file.setAttribute("step", to: .number(modes.step))
        try file.write(stateNames, to: "states")
        try file.write(inputNames, to: "inputs")
        try file.write(modes.basis, to: "basis")
        try file.write(modes.map, to: "map")
        try file.write(modes.inputMap, to: "input_map")
    }

    public init(from file: HDF5File) throws {
        let basis = try file.readMatrix(from: "basis"), map = try file.readMatrix(from: "map")
        let inputMap = try file.readMatrix(from: "input_map")
        stateNames = try file.stateNames(dividing: basis.rows)
        inputNames = try file.readText(from: "inputs").storage
        guard map.shape == [basis.columns, basis.columns], inputMap.shape == [basis.rows, inputNames.count] else {
            throw LacunaError(
                .file, file.path,
                "a map of \(map.rows)×\(map.columns) and an input map of \(inputMap.rows)×\(inputMap.columns) for a basis of "
                    + "\(basis.rows)×\(basis.columns) and \(inputNames.count) inputs")
        }
        modes = ControlledModes(basis: basis, map: map, inputMap: inputMap, step: try file.positiveStep())
    }

    /// Eigenvalues of A by |λ|, then B, a line for each variable.
    public func lines() throws -> [String] {
        let eigenvalues = try modes.eigenvalues().sorted { $0.length > $1.length }
        let d = stateNames.count, newest = (delays - 1) * d
        return eigenvalues.map { value in
            let rate = Complex<Double>.log(value).scaled(by: 1 / modes.step)
            return "growth rate \(readableNumber(rate.real)), frequency \(readableNumber(rate.imaginary)), "
                + "|λ| \(readableNumber(value.length))"
        }
            + stateNames.enumerated().map { row, name in
                let parts = inputNames.enumerated().map { column, input in
                    "\(readableNumber(modes.inputMap[newest + row, column])) \(input)"
                }
                return "a step adds to \(name): \(parts.joined(separator: " + "))"
            }
    }

    /// Inputs beyond the series stay at their last values.
    public func forecaster(step: Double, group: Double) throws -> Forecaster? {
        let delays = self.delays, modes = self.modes, d = stateNames.count, inputs = inputNames.count
        let rank = modes.map.rows
        return Forecaster(
            history: delays, step: modes.step, inputCount: inputs,
            parameterCount: modes.basis.storage.count + modes.map.storage.count + modes.inputMap.storage.count,
            operationCount: 2 * (rank * rank + modes.basis.rows * (2 * rank + inputs))
        ) { series, sample, steps in
            let window = (0..<delays * d).map { series[sample - delays + 1 + $0 / d, $0 % d] }
            let acting = Matrix(rows: inputs, columns: steps) { series[min(sample + $1, series.rows - 1), d + $0] }
            let states = try modes.predict(from: window, inputs: acting)
            return Matrix(rows: steps, columns: d) { states[(delays - 1) * d + $1, $0 + 1] }
        }
    }
}

extension HDF5File {
    /// Names of the states whose delays make so many rows.
    fileprivate func stateNames(dividing rows: Int) throws -> [String] {
        let names = try readText(from: "states").storage
        guard !names.isEmpty, rows > 0, rows % names.count == 0 else {
            throw LacunaError(.file, "\(path): states", "\(names.count) names for modes of \(rows) numbers")
        }
        return names
    }

    func positiveStep() throws -> Double {
        let step = try number("step")
        guard step > 0, step.isFinite else {
            throw LacunaError(.file, path, "the attribute 'step' is \(step); a positive number is expected")
        }
        return step
    }
}
