import Foundation
import LacunaExperiment

extension Catalogue {
    /// The JSON schema (draft 2020-12) of scenario files, for editors: from the same declarations that the reader checks.
    public var jsonSchema: String {
        let schema = JSONValue.object([
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Lacuna scenario",
            "type": "object",
            "additionalProperties": false,
            "required": ["lacuna", "name", "problem", "methods", "trials"],
            "properties": .object(topProperties),
            "allOf": .array(families.map(familyRule)),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(schema) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private var topProperties: [String: JSONValue] {
        let text: JSONValue = ["type": "string"]
        let object: JSONValue = ["type": "object"]
        let paper = Dictionary(
            uniqueKeysWithValues: ScenarioSchema.paperKeys.map { ($0, $0 == "year" ? ["type": "integer"] : text) })
        var figure = Dictionary(uniqueKeysWithValues: ScenarioSchema.figureKeys.map { ($0, text) })
        figure["kind"] = choices(ScenarioSchema.FigureKind.allCases.map(\.rawValue))
        figure["scale"] = choices(Scenario.Figure.Scale.allCases.map(\.rawValue))
        figure["statistic"] = choices(Scenario.Figure.Statistic.allCases.map(\.rawValue))
        figure["band"] = choices(Scenario.Figure.Band.allCases.map(\.rawValue))
        figure["at"] = object
        figure["published"] = ["type": "boolean"]
        figure["algorithms"] = ["type": "array", "minItems": 1, "items": text]
        // Which keys belong to which kind is the reader's to say.
        figure["array"] = text
        figure["view"] = text
        let labels: JSONValue = ["type": "array", "minItems": 1, "items": text]
        let expectation: [String: JSONValue] = [
            "at": object, "metric": text, "statistic": choices(Scenario.Figure.Statistic.allCases.map(\.rawValue)),
            "order": labels, "methods": labels, "at_least": ["type": "number"], "at_most": ["type": "number"],
        ]
        let profiles = Dictionary(uniqueKeysWithValues: Profile.allCases.map { ($0.rawValue, object) })
        return [
            "lacuna": ["const": .integer(ScenarioSchema.version)],
            "name": ["type": "string", "pattern": "^[a-z0-9_][a-z0-9_-]*$"],
            "title": text,
            "paper": closedObject(paper),
            "problem": [
                "type": "object", "required": ["kind"],
                "properties": ["kind": choices(families.map(\.name))],
            ],
            "sweep": object,
            "methods": ["type": "array", "minItems": 1, "items": ["anyOf": .array(methodRules)]],
            "trials": ["type": "integer", "minimum": 1],
            "metrics": ["type": "array", "minItems": 1, "items": text],
            "seed": ["type": "integer", "minimum": 0],
            "history": ["type": "boolean"],
            "time_limit": ["type": "number", "exclusiveMinimum": 0],
            "figures": ["type": "array", "items": closedObject(figure)],
            "expect": ["type": "array", "items": closedObject(expectation)],
            "published": text,
            "notes": ["anyOf": [text, ["type": "array", "items": text]]],
            "profiles": closedObject(profiles),
        ]
    }

    private var methodRules: [JSONValue] {
        [choices(methods.map(\.name))]
            + methods.map { method in
                var properties: [String: JSONValue] = [
                    "kind": ["const": .text(method.name)], "label": ["type": "string"],
                    "trials": ["type": "integer", "minimum": 1], "only": ["type": "object"],
                ]
                for option in method.options { properties[option.name] = schema(of: option) }
                return [
                    "type": "object", "required": ["kind"], "additionalProperties": false,
                    "properties": .object(properties),
                ]
            }
    }

    /// What holds where `problem.kind` is this family.
    private func familyRule(_ family: any ProblemFamily) -> JSONValue {
        var parameters = ["kind": JSONValue.object(["const": .text(family.name)])]
        var axes: [String: JSONValue] = [:]
        for parameter in family.parameters {
            let value = schema(of: parameter)
            parameters[parameter.name] = value
            axes[parameter.name] = ["anyOf": [value, ["type": "array", "minItems": 1, "items": value], rangeSchema]]
        }
        return [
            "if": ["properties": ["problem": ["properties": ["kind": ["const": .text(family.name)]]]]],
            "then": ["properties": ["problem": closedObject(parameters), "sweep": closedObject(axes)]],
        ]
    }

    private var rangeSchema: JSONValue {
        closedObject(Dictionary(uniqueKeysWithValues: ScenarioSchema.rangeKeys.map { ($0, ["type": "number"]) }))
    }

    private func schema(of declaration: ParameterDeclaration) -> JSONValue {
        var properties: [String: JSONValue]
        switch declaration.kind {
        case .integer(let range): properties = bounds(range)
        case .number(let range): properties = bounds(range)
        case .flag: properties = ["type": "boolean"]
        case .text: properties = ["type": "string"]
        case .choice(let names): properties = ["enum": .array(names.map(JSONValue.text))]
        case .integers(let range): properties = oneOrMany(.object(bounds(range)))
        case .numbers(let range): properties = oneOrMany(.object(bounds(range)))
        }
        let unit = declaration.unit.isEmpty ? "" : " [\(declaration.unit)]"
        properties["description"] = .text(declaration.meaning + unit)
        return .object(properties)
    }

    private func bounds(_ range: ClosedRange<Int>) -> [String: JSONValue] {
        var bounds: [String: JSONValue] = ["type": "integer"]
        if range.lowerBound != .min { bounds["minimum"] = .integer(range.lowerBound) }
        if range.upperBound != .max { bounds["maximum"] = .integer(range.upperBound) }
        return bounds
    }

    private func bounds(_ range: ClosedRange<Double>) -> [String: JSONValue] {
        let huge = Double.greatestFiniteMagnitude
        var bounds: [String: JSONValue] = ["type": "number"]
        if range.lowerBound > -huge { bounds["minimum"] = .number(range.lowerBound) }
        if range.upperBound < huge { bounds["maximum"] = .number(range.upperBound) }
        return bounds
    }

    private func oneOrMany(_ element: JSONValue) -> [String: JSONValue] {
        ["anyOf": [element, ["type": "array", "minItems": 1, "items": element]]]
    }

    private func choices(_ names: [String]) -> JSONValue { ["enum": .array(names.map(JSONValue.text))] }

    private func closedObject(_ properties: [String: JSONValue]) -> JSONValue {
        ["type": "object", "additionalProperties": false, "properties": .object(properties)]
    }
}

/// JSON as a value.
private enum JSONValue: Encodable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    case text(String), integer(Int), number(Double), flag(Bool), array([JSONValue]), object([String: JSONValue])

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
