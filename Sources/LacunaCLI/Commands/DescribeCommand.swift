import ArgumentParser
import Foundation
import LacunaArrays
import LacunaDynamics
import LacunaExperiment
import LacunaScenarios

struct DescribeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract:
            "Describe a method, a problem, an operator, a dynamical system or a scenario file: parameters, units, ranges, defaults, paper."
    )

    @Argument(help: "Name of a method, problem, operator or system, or a scenario file.")
    var name: String?
    @Flag(help: "Print the JSON schema of scenario files, for editors.")
    var schema = false
    @Flag(
        help: """
            As JSON: kind (method, problem, operator, system or scenario), name, summary, and what this kind has of \
            citation, parameters, metrics, equations, orbit, figure, notes, cells, yaml; also: the others of that name, as a list.
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
        if let system = standardSystems.first(where: { $0.name == name }) {
            found.append((try description(of: system), try DescriptionReport(system)))
        }
        if found.isEmpty, FileManager.default.fileExists(atPath: name) {
            let scenario = try ScenarioReader(catalogue: catalogue).read(file: name)
            found.append((try description(of: scenario), try DescriptionReport(scenario)))
        }
        guard var report = found.first?.report else {
            let known =
                catalogue.methods.map(\.name) + catalogue.families.map(\.name) + catalogue.operators.map(\.name)
                + standardSystems.map(\.name)
            throw LacunaError(
                .name, "'\(name)'", "no method, problem, operator, system or scenario file of this name",
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

    private func description(of system: StandardSystem) throws -> String {
        let equations = try system.system().equations.joined(separator: "\n")
        var table = TextTable(["parameter", "value"], leftColumns: [0])
        for parameter in try system.system().parameters { table.append([parameter.name, "\(parameter.value)"]) }
        let state = system.initialState
        let start =
            state.count > 6 ? "\(state.count) numbers" : "(" + state.map { "\($0)" }.joined(separator: ", ") + ")"
        return """
            system \(system.name)

            \(system.citation)

            \(equations)

            \(table.text)

            `lacuna solve \(system.name)` takes \(system.steps) steps of \(system.step) from \(start), each of \(system.substeps) of the integrator.
            """
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
