import Foundation
import LacunaArrays

/// Curves that a paper's authors published, as statistics over their realisations, to draw beneath ours and to compare with.
public struct PublishedCurves: Hashable, Sendable {
    /// One metric of one method, each array along the x axis.
    public struct Curve: Hashable, Sendable {
        public let mean: [Double]
        public let median: [Double]
        public let q25: [Double]
        public let q75: [Double]

        public init(mean: [Double], median: [Double], q25: [Double], q75: [Double]) {
            self.mean = mean
            self.median = median
            self.q25 = q25
            self.q75 = q75
        }
    }

    /// Where the numbers come from.
    public let source: String
    /// What legends and captions call them: "published", or "prototype" for numbers that nobody published.
    public let noun: String
    /// The axis: a parameter's name.
    public let xName: String
    public let xValues: [Double]
    /// Over how many realisations the statistics are.
    public let realisations: Int
    /// Label -> metric -> curve.
    public let methods: [String: [String: Curve]]
    /// The problem's parameters under which the numbers were obtained, as far as they are known. Of an axis that a
    /// scenario sweeps over more values, the numbers hold at this one.
    public let parameters: [String: ParameterValue]
    /// The unit in the last place of the numbers, 0 where they are given in full: they may lie half of it off.
    public let rounding: Double

    public init(
        source: String, xName: String, xValues: [Double], realisations: Int, methods: [String: [String: Curve]],
        parameters: [String: ParameterValue] = [:], noun: String = "published", rounding: Double = 0
    ) {
        self.source = source
        self.noun = noun
        self.xName = xName
        self.xValues = xValues
        self.realisations = realisations
        self.methods = methods
        self.parameters = parameters
        self.rounding = rounding
    }

    /// "the authors'", "the prototype's".
    public var owners: String { noun == "published" ? "the authors'" : "the \(noun)'s" }

    /// Where a scenario's problem differs from the one that the curves hold for: "pilots 4 (published: 3)". Empty if the
    /// two can be compared.
    public func differences(from scenario: Scenario) -> [String] {
        parameters.keys.sorted().compactMap { name in
            let axis = scenario.axes.first { $0.name == name }
            let ours = axis?.values ?? scenario.parameters[name].map { [$0] } ?? []
            guard let wanted = parameters[name], !ours.map(\.description).contains(wanted.description) else {
                return nil
            }
            let found = ours.isEmpty ? "none" : ours.map(\.description).joined(separator: ", ")
            return "\(name) \(found) (published: \(wanted))"
        }
    }
}

extension PublishedCurves {
    /// Reads the JSON layout {"source": text, "<axis>": [x…], "realisations": n, "methods": {label: {metric: {"mean": […],
    /// "median": […], "q25": […], "q75": […]}}}, "parameters": {name: value}, "noun": text, "rounding": number}: the
    /// axis is the one key with a list of numbers (a parameter's name, or a metric's for figures against it); null where a method has no number; `parameters`, `noun` and `rounding` may be missing.
    /// - Throws: `LacunaError` that names the file and the key.
    public init(file: String) throws {
        let root = try JSONEntry(file: file)
        let source = try root["source"].text()
        let axes = try root.keys().filter { if case .list = try root[$0].value { true } else { false } }
        guard let xName = axes.first, axes.count == 1 else {
            throw LacunaError(
                .file, file,
                "\(axes.count) keys hold a list (\(axes.joined(separator: ", "))); expected one, the x axis")
        }
        let xValues = try root[xName].numbers()
        let realisations = try root["realisations"].numbers(count: 1)[0]
        guard let realisations = Int(exactly: realisations), realisations >= 1 else {
            throw LacunaError(
                .file, "\(file): realisations", "got \(realisations); expected a whole number of at least 1")
        }
        var methods: [String: [String: Curve]] = [:]
        let labels = try root["methods"]
        for label in try labels.keys() {
            for metric in try labels[label].keys() {
                let curve = try labels[label][metric]
                // A method need not have a number at every x.
                let numbers = { (key: String) in try curve[key].numbers(count: xValues.count, allowsNull: true) }
                methods[label, default: [:]][metric] = try Curve(
                    mean: numbers("mean"), median: numbers("median"), q25: numbers("q25"), q75: numbers("q75"))
            }
        }
        var parameters: [String: ParameterValue] = [:]
        if try root.keys().contains("parameters") {
            let entries = try root["parameters"]
            for name in try entries.keys() { parameters[name] = try entries[name].parameter() }
        }
        let keys = try root.keys()
        let rounding = keys.contains("rounding") ? try root["rounding"].numbers(count: 1)[0] : 0
        guard rounding >= 0 else {
            throw LacunaError(.file, "\(file): rounding", "got \(rounding); expected a number of at least 0")
        }
        self.init(
            source: source, xName: xName, xValues: xValues, realisations: realisations, methods: methods,
            parameters: parameters, noun: keys.contains("noun") ? try root["noun"].text() : "published",
            rounding: rounding)
    }
}

