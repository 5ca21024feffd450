import ArgumentParser

struct CollectCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Make results.h5, table.csv and figures from the journals of a folder, complete or not.")

    @Argument(help: "Output folder of `lacuna run`.")
    var folder: String
    @Option(name: .customLong("format"), help: "Picture format (repeatable): svg, png or pdf.")
    var formats: [FigureFormat] = []
    @OptionGroup var outputOptions: OutputOptions

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = OutputFolder(path: folder)
        let scenario = try folder.readScenario(catalogue: session.catalogue)
        return try ResultCollection(scenario: scenario, folder: folder, session: session).execute(
            outputOptions, started: nil, formats: formats.isEmpty ? [.svg, .png] : formats)
    }
}
