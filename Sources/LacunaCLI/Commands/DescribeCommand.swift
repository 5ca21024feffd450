import ArgumentParser
import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaScenarios

struct DescribeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract:
            "Describe a method, a problem, an operator or a scenario file: parameters, units, ranges, defaults, paper.")

    @Argument(help: "Name of a method, problem or operator, or a scenario file.")
    var name: String?
    @Flag(help: "Print the JSON schema of scenario files, for editors.")
    var schema = false
    @Flag(
        help: """
            As JSON: kind (method, problem, operator or scenario), name, summary, and what this kind has of citation, \
            parameters, metrics, figure, notes, cells, yaml; also: the others of that name, as a list.
            """)
    var json = false

    func validate() throws {
        if schema == (name != nil) { throw ValidationError("expected a name, or --schema alone") }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let catalogue = session.catalogue
        guard let name else {
            try session.console.print(catalogue.jsonSchema)
            return .success
        }
        // A method and an operator may share a name: both are shown.
        var found: [(text: String, report: DescriptionReport)] = []
        for method in catalogue.methods where method.name == name {
            found.append((description(of: method), DescriptionReport(method)))
        }
        if let family = catalogue.family(name) { found.append((description(of: family), DescriptionReport(family))) }
        for kind in catalogue.operators where kind.name == name {
            found.append(("operator \(kind.name)\n\n\(kind.summary)", DescriptionReport(kind)))
        }
        if found.isEmpty, FileManager.default.fileExists(atPath: name) {
            let scenario = try ScenarioReader(catalogue: catalogue).read(file: name)
            found.append((try description(of: scenario), try DescriptionReport(scenario)))
        }
        guard var report = found.first?.report else {
            let known = catalogue.methods.map(\.name) + catalogue.families.map(\.name) + catalogue.operators.map(\.name)
            throw LacunaError(
                .name, "'\(name)'", "no method, problem, operator or scenario file of this name",
                remedy: knownNamesRemedy(for: name, among: known))
        }
        if found.count > 1 { report.also = found.dropFirst().map(\.report) }
        try session.console.print(json ? try jsonText(report) : found.map(\.text).joined(separator: "\n\n"))
        return .success
    }

    private func description(of method: any Method) -> String {
        let heading = "method \(method.name)\n\n\(method.summary)\n\(text(method.citation))"
        return heading + "\n\noptions\n" + table(method.options)
    }

    private func description(of family: any ProblemFamily) -> String {
        var parts = ["problem \(family.name)\n\n\(family.summary)"]
        if let citation = family.citation { parts[0] += "\n\(text(citation))" }
        parts.append("parameters\n" + table(family.parameters))
        var metrics = TextTable(["metric", "unit", "better", "meaning"], leftColumns: [0, 1, 2, 3])
        for metric in family.metrics + ResultTable.Metric.ofEveryFamily {
            metrics.append([
                metric.name, metric.unit == "1" ? "" : metric.unit, metric.better.rawValue, metric.longName,
            ])
        }
        parts.append(metrics.text)
        return parts.joined(separator: "\n\n")
    }

    private func description(of scenario: Scenario) throws -> String {
        var heading = "\(scenario.title)\nscenario \(scenario.name)"
        if let citation = scenario.citation {
            heading += "\n\(text(citation))" + (scenario.paperFigure.isEmpty ? "" : ", figure \(scenario.paperFigure)")
        }
        let notes = scenario.notes.map { "Note: \($0)" }
        let cells = try Plan(scenario).cellCount
        return ([heading] + notes + ["\(cells) cells; after profile and defaults:", scenario.resolvedText]).joined(
            separator: "\n\n")
    }

    private func text(_ citation: Citation) -> String {
        "\(citation.authors) (\(citation.year)). \(citation.title). \(citation.source)"
    }

    private func table(_ declarations: [ParameterDeclaration]) -> String {
        guard !declarations.isEmpty else { return "none" }
        var table = TextTable(["name", "default", "expected", "meaning"], leftColumns: [0, 1, 2, 3])
        for declaration in declarations {
            table.append([
                declaration.name, declaration.defaultDescription, declaration.expectation, declaration.meaning,
            ])
        }
        return table.text
    }
}
