import ArgumentParser
import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaScenarios

/// The exit codes of `lacuna`, as its users' scripts read them.
enum CommandStatus: Int32 {
    /// All cells have a result; diverged and skipped ones are results.
    case success = 0
    /// Or an expectation of the scenario is violated, or a reference result not reproduced.
    case someCellsFailed = 1
    /// Wrong arguments, or a scenario or input file that is wrong.
    case usage = 2
    /// A library, the file system, a full device.
    case environment = 3
    /// Interrupted; `lacuna resume` goes on. EX_TEMPFAIL, which batch systems requeue on.
    case interrupted = 75
}

/// Prints an error, one line each, and tells its status. Requests for help and for the version are no errors.
func report(_ error: any Error, of arguments: [String], in session: Session) -> CommandStatus {
    let console = session.console
    switch error {
    case let errors as ScenarioErrors:
        for error in errors.errors { console.error("\(error)") }
        return .usage
    case let error as LacunaError:
        console.error("\(error)")
        return error.kind == .environment ? .environment : .usage
    case let code as ExitCode:
        return CommandStatus(rawValue: code.rawValue) ?? .usage
    default:
        if LacunaCommand.exitCode(for: error) == .success {
            return console.printing { try console.print(LacunaCommand.fullMessage(for: error)) }
        }
        if let error = error as? CocoaError {
            console.error("\(error.localizedDescription)")
            return .environment
        }
        let message = LacunaCommand.message(for: error).split(separator: "\n").joined(separator: " ")
        let commands = LacunaCommand.configuration.subcommands.map { $0._commandName }
        let name = arguments.first ?? ""
        if !name.hasPrefix("-"), !commands.contains(name) {
            console.error("lacuna \(name): unknown command. \(knownNamesRemedy(for: name, among: commands))")
        } else {
            console.error("lacuna: \(message) (see `lacuna \(name.hasPrefix("-") ? "" : name + " ")--help`)")
        }
        return .usage
    }
}
