import LacunaNets
import LacunaPlot
import LacunaScenarios

extension CompressedNetwork {
    enum PictureKind: String, CaseIterable {
        case mask, inclusion
    }

    /// Without its ending.
    static func pictureName(_ array: String, _ kind: PictureKind) -> String {
        "\(array)-\(kind.rawValue)".replacing("/", with: "_")
    }

    /// Of each weight array its mask, and the probabilities where there are any: outputs × everything else.
    func pictures() -> [HeatMap] {
        pruned.parameters.layout.entries(of: .weight).flatMap { entry -> [HeatMap] in
            let rows = entry.parameter.shape[0], columns = entry.range.count / max(rows, 1)
            guard rows > 0, columns > 0 else { return [] }
            func map(_ values: [Float], _ kind: PictureKind, _ meaning: String) -> HeatMap {
                HeatMap(
                    name: Self.pictureName(entry.name, kind), title: "\(entry.name): \(meaning)",
                    values: values, rows: rows, columns: columns, rowLabel: "output", columnLabel: "input")
            }
            let mask = map(
                pruned.parameters.values[entry.range].map { $0 == 0 ? 0 : 1 }, .mask, "weights that stay")
            guard let probabilities = pruned.inclusionProbabilities[entry.name] else { return [mask] }
            return [mask, map(probabilities, .inclusion, "probability of being needed")]
        }
    }
}
