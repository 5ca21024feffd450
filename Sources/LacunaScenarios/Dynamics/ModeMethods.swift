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
    let summary =
        "dynamic mode decomposition of states or of delays of them (Hankel DMD), with inputs if there are some (DMDc)"
    let citation = Citation(
        authors: "P. J. Schmid", year: 2010, title: "Dynamic mode decomposition of numerical and experimental data",
        source: "J. Fluid Mechanics 656")
    let options =
        [
            ParameterDeclaration(
                "variant", .choice(DynamicModeDecomposition.Variant.allCases.map(\.hyphenated)),
                default: .text("exact"),
                "plain; with noise in both snapshots of a pair; forwards and backwards; with inputs it is plain"),
            ParameterDeclaration(
                "delays", .integer(1...10_000), default: .integer(1), "samples above each other: Hankel DMD"),
        ] + RankOptions.declarations

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        if trajectories.contains(where: { !$0.inputNames.isEmpty }) {
            return try fitWithInputs(trajectories, options: options)
        }
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
            DelayModes(modes, stateNames: trajectories[0].variables), report: report)
    }
}

extension DMDMethod {
    var takesInputs: Bool { true }

    /// x_{k+1} = A x_k + B u_k of delays: the input is that of their newest sample (Proctor, Brunton & Kutz 2016).
    private func fitWithInputs(_ trajectories: [Trajectory], options: ParameterValues) throws -> TrajectoryModel {
        let delays = try options.integer("delays"), variant = try options.text("variant")
        guard variant == DynamicModeDecomposition.Variant.exact.hyphenated else {
            throw LacunaError(
                .value, "variant", "'\(variant)' knows no inputs", remedy: "Take exact, or leave the inputs out.")
        }
        let (modes, report) = try timed {
            let step = try DelayScaling.step(of: trajectories, for: "DMD")
            let long = trajectories.filter { $0.count > delays }
            guard let inputNames = long.first?.inputNames else {
                throw LacunaError(.shape, "DMD", "no trajectory has the \(delays + 1) samples of two windows")
            }
            let embedded = try long.map { try delayEmbedding($0.states.transposed, delays: delays) }
            let rows = embedded[0].rows, pairs = embedded.reduce(0) { $0 + $1.columns - 1 }
            func snapshots(_ shift: Int) -> Matrix<Double> {
                Matrix(
                    rows: rows, columns: pairs,
                    storage: embedded.flatMap { $0.selectingColumns(shift..<$0.columns - 1 + shift).storage })
            }
            let inputs = long.flatMap { $0.inputs.transposed.selectingColumns(delays - 1..<$0.count - 1).storage }
            return try ControlledDMD(
                rank: RankOptions.rule(options, available: min(rows, pairs))
            ).fit(
                before: snapshots(0), after: snapshots(1),
                inputs: Matrix(rows: inputNames.count, columns: pairs, storage: inputs), step: step)
        }
        return try TrajectoryModel(
            DelayControlledModes(
                modes, stateNames: trajectories[0].variables, inputNames: trajectories[0].inputNames), report: report)
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
        var deviations: DelayModes.Deviations?
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
            deviations = DelayModes.Deviations(
                eigenvalues: bagged.eigenvalueDeviations, amplitudes: bagged.amplitudeDeviations,
                modes: bagged.modeDeviations)
            return bagged.mean
        }
        return try TrajectoryModel(
            DelayModes(modes, stateNames: trajectory.variables, deviations: deviations), report: report)
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
    let rounded = roundedToFourDigits(value)
    guard value != 0 else { return "\(value)" }
    if abs(rounded) < 1e-12 { return "0" }
    return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
}
