import ArgumentParser
import LacunaScenarios

struct ValidateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check scenario files in all their profiles; one line per error.")

    @Argument(help: "Scenario files (YAML).")
    var files: [String]

    @Flag(help: "As JSON: valid, files (file, valid, errors with place, problem, remedy).")
    var json = false

    private struct Report: Encodable {
        struct File: Encodable {
            let file: String
            let valid: Bool
            let errors: [Problem]
        }

        struct Problem: Encodable {
            let place: String
            let problem: String
            let remedy: String?
        }

        let valid: Bool
        let files: [File]
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let reader = ScenarioReader(catalogue: session.catalogue)
        let found = files.map { (file: $0, errors: reader.validate(file: $0)) }
        let isValid = found.allSatisfy(\.errors.isEmpty)
        if json {
            let reports = found.map { file, errors in
                let problems = errors.map {
                    Report.Problem(place: $0.place, problem: $0.problem, remedy: $0.remedy)
                }
                return Report.File(file: file, valid: errors.isEmpty, errors: problems)
            }
            try session.console.print(try jsonText(Report(valid: isValid, files: reports)))
        } else {
            for (file, errors) in found {
                if errors.isEmpty { try session.console.print("\(file): valid") }
                for error in errors { session.console.error("\(error)") }
            }
        }
        return isValid ? .success : .usage
    }
}
