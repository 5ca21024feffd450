/// A sparse weight matrix as bits: where the non-zeros are, and their values.
///
/// Values take 32 bits as they are, or b < 32 bits: a sign and a multiple 1...2^(b-1) of max |w|/2^(b-1), so that what is not 0 stays so; that
/// unit takes 32 bits more. Sizes of the matrix count as known. What is counted is what is written: `decoded` reads it back.
public struct WeightCoding: Hashable, Sendable {
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        /// Per row the number of runs of non-zeros; start, length and values of each.
        case burst
        /// Per row the number of non-zeros; column and value of each.
        case index
        /// Through the whole matrix the number of zeros before each non-zero, in w bits; 2^w - 1 of them are a symbol without a value. The
        /// best w is chosen (Han, Mao & Dally 2016, arXiv 1510.00149, pad with zeros instead).
        case gap
    }

    public let scheme: Scheme
    public let valueBits: Int

    /// - Throws: `LacunaError` (value) for values of less than 2 or more than 16 bits, but for 32.
    public init(_ scheme: Scheme, valueBits: Int = 32) throws {
        guard 2...16 ~= valueBits || valueBits == 32 else {
            throw LacunaError(.value, "value bits", "\(valueBits); they must be 2 to 16, or 32")
        }
        self.scheme = scheme
        self.valueBits = valueBits
    }

    /// Row-major `weights`. Precondition: they are rows × columns numbers, finite.
    public func encode(_ weights: [Float], rows: Int, columns: Int) -> CodedWeights {
        precondition(weights.count == rows * columns, "\(weights.count) weights for \(rows)×\(columns)")
        var writer = BitWriter()
        let quantiser = ValueQuantiser(bits: valueBits, largest: weights.reduce(0) { max($0, $1.magnitude) })
        quantiser.writeHeader(&writer)
        switch scheme {
        case .burst:
            for row in 0..<rows {
                let runs = runs(of: weights, in: row * columns..<(row + 1) * columns)
                writer.write(UInt32(runs.count), bits: bitWidth((columns + 1) / 2 + 1))
                for run in runs {
                    writer.write(UInt32(run.lowerBound - row * columns), bits: bitWidth(columns))
                    writer.write(UInt32(run.count - 1), bits: bitWidth(columns))
                    for index in run { quantiser.write(weights[index], &writer) }
                }
            }
        case .index:
            for row in 0..<rows {
                let indices = (row * columns..<(row + 1) * columns).filter { weights[$0] != 0 }
                writer.write(UInt32(indices.count), bits: bitWidth(columns + 1))
                for index in indices {
                    writer.write(UInt32(index - row * columns), bits: bitWidth(columns))
                    quantiser.write(weights[index], &writer)
                }
            }
        case .gap:
            let indices = weights.indices.filter { weights[$0] != 0 }
            let width = Self.bestGapWidth(indices, valueBits: valueBits)
            writer.write(UInt32(indices.count), bits: 32)
            writer.write(UInt32(width), bits: 5)
            var next = 0
            for index in indices {
                let skip = 1 << width - 1
                for _ in 0..<(index - next) / skip { writer.write(UInt32(skip), bits: width) }
                writer.write(UInt32((index - next) % skip), bits: width)
                quantiser.write(weights[index], &writer)
                next = index + 1
            }
        }
        return CodedWeights(
            coding: self, rows: rows, columns: columns, bytes: writer.bytes, bitCount: writer.bitCount)
    }

    private static func bestGapWidth(_ indices: [Int], valueBits: Int) -> Int {
        func cost(_ width: Int) -> Int {
            var next = 0, symbols = 0
            for index in indices {
                symbols += (index - next) / (1 << width - 1) + 1
                next = index + 1
            }
            return symbols * width
        }
        return (1...20).min { cost($0) < cost($1) } ?? 1
    }
}

/// A coded matrix.
public struct CodedWeights: Hashable, Sendable {
    public let coding: WeightCoding
    public let rows: Int
    public let columns: Int
    public let bytes: [UInt8]
    /// Bits in use: the last byte may have more.
    public let bitCount: Int

