/// Weights of a convolution, F filters × C channels × T taps, pruned by patterns: r consecutive filters share, for each input
/// channel, one pattern of taps from a small dictionary (Lin et al. 2021 for keeping or dropping whole kernels; fine-grained
/// group sparsity as in Xu et al. 2023).
///
/// For products it is a matrix of r×1 blocks, F × C T, acting on the unfolded input (column c T + t: channel c seen through
/// tap t), so that the fast kernels serve it. A 1×1 convolution has T = 1 and needs no unfolding.
public struct GroupedKernels<Element: Scalar>: Hashable, Sendable {
    public let filters: Int
    public let channels: Int
    public let taps: Int
    /// r.
    public let groupSize: Int
    /// The dictionary: taps kept, ascending, in order of first use.
    public let patterns: [[Int]]
    /// Pattern of group g and channel c at g C + c.
    public let assignment: [Int]
    /// By group, channel and kept tap, the r filters' weights.
    public let values: [Element]

    /// Takes the patterns from the non-zeros: a tap is kept where any filter of the group has a weight.
    ///
    /// - Throws: `LacunaError` for weights not of F×C×T, a group size that does not divide F, more patterns than
    ///   `patternLimit`, and weights that are not finite.
    public init(_ weights: Tensor<Element>, groupSize: Int, patternLimit: Int = 256) throws {
        guard weights.dimensions.count == 3 else {
            throw LacunaError(
                .shape, "grouped kernels", "the weights are \(describeShape(weights.dimensions)), not F×C×T")
        }
        // Not the properties: closures below may not capture self before all of them are set.
        let (filters, channels, taps) = (weights.dimensions[0], weights.dimensions[1], weights.dimensions[2])
        (self.filters, self.channels, self.taps) = (filters, channels, taps)
        guard groupSize >= 1, filters % groupSize == 0 else {
            throw LacunaError(.shape, "grouped kernels", "groups of \(groupSize) do not divide \(filters) filters")
        }
        if let index = weights.storage.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "grouped kernels", "weight \(index) is not finite")
        }
        self.groupSize = groupSize
        var patterns: [[Int]] = []
        var known: [[Int]: Int] = [:]
        var assignment: [Int] = []
        var values: [Element] = []
        for first in stride(from: 0, to: filters, by: groupSize) {
            for channel in 0..<channels {
                func weight(_ filter: Int, _ tap: Int) -> Element {
                    weights.storage[(filter * channels + channel) * taps + tap]
                }
                let group = first..<first + groupSize
                let pattern = (0..<taps).filter { tap in group.contains { weight($0, tap) != 0 } }
                if known[pattern] == nil {
                    known[pattern] = patterns.count
                    patterns.append(pattern)
                }
                assignment.append(known[pattern] ?? 0)
                for tap in pattern { values.append(contentsOf: group.map { weight($0, tap) }) }
            }
        }
        guard patterns.count <= patternLimit else {
            throw LacunaError(
                .value, "grouped kernels", "\(patterns.count) different patterns, at most \(patternLimit)",
                remedy: "Project the weights onto fewer patterns first.")
        }
        self.patterns = patterns
        self.assignment = assignment
        self.values = values
    }

    /// Stored numbers over F C T; 0 without weights.
    public var density: Double {
        let count = filters * channels * taps
        return count == 0 ? 0 : Double(values.count) / Double(count)
    }

    /// F × C T in r×1 blocks, the values in the same order.
    /// - Throws: `LacunaError` for more columns than a sparse matrix has.
    public func matrix() throws -> SparseMatrix<Element> {
        var starts: [Int32] = [0]
        var columns: [Int32] = []
        for group in 0..<filters / groupSize {
            for channel in 0..<channels {
                for tap in patterns[assignment[group * channels + channel]] {
                    columns.append(Int32(clamping: channel * taps + tap))
                }
            }
            starts.append(Int32(clamping: columns.count))
        }
        return try SparseMatrix(
            rows: filters, columns: checkedProduct([channels, taps], "grouped kernels"),
            block: BlockShape(groupSize, 1),
            starts: starts, blockColumns: columns, values: values)
    }

    /// The weights with their zeros, F×C×T.
    public func dense() -> Tensor<Element> {
        var dense = Tensor<Element>(repeating: 0, dimensions: [filters, channels, taps])
        var position = 0
        for group in 0..<filters / groupSize {
            for channel in 0..<channels {
                for tap in patterns[assignment[group * channels + channel]] {
                    for filter in group * groupSize..<(group + 1) * groupSize {
                        dense.storage[(filter * channels + channel) * taps + tap] = values[position]
                        position += 1
                    }
                }
            }
        }
        return dense
    }
}
