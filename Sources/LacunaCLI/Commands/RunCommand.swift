import ArgumentParser
import LacunaExperiment

struct RunCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a scenario: table on the standard output, results and figures in a folder.")

    @OptionGroup var scenarioOptions: ScenarioOptions
    @Option(name: .shortAndLong, help: "Output folder (default: runs/<name of the scenario>).")
    var output: String?
    @OptionGroup var runOptions: RunOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute(in session: Session) async throws -> CommandStatus {
        let read = try scenarioOptions.read(in: session, data: runOptions.dataOptions.data)
        let (scenario, published, warning) = try takePublished(read, from: scenarioOptions.file)
        if let warning { session.console.error("warning: \(warning)") }
        // What only the plan and a draw show (contradicting parameters, a missing file) is told before a folder is made.
        try Plan(scenario).checkFirstDraw()
        let folder = OutputFolder(path: output ?? "runs/\(scenario.name)")
        try folder.create(for: scenario, published: published, isShard: runOptions.shard != nil)
        return try await ExperimentRun(
            scenario: scenario, folder: folder, options: runOptions, output: outputOptions, session: session
        ).execute()
    }
}