    public init(coding: WeightCoding, rows: Int, columns: Int, bytes: [UInt8], bitCount: Int) {
        self.coding = coding
        self.rows = rows
        self.columns = columns
        self.bytes = bytes
        self.bitCount = bitCount
    }

    /// The matrix with its values as rounded. - Throws: `LacunaError` (file) where the bits are not such a matrix.
    public func decoded() throws -> [Float] {
        func broken(_ problem: String) -> LacunaError { LacunaError(.file, "coded weights", problem) }
        var reader = BitReader(bytes, bitCount: bitCount)
        var weights = Array(repeating: Float.zero, count: rows * columns)
        let quantiser = try ValueQuantiser(bits: coding.valueBits, readingHeader: &reader)
        switch coding.scheme {
        case .burst:
            for row in 0..<rows {
                for _ in 0..<(try reader.read(bits: bitWidth((columns + 1) / 2 + 1))) {
                    let start = Int(try reader.read(bits: bitWidth(columns)))
                    let length = Int(try reader.read(bits: bitWidth(columns))) + 1
                    guard start + length <= columns else { throw broken("a run ends outside row \(row)") }
                    for column in start..<start + length {
                        weights[row * columns + column] = try quantiser.read(&reader)
                    }
                }
            }
        case .index:
            for row in 0..<rows {
                for _ in 0..<(try reader.read(bits: bitWidth(columns + 1))) {
                    let column = Int(try reader.read(bits: bitWidth(columns)))
                    guard column < columns else { throw broken("a column is outside row \(row)") }
                    weights[row * columns + column] = try quantiser.read(&reader)
                }
            }
        case .gap:
            let count = Int(try reader.read(bits: 32)), width = Int(try reader.read(bits: 5))
            guard count == 0 || width > 0 else { throw broken("gaps have no bits") }
            let skip = UInt32(1) << UInt32(width) - 1
            var next = 0
            for _ in 0..<count {
                var symbol = try reader.read(bits: width)
                while symbol == skip {
                    next += Int(skip)
                    symbol = try reader.read(bits: width)
                }
                next += Int(symbol)
                guard next < weights.count else { throw broken("a value lies behind the last one") }
                weights[next] = try quantiser.read(&reader)
                next += 1
            }
        }
        guard reader.isAtEnd else { throw broken("bits are left over") }
        return weights
    }
}

/// Values in few bits.
private struct ValueQuantiser {
    let bits: Int
    let unit: Float

    init(bits: Int, largest: Float) {
        self.bits = bits
        unit = bits == 32 ? 1 : largest / Float(1 << (bits - 1))
    }

    init(bits: Int, readingHeader reader: inout BitReader) throws {
        self.bits = bits
        unit = bits == 32 ? 1 : Float(bitPattern: try reader.read(bits: 32))
    }

    func writeHeader(_ writer: inout BitWriter) {
        if bits < 32 { writer.write(unit.bitPattern, bits: 32) }
    }

    func write(_ value: Float, _ writer: inout BitWriter) {
        guard bits < 32 else { return writer.write(value.bitPattern, bits: 32) }
        let most = Float(1 << (bits - 1)), multiple = min(max((value.magnitude / unit).rounded(), 1), most)
        writer.write(UInt32(multiple) - 1, bits: bits - 1)
        writer.write(value < 0 ? 1 : 0, bits: 1)
    }

    func read(_ reader: inout BitReader) throws -> Float {
        guard bits < 32 else { return Float(bitPattern: try reader.read(bits: 32)) }
        let value = Float(try reader.read(bits: bits - 1) + 1) * unit
        return try reader.read(bits: 1) == 1 ? -value : value
    }
}

/// Maximal runs of non-zeros among `range`.
func runs(of weights: [Float], in range: Range<Int>) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for index in range {
        if weights[index] != 0 {
            start = start ?? index
        } else if let first = start {
            runs.append(first..<index)
            start = nil
        }
    }
    if let start { runs.append(start..<range.upperBound) }
    return runs
}
