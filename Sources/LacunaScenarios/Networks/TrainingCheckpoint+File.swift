import LacunaIO
import LacunaNets

extension TrainingCheckpoint<Float> {
    /// The checkpoint as a file holds it: parameters by name; what the optimiser and the rules count along, numbered.
    public var file: Checkpoint {
        var file = Checkpoint(
            floats: [
                NamedArray(name: "values", values: values), NamedArray(name: "statistics", values: statistics),
            ],
            doubles: [NamedArray(name: "losses", values: losses)],
            words: [NamedArray(name: "key", values: [key])],
            attributes: [
                "epoch": .integer(Int64(epoch)), "epochs": .integer(Int64(epochs)),
                "layout": .text(layout.text),
                "moments": .integer(Int64(moments.count)), "rules": .integer(Int64(rules.count)),
            ])
        for (index, moment) in moments.enumerated() {
            file.floats.append(NamedArray(name: "moment\(index)", values: moment))
        }
        for (index, rule) in rules.enumerated() {
            for (name, numbers) in rule.sorted(by: { $0.key < $1.key }) {
                file.floats.append(NamedArray(name: "rule\(index).\(name)", values: numbers))
            }
        }
        return file
    }

    /// The checkpoint of a training of this network. Read with `CheckpointFile.read`.
    /// - Throws: `LacunaError` (file) where it is of another network, or something is missing.
    public init(_ file: Checkpoint, of network: Network<Float>) throws {
        let layout = network.layout
        guard try file.text("layout") == layout.text else {
            throw LacunaError(.file, file.path, "is a checkpoint of another network")
        }
        func values(_ name: String) throws -> [Float] { try file.floats(name).values }
        let rules = try (0..<file.count("rules")).map { index in
            let prefix = "rule\(index)."
            return Dictionary(
                uniqueKeysWithValues: file.floats.filter { $0.name.hasPrefix(prefix) }.map {
                    (String($0.name.dropFirst(prefix.count)), $0.values)
                })
        }
        let key = try file.words("key", shape: [1]).values[0]
        self.init(
            epoch: try file.count("epoch"), losses: try file.doubles("losses").values, layout: layout,
            values: try values("values"), statistics: try values("statistics"),
            moments: try (0..<file.count("moments")).map { try values("moment\($0)") }, rules: rules, key: key,
            epochs: try file.count("epochs"))
    }
}

extension ParameterLayout {
    /// Names and shapes, as files hold them.
    var text: String {
        entries.map { "\($0.name) \(describeShape($0.parameter.shape))" }.joined(separator: "; ")
    }
}

extension Checkpoint {
    /// A number of things.
    func count(_ name: String) throws -> Int {
        let value = try integer(name)
        guard value >= 0, value < 1 << 24 else { throw LacunaError(.file, path, "attribute '\(name)' is \(value)") }
        return Int(value)
    }
}
