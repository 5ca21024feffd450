import LacunaDynamics
import LacunaExperiment
import LacunaScenarios

/// What `lacuna describe --json` prints; keys that the kind does not have are left out.
struct DescriptionReport: Encodable {
    struct Paper: Encodable {
        let authors: String
        let year: Int
        let title: String
        let source: String

        init(_ citation: Citation) {
            (authors, year, title, source) = (citation.authors, citation.year, citation.title, citation.source)
        }
    }

    struct Parameter: Encodable {
        let name: String
        /// nil: it must be given, may be missing, or presets decide.
        let `default`: ParameterValue?
        /// The default under each preset, where these decide.
        let presets: [String: ParameterValue]?
        let required: Bool
        /// "a number of at least 0 (dB)".
        let expected: String
        let unit: String
        let summary: String

        /// Of a system: a number.
        init(_ parameter: SystemParameter) {
            (name, summary, unit, required) = (parameter.name, "", "", false)
            `default` = .number(parameter.value)
            presets = nil
            expected = "a number"
        }

        init(_ declaration: ParameterDeclaration) {
            name = declaration.name
            `default` = declaration.defaultValue
            let presetDefaults = declaration.presetDefaults.map { ($0.preset, $0.value) }
            presets = presetDefaults.isEmpty ? nil : Dictionary(uniqueKeysWithValues: presetDefaults)
            required = declaration.isRequired
            expected = declaration.expectation
            unit = declaration.unit
            summary = declaration.meaning
        }
    }

    struct Metric: Encodable {
        let name: String
        let unit: String
        let better: String
        let summary: String
    }

    /// How `lacuna solve` simulates a system.
    struct Orbit: Encodable {
        let start: [Double]
        let step: Double
        let steps: Int
        let substeps: Int
    }

    /// "method", "problem", "operator", "system" or "scenario".
    let kind: String
    let name: String
    let summary: String
    var citation: Paper?
    /// Of a problem, or the options of a method.
    var parameters: [Parameter]?
    var metrics: [Metric]?
    /// Of a system.
    var equations: [String]?
    var orbit: Orbit?
    /// The paper's.
    var figure: String?
    var notes: [String]?
    var cells: Int?
    /// The scenario after profile and defaults.
    var yaml: String?
    /// What else has the name.
    var also: [DescriptionReport]?

    init(_ method: any Method) {
        (kind, name, summary) = ("method", method.name, method.summary)
        citation = Paper(method.citation)
        parameters = method.options.map { Parameter($0) }
    }

    init(_ family: any ProblemFamily) {
        (kind, name, summary) = ("problem", family.name, family.summary)
        citation = family.citation.map(Paper.init)
        parameters = family.parameters.map { Parameter($0) }
        metrics = (family.metrics + ResultTable.Metric.ofEveryFamily).map {
            Metric(name: $0.name, unit: $0.unit, better: $0.better.rawValue, summary: $0.longName)
        }
    }

    init(_ operatorKind: Catalogue.OperatorKind) {
        (kind, name, summary) = ("operator", operatorKind.name, operatorKind.summary)
    }

    init(_ standard: StandardSystem) throws {
        let system = try standard.system()
        (kind, name, summary) = ("system", standard.name, standard.citation)
        parameters = system.parameters.map { Parameter($0) }
        equations = system.equations
        orbit = Orbit(
            start: standard.initialState, step: standard.step, steps: standard.steps, substeps: standard.substeps)
    }

    init(_ scenario: Scenario) throws {
        (kind, name, summary) = ("scenario", scenario.name, scenario.title)
        citation = scenario.citation.map(Paper.init)
        if !scenario.paperFigure.isEmpty { figure = scenario.paperFigure }
        notes = scenario.notes
        cells = try Plan(scenario).cellCount
        yaml = scenario.resolvedText
    }
}
