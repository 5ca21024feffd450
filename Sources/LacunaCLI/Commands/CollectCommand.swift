import ArgumentParser

struct CollectCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Make results.h5, table.csv and figures from the journals of a folder, complete or not.")

    @Argument(help: "Output folder of `lacuna run`.")
    var folder: String
    @OptionGroup var outputOptions: OutputOptions

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = OutputFolder(path: folder)
        let scenario = try folder.readScenario(catalogue: session.catalogue)
        return try ResultCollection(scenario: scenario, folder: folder, session: session).execute(
            outputOptions, started: nil)
    }
}
