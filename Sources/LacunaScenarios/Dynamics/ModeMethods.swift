import LacunaDynamics
import LacunaExperiment

/// How many directions a decomposition keeps.
struct RankOptions {
    static let declarations = [
        ParameterDeclaration(
            "rank_rule", .choice(["fixed", "energy", "optimal", "all"]), default: .text("fixed"),
            "a number; the fewest with a share of the squares; Gavish and Donoho's threshold for noise; all but rounding"
        ),
        ParameterDeclaration(
            "rank", .integer(1...100_000), default: .integer(10), only: .init("rank_rule", "fixed"),
            "directions, as far as there are so many"),
        ParameterDeclaration(
            "energy", .number(1e-9...1), default: .number(0.999), only: .init("rank_rule", "energy"),
            "share of the sum of squares"),
    ]

    /// - Parameter available: no more than this.
    static func rule(_ options: ParameterValues, available: Int) throws -> RankRule {
        switch try options.text("rank_rule") {
        case "energy": .energy(try options.number("energy"))
        case "optimal": .optimalThreshold
        case "all": .all
        default: .fixed(min(try options.integer("rank"), available))
        }
    }
}

struct DMDMethod: TrajectoryMethod {
    let name = "dmd"
    let summary = "dynamic mode decomposition of states or of delays of them (Hankel DMD)"
    let citation = Citation(
        authors: "P. J. Schmid", year: 2010, title: "Dynamic mode decomposition of numerical and experimental data",
        source: "J. Fluid Mechanics 656")
    let options =
        [
            ParameterDeclaration(
                "variant", .choice(DynamicModeDecomposition.Variant.allCases.map(\.hyphenated)),
                default: .text("exact"),
                "plain; with noise in both snapshots of a pair; forwards and backwards"),
            ParameterDeclaration(
                "delays", .integer(1...10_000), default: .integer(1), "samples above each other: Hankel DMD"),
        ] + RankOptions.declarations

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        let delays = try options.integer("delays"), name = try options.text("variant")
        let variant = DynamicModeDecomposition.Variant.allCases.first { $0.hyphenated == name } ?? .exact
        let (modes, report) = try timed {
            let step = try DelayScaling.step(of: trajectories, for: "DMD")
            let embedded = try trajectories.filter { $0.count > delays }.map {
                try delayEmbedding($0.states.transposed, delays: delays)
            }
            guard let first = embedded.first else {
                throw LacunaError(.shape, "DMD", "no trajectory has the \(delays + 1) samples of two windows")
            }
            let method = DynamicModeDecomposition(
                rank: try RankOptions.rule(
                    options, available: min(first.rows, embedded.reduce(0) { $0 + $1.columns - 1 })),
                variant: variant)
            func pairs(_ shift: Int) -> Matrix<Complex<Double>> {
                let columns = embedded.flatMap { $0.selectingColumns(shift..<$0.columns - 1 + shift).storage }
                return Matrix(
                    rows: first.rows, columns: columns.count / first.rows, storage: columns.map { Complex($0, 0) })
            }
            return try method.fit(before: pairs(0), after: pairs(1), step: step)
        }
        return try TrajectoryModel(
            lines: modes.lines, content: modes, forecaster: Forecaster(modes, delays: delays), report: report)
    }
}

struct OptimizedDMDMethod: TrajectoryMethod {
    let name = "optimized-dmd"
    let summary = "exponentials fitted to all samples at once by variable projection, with bags for deviations"
    let citation = Citation(
        authors: "T. Askham, J. N. Kutz", year: 2018,
        title: "Variable Projection Methods for an Optimized Dynamic Mode Decomposition",
        source: "SIAM J. Applied Dynamical Systems 17(1), arXiv 1704.02343")
    let options =
        [
            ParameterDeclaration(
                "delays", .integer(1...10_000), default: .integer(1), "samples above each other"),
            ParameterDeclaration(
                "constraint", .choice(["none"] + OptimizedDMD.Constraint.allCases.map(\.hyphenated)),
                default: .text("none"), "where eigenvalues may lie"),
            ParameterDeclaration(
                "fits", .integer(0...100_000), default: .integer(0),
                "to parts of the samples, for standard deviations (BOP-DMD); 0: none"),
            ParameterDeclaration(
                "share", .number(0.01...1), default: .number(0.6), "of the samples in a part"),
        ] + RankOptions.declarations

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        guard let trajectory = trajectories.first, trajectories.count == 1 else {
            throw LacunaError(
                .shape, name, "\(trajectories.count) trajectories; exponentials are fitted to one",
                remedy: "Take dmd for several.")
        }
        let delays = try options.integer("delays"), constraint = try options.text("constraint")
        let fits = try options.integer("fits")
        var lines: [String] = []
        let (modes, report) = try timed {
            if delays > 1 { _ = try DelayScaling.step(of: trajectories, for: "DMD of delays") }
            let embedded = try delayEmbedding(trajectory.states.transposed, delays: delays)
            let times = Array(trajectory.times.prefix(embedded.columns))
            let method = OptimizedDMD(
                rank: try RankOptions.rule(options, available: min(embedded.rows, embedded.columns)),
                constraints: Set(OptimizedDMD.Constraint.allCases.filter { $0.hyphenated == constraint }))
            guard fits > 0 else { return try method.fit(embedded, times: times) }
            let bagged = try BaggedDMD(
                optimized: method, trials: fits, share: try options.number("share")
            ).fit(embedded, times: times, random: random)
            lines = bagged.eigenvalueDeviations.map {
                "deviations: growth rate \(readableNumber($0.real)), frequency \(readableNumber($0.imaginary))"
            }
            return bagged.mean
        }
        return try TrajectoryModel(
            lines: modes.lines + lines, content: modes, forecaster: Forecaster(modes, delays: delays), report: report)
    }
}

extension DynamicModes {
    /// One line per mode, the largest first.
    fileprivate var lines: [String] {
        order(steps: 1).map { mode in
            let omega = continuousEigenvalues[mode]
            return "growth rate \(readableNumber(omega.real)), frequency \(readableNumber(omega.imaginary)), "
                + "|λ| \(readableNumber(eigenvalues[mode].length)), amplitude \(readableNumber(amplitudes[mode].length))"
        }
    }
}

extension Forecaster {
    /// b = Φ⁺ of the last samples, then e^{ωt}.
    fileprivate init(_ modes: DynamicModes, delays: Int) throws {
        let inverse = try SingularValueDecomposition(modes.modes).pseudoInverse(), rank = modes.eigenvalues.count
        self.init(
            history: delays, step: modes.step, parameterCount: 2 * rank + 2 * modes.modes.storage.count,
            // Complex numbers: a product is six operations, a product and a sum eight.
            operationCount: 6 * rank + 8 * rank * modes.modes.rows / delays
        ) { series, sample, steps in
            let d = series.columns
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

extension RawRepresentable where RawValue == String {
    /// "totalLeastSquares" as "total-least-squares".
    var hyphenated: String {
        rawValue.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
    }
}

/// Four digits.
func readableNumber(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    let scale = Double.pow(10, 3 - Double.log10(abs(value)).rounded(.down))
    let rounded = (value * scale).rounded() / scale
    if abs(rounded) < 1e-12 { return "0" }
    return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
}