/// A JSON value with the path to it, so that every error says where.
private struct JSONEntry {
    enum Value: Decodable {
        case object([String: Value])
        case list([Value])
        case number(Double)
        case text(String)
        case null
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let members = try? container.decode([String: Value].self) {
                self = .object(members)
            } else if let elements = try? container.decode([Value].self) {
                self = .list(elements)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .other
            }
        }
    }

    let file: String
    let path: [String]
    let value: Value

    init(file: String, path: [String], value: Value) {
        self.file = file
        self.path = path
        self.value = value
    }

    /// "published.json: methods.omp.nmse".
    private var place: String { path.isEmpty ? file : "\(file): \(path.joined(separator: "."))" }

    init(file: String) throws {
        let data = try readFile(file)
        do {
            self.init(file: file, path: [], value: try JSONDecoder().decode(Value.self, from: data))
        } catch let DecodingError.dataCorrupted(context) {
            let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
            throw LacunaError(.file, file, "not valid JSON (\(detail ?? context.debugDescription))")
        }
    }

    subscript(key: String) -> JSONEntry {
        get throws {
            guard case .object(let members) = value else { throw wrong("an object") }
            guard let member = members[key] else {
                throw LacunaError(
                    .file, place, "no key '\(key)'", remedy: knownNamesRemedy(for: key, among: members.keys.sorted()))
            }
            return JSONEntry(file: file, path: path + [key], value: member)
        }
    }

    func keys() throws -> [String] {
        guard case .object(let members) = value else { throw wrong("an object") }
        return members.keys.sorted()
    }

    func text() throws -> String {
        guard case .text(let text) = value else { throw wrong("a text") }
        return text
    }

    /// A list of finite numbers (a single number stands for a list of one); null is NaN where it is allowed.
    func numbers(count: Int? = nil, allowsNull: Bool = false) throws -> [Double] {
        let elements = if case .list(let elements) = value { elements } else { [value] }
        let numbers = elements.compactMap { element -> Double? in
            switch element {
            case .number(let number): number.isFinite ? number : nil
            case .null: allowsNull ? .nan : nil
            default: nil
            }
        }
        guard numbers.count == elements.count else { throw wrong("numbers") }
        if let count, numbers.count != count {
            throw LacunaError(.file, place, "got \(numbers.count) numbers; expected \(count)")
        }
        return numbers
    }

    /// A number, a text, or a list of these. A whole number and a floating one are spelt alike.
    func parameter() throws -> ParameterValue {
        func parameter(_ value: Value) throws -> ParameterValue {
            switch value {
            case .number(let number): .number(number)
            case .text(let text): .text(text)
            case .list(let elements): .list(try elements.map(parameter))
            case .object, .null, .other: throw wrong("a number, a text or a list of these")
            }
        }
        return try parameter(value)
    }

    private func wrong(_ expected: String) -> LacunaError {
        LacunaError(.file, place, "expected \(expected)")
    }
}
