import ArgumentParser

struct ResumeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with an interrupted run; cells that failed run again.")

    @Argument(help: "Output folder of `lacuna run`.")
    var folder: String
    @OptionGroup var runOptions: RunOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = OutputFolder(path: folder)
        let scenario = try folder.readScenario(catalogue: session.catalogue, data: runOptions.dataOptions.data)
        return try await ExperimentRun(
            scenario: scenario, folder: folder, options: runOptions, output: outputOptions, session: session
        ).execute()
    }
}
