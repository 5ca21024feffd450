/// How clustered the non-zeros of a weight array are along its lines: the incoming weights of a neuron, a flattened kernel.
public struct MaskRegularity: Hashable, Sendable {
    public var count: Int
    public var nonZeros: Int
    /// Maximal runs of non-zeros.
    public var runs: Int
    /// Σ over arrays of the runs that as many non-zeros at random positions have: lines × (d + (L - 1) d (1 - d)) at density d and length L.
    public var runsAtRandom: Double
    /// Lines without a non-zero.
    public var emptyLines: Int
    public var lines: Int

    /// Of one array whose lines are `length` consecutive entries. Precondition: length divides the support's count.
    public init(_ support: Support, lineLength length: Int) {
        precondition(length > 0 && support.count % length == 0, "lines of \(length) in \(support.count)")
        count = support.count
        nonZeros = support.indices.count
        lines = support.count / length
        var runs = 0, filled = 0, last = -2
        for index in support.indices {
            let isNewLine = last < 0 || index / length != last / length
            if isNewLine { filled += 1 }
            if isNewLine || index != last + 1 { runs += 1 }
            last = index
        }
        self.runs = runs
        emptyLines = lines - filled
        let density = support.density
        runsAtRandom = Double(lines) * (density + Double(length - 1) * density * (1 - density))
    }

    private init() {
        (count, nonZeros, runs, runsAtRandom, emptyLines, lines) = (0, 0, 0, 0, 0, 0)
    }

    /// Several arrays together.
    public init(_ parts: some Sequence<MaskRegularity>) {
        self.init()
        for part in parts {
            count += part.count
            nonZeros += part.nonZeros
            runs += part.runs
            runsAtRandom += part.runsAtRandom
            emptyLines += part.emptyLines
            lines += part.lines
        }
    }

    public var density: Double { count == 0 ? 0 : Double(nonZeros) / Double(count) }
    /// Mean length of a run; 0 where there is none.
    public var meanRun: Double { runs == 0 ? 0 : Double(nonZeros) / Double(runs) }
    /// What it would be at random positions.
    public var meanRunAtRandom: Double { runsAtRandom == 0 ? 0 : Double(nonZeros) / runsAtRandom }
    /// Count over non-zeros; infinite where there are none.
    public var compressionRatio: Double { Double(count) / Double(nonZeros) }
}

extension NetworkParameters {
    /// Regularity of a weight array along the incoming weights of each neuron or, of convolutions, along each flattened kernel.
    /// - Throws: `LacunaError` (name) for an array that the network does not have.
    public func regularity(of array: String) throws -> MaskRegularity {
        let entry = try layout.trainedEntry(array), shape = entry.parameter.shape
        let length = shape.count > 2 ? shape.dropFirst(2).reduce(1, *) : shape.last ?? 1
        return MaskRegularity(Support(of: Array(values[entry.range])), lineLength: length)
    }

    /// Regularity of all weight arrays together.
    public func regularity() throws -> MaskRegularity {
        MaskRegularity(try layout.entries(of: .weight).map { try regularity(of: $0.name) })
    }

    /// Bits that the weight arrays take, each as outputs × everything else, and the parameters with the weights that are read back.
    /// - Throws: `LacunaError` where the bits cannot be read back.
    public func coded(_ coding: WeightCoding) throws -> (bitCount: Int, decoded: NetworkParameters) {
        var bitCount = 0, decoded = self
        for entry in layout.entries(of: .weight) {
            let rows = entry.parameter.shape.first ?? 1, columns = entry.range.count / max(rows, 1)
            let coded = coding.encode(values[entry.range].map { Float($0) }, rows: rows, columns: columns)
            bitCount += coded.bitCount
            decoded.values.replaceSubrange(entry.range, with: try coded.decoded().map { Element($0) })
        }
        return (bitCount, decoded)
    }

    /// Bits in compressed sparse rows: row starts of 32 bits, columns of 16 where they suffice, else 32, values of `valueBits`.
    public func compressedRowBits(valueBits: Int = 32) -> Int {
        layout.entries(of: .weight).reduce(0) { total, entry in
            let rows = entry.parameter.shape.first ?? 1, columns = entry.range.count / max(rows, 1)
            let nonZeros = values[entry.range].reduce(0) { $1 == 0 ? $0 : $0 + 1 }
            return total + 32 * (rows + 1) + nonZeros * ((columns <= 65536 ? 16 : 32) + valueBits)
        }
    }
}
