import ArgumentParser
import LacunaExperiment
import LacunaIO
import LacunaScenarios

/// A scenario file and the changes that the command line makes to it.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "Scenario file (YAML).")
    var file: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Change a value: the dotted path as in the file; quote lists for the shell.", valueName: "path=value"))
    var overrides: [String] = []

    @Option(
        name: [.customShort("m"), .customLong("method")],
        help: "Run only this method (repeatable); a catalogued method not in the file is added.")
    var methods: [String] = []

    @Option(help: "Size of the study: smoke, default or paper.")
    var profile: Profile?

    /// - Parameter data: the value of `--data`.
    func read(in session: Session, data: String? = nil) throws -> Scenario {
        let changes = ScenarioReader.Changes(profile: profile, overrides: overrides, methods: methods)
        return try ScenarioReader(catalogue: session.catalogue, data: data).read(file: file, changes: changes)
    }
}

extension Profile: ExpressibleByArgument {}

/// What is printed.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Results as JSON on the standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "A line for every cell; reasons of skipped cells.")
    var verbose = false
}

/// How cells are run.
struct RunOptions: ParsableArguments {
    @Option(
        name: [.customShort("j"), .customLong("jobs")],
        help: "Cells that run at once (default: one per processor; 1 where times are what is studied).")
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "Run only the k-th of n parts, k from 0; `lacuna collect` makes the files.", valueName: "k/n"),
        transform: Shard.init)
    var shard: Shard?

    @Flag(help: "One worker, so that run times are not disturbed by neighbours.")
    var timing = false

    @Flag(help: "Stop at the first cell that fails.")
    var failFast = false

    @OptionGroup var dataOptions: DataOptions

    func workers(for scenario: Scenario) -> Int {
        timing ? 1 : jobs ?? (scenario.measuresTimes ? 1 : Machine.processors)
    }

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) {
            throw ValidationError("-j: got \(jobs); expected a whole number from 1 to 1024")
        }
        if timing, let jobs, jobs != 1 {
            throw ValidationError("--timing runs on one worker; it contradicts -j \(jobs)")
        }
    }
}

/// `3/40`: the fourth of forty parts.
struct Shard: Sendable {
    let index: Int
    let count: Int

    init(_ argument: String) throws {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (0..<count).contains(index)
        else {
            throw ValidationError("expected k/n with 0 <= k < n, for example 0/40")
        }
        (self.index, self.count) = (index, count)
    }
}

/// Where data sets lie.
struct DataOptions: ParsableArguments {
    @Option(
        help:
            "Folder with data sets (default: the variable LACUNA_DATA); `lacuna data list` tells what is expected in it."
    )
    var data: String?

    var folder: DataFolder { DataFolder(option: data) }
}
