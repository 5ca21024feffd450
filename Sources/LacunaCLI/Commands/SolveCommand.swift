import ArgumentParser
import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO
import LacunaScenarios
import LacunaSolvers

struct SolveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve", abstract: "Solve a problem of your own with one method: y = A x, or a trajectory.",
        discussion: """
            FILE is an HDF5 file with y and dictionary/A1 …, or, for methods of dynamical systems, a table (CSV) with a \
            header, or an HDF5 file with a data set for each column: times called t or time, the others states by their \
            names; or the name of a system (lorenz, roessler, …). Equations, modes or sizes of the model are printed; -o \
            keeps the model in an HDF5 file, which --model puts to other data.
            """)

    @Argument(help: "Problem (HDF5), trajectory (CSV, HDF5), or a system's name.")
    var file: String
    @Option(name: .shortAndLong, help: "Method; `lacuna list methods` shows them.")
    var method: String?
    @Option(help: ArgumentHelp("Model of trajectories that -o has kept, in place of a method.", valueName: "file"))
    var model: String?
    @Option(help: "Settings of a study: recovery (default) or irs.")
    var preset: String?
    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "Option of the method (repeatable); `lacuna describe METHOD` shows them.", valueName: "key=value"))
    var options: [String] = []
    @Option(name: .shortAndLong, help: "File for the solution or model (HDF5); a problem y = A x needs one.")
    var output: String?
    @Option(help: "Who wrote the file, where its sizes fit either order of dimensions: h5py or matlab.")
    var order: ArrayOrder?
    @OptionGroup(title: "Trajectories")
    var trajectory: TrajectoryOptions
    @Flag(
        help: """
            As JSON: problem, output, method, options, notes, snapshots (iterations, stop_reason, seconds, noise_variance, \
            nmse, support_recovery); of a trajectory: problem, output or model, method, options, notes, trajectories, samples, \
            lines, coefficients (equation, term, value, deviation, inclusion), deviation, threshold_scan (threshold, terms, \
            training_error, validation_error, validation_deviation, chosen), seconds; of a kept model scores \
            (trajectory, steps, one_step_error, forecast_error, valid_time).
            """)
    var json = false
    @Flag(name: .shortAndLong, help: "Print nothing on success.")
    var quiet = false

    func validate() throws {
        guard (method == nil) != (model == nil) else {
            throw ValidationError(
                method == nil
                    ? "--method is missing: `lacuna list methods` shows them; or --model, a file that -o has kept"
                    : "--method learns a model and --model takes a kept one: leave one of them out")
        }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        guard let method else { return try applyModel(in: session) }
        let found = try session.catalogue.method(method)
        if let method = found as? any TrajectoryMethod { return try solveTrajectory(method, in: session) }
        try trajectory.refuse(for: found.name)
        guard let method = found as? any ProblemFileMethod else {
            let others = session.catalogue.methods.filter { $0 is any ProblemFileMethod }.map(\.name)
            throw LacunaError(
                .name, "method '\(found.name)'", "does not solve problem files",
                remedy: "Those that do: " + (others.isEmpty ? "none" : others.joined(separator: ", ")))
        }
        guard let output else {
            throw LacunaError(.value, "-o", "is missing", remedy: "Name a file for the solution: -o solution.h5")
        }
        if preset != nil, !method.options.contains(where: { $0.name == "preset" }) {
            throw LacunaError(.name, "--preset", "method '\(method.name)' has no presets", remedy: "Leave it out")
        }
        let arguments = (preset.map { ["preset=\($0)"] } ?? []) + options
        let values = try readOptions(arguments, of: method)
        try OutputFile.checkWritable(output)
        if OutputFile.isSame(output, file) {
            throw LacunaError(
                .value, "-o \(output)", "is the problem file, which would be lost", remedy: "Choose another name")
        }
        setBLASThreads(1)
        let problem = try ProblemFile.read(file, order: order)
        func say(_ notes: [String]) {
            if !quiet, !json { for note in notes { session.console.error("note: \(note)") } }
        }
        say(problem.notes)
        let solution = try method.solve(problem.data, options: values)
        try solution.write(to: output)
        let remarks = [solution.unitNote(given: values), solution.limitNote].compactMap { $0 }
        say(remarks)
        let notes = problem.notes + remarks
        if json {
            let report = SolutionReport(solution, problem: file, output: output, notes: notes)
            try session.console.print(try jsonText(report))
        } else if !quiet {
            try session.console.print(solution.summary)
        }
        guard solution.stopReasons.contains(.diverged) else { return .success }
        session.console.error(
            "\(file): \(method.name) diverged: x is not finite. Scale y and the dictionary, or try another method")
        return .someCellsFailed
    }
}

extension ArrayOrder: ExpressibleByArgument {}

extension ProblemFileSolution {
    fileprivate var stopReasons: [StopReason] {
        switch self {
        case .real(let file): file.snapshots.map(\.stopReason)
        case .complex(let file): file.snapshots.map(\.stopReason)
        }
    }

    /// The value in force of an option.
    private func option(_ name: String) -> ParameterValue? {
        let options =
            switch self {
            case .real(let file): file.options
            case .complex(let file): file.options
            }
        return options.first { $0.name == name }?.value
    }

    /// What Bayesian methods counted x in, where nobody asked for it.
    fileprivate func unitNote(given: ParameterValues) -> String? {
        guard given["unit"] == nil, let unit = option("unit"), unit != .number(1) else { return nil }
        return "solved with x in units of \(unit), chosen from the data; the answer is in your units"
            + " (--option unit=1 turns this off)"
    }

    /// Of methods with an option for it; the remedy is the next power of ten that is well above the limit.
    fileprivate var limitNote: String? {
        guard case .integer(let limit)? = option("iterations") else { return nil }
        let stopped = stopReasons.count { $0 == .iterationLimit }
        guard stopped > 0 else { return nil }
        let which = stopReasons.count == 1 ? "" : "\(stopped) of \(stopReasons.count) snapshots "
        let more = Int(pow(10, log10(5 * Double(limit)).rounded(.up)))
        return "\(which)stopped at the iteration limit (\(limit)) before converging;"
            + " --option iterations=\(more) allows more"
    }

    /// What went into the file, one line per snapshot.
    fileprivate var summary: String {
        switch self {
        case .real(let file): Self.summary(of: file)
        case .complex(let file): Self.summary(of: file)
        }
    }

    private static func summary<Scalar>(of file: SolutionFile<Scalar>) -> String {
        var table = TextTable(
            ["snapshot", "iterations", "stopped", "seconds", "noise variance", "nmse", "support"], leftColumns: [2])
        for (index, snapshot) in file.snapshots.enumerated() {
            table.append([
                "\(index + 1)", "\(snapshot.iterations)", snapshot.stopReason.rawValue, readable(snapshot.seconds),
                readable(snapshot.noiseVariance ?? .nan), readable(snapshot.nmse ?? .nan),
                readable(snapshot.supportRecovery ?? .nan),
            ])
        }
        return "\(file.method)\n\(table.text)"
    }
}
