import ArgumentParser
import Foundation

/// `lacuna`: one subcommand per verb, each in its own file under Commands/.
struct LacunaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lacuna",
        abstract: "Sparse recovery: experiments, methods, problems.",
        discussion: """
            Results go to the standard output, progress and messages to the standard error.
            Exit codes: 0 all cells done, 1 some failed or an expectation of the scenario is violated, 2 wrong usage or \
            scenario, 3 environment, 75 interrupted and resumable.
            """,
        version: lacunaVersion,
        subcommands: [
            ListCommand.self, DescribeCommand.self, ValidateCommand.self, PlanCommand.self, RunCommand.self,
            ResumeCommand.self, CollectCommand.self, PlotCommand.self, CompareCommand.self, SolveCommand.self,
            CompressCommand.self,
            ProjectCommand.self, DataCommand.self, BenchCommand.self, DoctorCommand.self,
        ])
}

let lacunaVersion = "0.1.0"

@main
enum Program {
    static func main() async {
        // A closed pipe and a file-size limit shall come back as errors of write(), which name the file.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        let status = await runLacuna(Array(CommandLine.arguments.dropFirst()), in: .standard)
        exit(status.rawValue)
    }
}

/// Parses and runs one command line; every error becomes lines on the standard error and an exit status.
func runLacuna(_ arguments: [String], in session: Session) async -> CommandStatus {
    do {
        var command = try LacunaCommand.parseAsRoot(arguments)
        if let command = command as? any SessionCommand { return try await command.execute(in: session) }
        // `help` and a bare `lacuna`: their run() throws the text to print.
        try command.run()
        return .success
    } catch {
        return report(error, of: arguments, in: session)
    }
}
