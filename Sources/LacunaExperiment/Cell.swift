import LacunaArrays

/// One solve: a method on one trial of one sweep point.
public struct Cell: Hashable, Sendable {
    /// 16 hexadecimal digits: the hash of the family's name, all its parameters at this point, the trial, the seed, the
    /// method's name and its options. Labels, positions in the sweep and profiles are not in it, so a cell keeps its id
    /// when the sweep around it changes.
    public let id: String
    /// Position among the sweep points, row-major, last axis fastest.
    public let point: Int
    /// From 0.
    public let trial: Int
    /// Position in `Scenario.methods`.
    public let algorithm: Int
}

/// The cells of one trial at one point: they share one draw, so they run one after another on one worker.
public struct Batch: Hashable, Sendable {
    public let point: Int
    public let trial: Int
    public let cells: [Cell]
}

extension Cell {
    /// The part of an id's hash that the cells of one point share.
    static func hash(family: String, parameters: ParameterValues, seed: UInt64) -> StableHash {
        var hash = StableHash()
        hash.combine(family)
        combine(parameters.canonical, into: &hash)
        hash.combine(seed)
        return hash
    }

    static func id(pointHash: StableHash, trial: Int, method: String, options: ParameterValues) -> String {
        var hash = pointHash
        hash.combine(UInt64(trial))
        hash.combine(method)
        combine(options.canonical, into: &hash)
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func combine(_ values: [(name: String, value: String)], into hash: inout StableHash) {
        hash.combine(UInt64(values.count))
        // By name, so that the order of declarations is not in the id.
        for (name, value) in values.sorted(by: { $0.name < $1.name }) {
            hash.combine(name)
            hash.combine(value)
        }
    }
}
