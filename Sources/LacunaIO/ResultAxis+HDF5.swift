import LacunaArrays
import LacunaExperiment

/// A sweep axis as a coordinate: numbers where all values are numbers, their canonical spelling otherwise.
extension ResultTable.Axis {
    private static let kindAttribute = "value_kind"

    func write(to name: String, of file: HDF5File) throws {
        let integers = values.compactMap { if case .integer(let value) = $0 { Int64(value) } else { nil } }
        let numbers = values.compactMap { value -> Double? in
            switch value {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .text, .flag, .list: nil
            }
        }
        if integers.count == values.count {
            try file.write(integers, to: name)
        } else if numbers.count == values.count {
            try file.write(numbers, to: name)
        } else {
            try file.write(values.map(\.description), to: name)
            try file.setAttribute(Self.kindAttribute, of: name, to: .texts(values.map(Self.kind)))
        }
        if !unit.isEmpty { try file.setAttribute("units", of: name, to: .text(unit)) }
    }

    init(readingFrom name: String, of file: HDF5File) throws {
        let values: [ParameterValue]
        switch try file.kind(of: name) {
        case .integer: values = try file.read(Int64.self, from: name).storage.map { .integer(Int($0)) }
        case .float: values = try file.read(Double.self, from: name).storage.map { .number($0) }
        default:
            let texts = try file.readText(from: name).storage
            var kinds = Array(repeating: "text", count: texts.count)
            if case .texts(let stored)? = try file.attribute(Self.kindAttribute, of: name), stored.count == texts.count
            {
                kinds = stored
            }
            values = zip(texts, kinds).map(Self.value)
        }
        let unit = try file.attribute("units", of: name)?.asText ?? ""
        self.init(name: String(name.split(separator: "/").last ?? ""), unit: unit, values: values)
    }

    private static func kind(_ value: ParameterValue) -> String {
        switch value {
        case .integer: "integer"
        case .number: "number"
        case .text: "text"
        case .flag: "flag"
        case .list: "list"
        }
    }

    /// The value that is spelt `text`. The elements of a list are numbers where they read as numbers.
    private static func value(_ text: String, _ kind: String) -> ParameterValue {
        switch kind {
        case "integer": Int(text).map(ParameterValue.integer) ?? .text(text)
        case "number": Double(text).map(ParameterValue.number) ?? .text(text)
        case "flag": .flag(text == "true")
        case "list":
            .list(
                text.dropFirst().dropLast().split(separator: ",").map { element in
                    let word = String(element.drop { $0 == " " })
                    return Int(word).map(ParameterValue.integer) ?? Double(word).map(ParameterValue.number)
                        ?? .text(word)
                })
        default: .text(text)
        }
    }
}
