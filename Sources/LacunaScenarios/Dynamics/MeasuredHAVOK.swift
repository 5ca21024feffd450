import LacunaDynamics
import LacunaIO

/// Delay coordinates and the variables that they were measured from.
public struct MeasuredHAVOK: ModelContent {
    public static let modelKind = "havok"

    public let model: HAVOKModel
    public let stateNames: [String]

    init(_ model: HAVOKModel, stateNames: [String]) {
        self.model = model
        self.stateNames = stateNames
    }

    public var fixedStep: Double? { model.step }

    public func write(to file: HDF5File) throws {
        let decomposition = model.decomposition
        try file.setAttribute("step", to: .number(model.step))
        try file.setAttribute("forcings", to: .integer(Int64(model.forcings)))
        try file.setAttribute("delays", to: .integer(Int64(decomposition.delays)))
        try file.setAttribute("lag", to: .integer(Int64(decomposition.lag)))
        try file.write(stateNames, to: "states")
        try file.write(model.map, to: "map")
        try file.write(decomposition.left, to: "left")
        try file.write(decomposition.values, to: "singular_values")
        try file.write(decomposition.right, to: "coordinates")
        try file.write(decomposition.windowCounts.map(Int64.init), to: "windows")
    }

    public init(from file: HDF5File) throws {
        stateNames = try file.readText(from: "states").storage
        let decomposition = try DelayDecomposition(
            delays: file.count("delays"), lag: file.count("lag"), variables: stateNames.count,
            left: file.readMatrix(from: "left"), values: file.readVector(from: "singular_values"),
            right: file.readMatrix(from: "coordinates"),
            windowCounts: file.readVector(Int64.self, from: "windows").map { Int(clamping: $0) })
        let map = try file.readMatrix(from: "map"), forcings = try file.count("forcings")
        guard map.rows == map.columns, map.rows == decomposition.rank, (1..<max(map.rows, 1)).contains(forcings) else {
            throw LacunaError(
                .file, "\(file.path): map",
                "\(map.rows)×\(map.columns) with \(forcings) forcings for rank \(decomposition.rank)")
        }
        model = HAVOKModel(decomposition: decomposition, map: map, forcings: forcings, step: try file.positiveStep())
    }

    public func lines() throws -> [String] {
        let statistics = model.forcingStatistics()
        return [
            "singular values \(model.decomposition.values.prefix(model.map.rows).map(readableNumber).joined(separator: ", "))",
            "eigenvalues "
                + (try model.eigenvalues().filter { $0.imaginary >= 0 }.map {
                    readableNumber($0.real) + ($0.imaginary == 0 ? "" : " ± \(readableNumber($0.imaginary))i")
                }.joined(separator: ", ")),
            "forcing: deviation \(readableNumber(statistics.standardDeviation)), excess kurtosis \(readableNumber(statistics.excessKurtosis)), "
                + "active \(readableNumber(100 * statistics.activeFraction)) % of the time (above \(readableNumber(statistics.threshold)))",
        ]
    }

    /// The forcing is that of the series, beyond the sample that it starts from too.
    public func forecaster(step: Double, group: Double) throws -> Forecaster? {
        let model = self.model, decomposition = model.decomposition, order = model.order
        let reach = (decomposition.delays - 1) * decomposition.lag
        return Forecaster(
            history: reach + 1, step: model.step,
            parameterCount: model.map.rows * order + decomposition.left.storage.count,
            operationCount: 2 * order * model.map.rows + 2 * decomposition.variables * order, usesFuture: true
        ) { series, sample, steps in
            let part = Matrix(rows: reach + 1 + steps, columns: series.columns) { series[sample - reach + $0, $1] }
            let coordinates = try model.coordinates(of: part)
            let states = try model.simulate(
                forcing: coordinates.selectingColumns(order..<model.map.rows),
                from: (0..<order).map { coordinates[0, $0] })
            // The newest samples of U S v.
            let d = series.columns, first = (decomposition.delays - 1) * d
            return Matrix(rows: steps, columns: d) { step, variable in
                (0..<model.map.rows).reduce(0) { sum, column in
                    let value = column < order ? states[step + 1, column] : coordinates[step + 1, column]
                    return sum + decomposition.left[first + variable, column] * decomposition.values[column] * value
                }
            }
        }
    }
}
