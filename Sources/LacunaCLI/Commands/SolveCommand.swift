import ArgumentParser
import LacunaArrays
import LacunaExperiment
import LacunaIO
import LacunaScenarios
import LacunaSolvers

struct SolveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve", abstract: "Solve a problem from an HDF5 file (y, dictionary/A1 …) with one method.")

    @Argument(help: "Problem file (HDF5).")
    var file: String
    @Option(name: .shortAndLong, help: "Method; `lacuna list methods` shows them.")
    var method: String
    @Option(help: "Settings of a study: recovery (default) or irs.")
    var preset: String?
    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "Option of the method (repeatable); `lacuna describe METHOD` shows them.", valueName: "key=value"))
    var options: [String] = []
    @Option(name: .shortAndLong, help: "File for the solution (HDF5).")
    var output: String
    @Option(help: "Who wrote the file, where its sizes fit either order of dimensions: h5py or matlab.")
    var order: ArrayOrder?
    @Flag(
        help: """
            As JSON: problem, output, method, options, notes, snapshots (iterations, stop_reason, seconds, noise_variance, \
            nmse, support_recovery).
            """)
    var json = false
    @Flag(name: .shortAndLong, help: "Print nothing on success.")
    var quiet = false

    func execute(in session: Session) async throws -> CommandStatus {
        let found = try session.catalogue.method(method)
        guard let method = found as? any ProblemFileMethod else {
            let others = session.catalogue.methods.filter { $0 is any ProblemFileMethod }.map(\.name)
            throw LacunaError(
                .name, "method '\(found.name)'", "does not solve problem files",
                remedy: "Those that do: " + (others.isEmpty ? "none" : others.joined(separator: ", ")))
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
        if !quiet, !json { for note in problem.notes { session.console.error("note: \(note)") } }
        let solution = try method.solve(problem.data, options: values)
        try solution.write(to: output)
        var notes = problem.notes
        if values["unit"] == nil, let unit = solution.unit, unit != .number(1) {
            let note =
                "the data suggest x of the order of \(unit), which is what x was counted in (option unit; 1 takes the data as they are)"
            notes.append(note)
            if !quiet, !json { session.console.error("note: \(note)") }
        }
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

    /// What Bayesian methods counted x in.
    fileprivate var unit: ParameterValue? {
        let options =
            switch self {
            case .real(let file): file.options
            case .complex(let file): file.options
            }
        return options.first { $0.name == "unit" }?.value
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
