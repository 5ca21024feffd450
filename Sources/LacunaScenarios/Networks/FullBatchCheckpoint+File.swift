import LacunaIO
import LacunaNets
import LacunaSolvers

extension FullBatchCheckpoint {
    /// The checkpoint as a file holds it. All numbers are Doubles, which hold a Float exactly.
    public var file: Checkpoint {
        func array(_ name: String, _ values: [Element]) -> NamedArray<Double> {
            NamedArray(name: name, values: values.map { Double($0) })
        }
        return Checkpoint(
            doubles: [
                array("values", minimization.point), array("gradient", minimization.gradient),
                array("steps", minimization.steps), array("changes", minimization.changes),
                NamedArray(name: "curvatures", values: minimization.curvatures), array("statistics", statistics),
                NamedArray(name: "losses", values: losses), NamedArray(name: "value", values: [minimization.value]),
                NamedArray(name: "weight_decay", values: [weightDecay]),
            ],
            attributes: [
                "layout": .text(layout.text), "scalar": .text("\(Element.self)"),
                "memory": .integer(Int64(minimization.memory)),
                "evaluations": .integer(Int64(minimization.evaluations)),
                "failures": .integer(Int64(minimization.failures)),
            ])
    }

    /// The checkpoint of a full-batch training of this network. Read with `CheckpointFile.read`.
    /// - Throws: `LacunaError` (file) where it is of another network or scalar, or something is missing.
    public init(_ file: Checkpoint, of network: Network<Element>) throws {
        guard try file.text("layout") == network.layout.text else {
            throw LacunaError(.file, file.path, "is a checkpoint of another network")
        }
        guard try file.text("scalar") == "\(Element.self)" else {
            throw LacunaError(.file, file.path, "is a checkpoint of a training in \(try file.text("scalar"))")
        }
        func values(_ name: String) throws -> [Element] { try file.doubles(name).values.map { Element($0) } }
        func number(_ name: String) throws -> Double { try file.doubles(name, shape: [1]).values[0] }
        self.init(
            layout: network.layout, statistics: try values("statistics"), losses: try file.doubles("losses").values,
            weightDecay: try number("weight_decay"),
            minimization: LBFGSCheckpoint(
                point: try values("values"), gradient: try values("gradient"), value: try number("value"),
                evaluations: try file.count("evaluations"), failures: try file.count("failures"),
                memory: try file.count("memory"), steps: try values("steps"), changes: try values("changes"),
                curvatures: try file.doubles("curvatures").values))
    }
}
