import ArgumentParser
import LacunaScenarios

/// What a command works with; tests give their own.
struct Session: Sendable {
    var catalogue: Catalogue
    var console: Console

    static let standard = Session(catalogue: .standard, console: .standard)
}

/// A subcommand of `lacuna`. `runLacuna` executes it; `run()` is not used.
protocol SessionCommand: ParsableCommand {
    func execute(in session: Session) async throws -> CommandStatus
}
