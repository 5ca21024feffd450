import ArgumentParser
import Foundation
import LacunaDynamics
import LacunaScenarios

struct ListCommand: SessionCommand {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case scenarios, methods, problems, operators, systems
    }

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List scenarios, methods, problems, operators or dynamical systems.")

    @Argument(help: "scenarios, methods, problems, operators or systems (default: all).")
    var kind: Kind?
    @Option(help: "Folder in which scenario files are looked for.")
    var scenarios = "Scenarios"
    @Flag(help: "As JSON.")
    var json = false

    private struct Entry: Encodable {
        let name: String
        let summary: String
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let kinds = kind.map { [$0] } ?? Kind.allCases
        let lists = kinds.map { ($0, entries($0, session)) }
        if json {
            let object = Dictionary(uniqueKeysWithValues: lists.map { ($0.0.rawValue, $0.1) })
            try session.console.print(try jsonText(object))
            return .success
        }
        for (index, (kind, entries)) in lists.enumerated() {
            if lists.count > 1 { try session.console.print((index > 0 ? "\n" : "") + kind.rawValue) }
            let indent = lists.count > 1 ? "  " : ""
            let width = entries.map(\.name.count).max() ?? 0
            for entry in entries {
                let padding = String(repeating: " ", count: width - entry.name.count)
                try session.console.print("\(indent)\(entry.name)\(padding)  \(entry.summary)")
            }
            if kind == .scenarios, entries.isEmpty, self.kind == .scenarios {
                session.console.error("no scenario files under \(scenarios)/ (--scenarios names another folder)")
            }
        }
        return .success
    }

    private func entries(_ kind: Kind, _ session: Session) -> [Entry] {
        switch kind {
        case .methods: session.catalogue.methods.map { Entry(name: $0.name, summary: $0.summary) }
        case .problems: session.catalogue.families.map { Entry(name: $0.name, summary: $0.summary) }
        case .operators: session.catalogue.operators.map { Entry(name: $0.name, summary: $0.summary) }
        case .systems: standardSystems.map { Entry(name: $0.name, summary: $0.citation) }
        case .scenarios: scenarioFiles(in: scenarios).map { Entry(name: $0, summary: title(of: $0, session)) }
        }
    }

    private func title(of file: String, _ session: Session) -> String {
        let reader = ScenarioReader(catalogue: session.catalogue)
        return (try? reader.read(file: file).title) ?? "(has errors: lacuna validate \(file))"
    }
}

/// All YAML files below a folder, sorted.
func scenarioFiles(in folder: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    return files.map { "\(folder)/\($0)" }
}
