import ArgumentParser
import LacunaScenarios

struct ValidateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check scenario files in all their profiles; one line per error.")

    @Argument(help: "Scenario files (YAML).")
    var files: [String]

    func execute(in session: Session) async throws -> CommandStatus {
        let reader = ScenarioReader(catalogue: session.catalogue)
        var status = CommandStatus.success
        for file in files {
            let errors = reader.validate(file: file)
            if errors.isEmpty { try session.console.print("\(file): valid") } else { status = .usage }
            for error in errors { session.console.error("\(error)") }
        }
        return status
    }
}
