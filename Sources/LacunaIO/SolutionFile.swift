import LacunaArrays
import LacunaExperiment
import LacunaSolvers

/// What `lacuna solve` writes: data sets `x`, `variance`, `gamma1` …; attributes `method`, `options`, `iterations`,
/// `stop_reason`, `noise_variance`, `seconds`, and `nmse` and `support_recovery` where the truth is known.
///
/// With several snapshots each data set has a second dimension and each attribute is a list, one entry per snapshot.
public struct SolutionFile<Scalar: HDF5Element>: Sendable {
    /// The solution for one column of y.
    public struct Snapshot: Sendable {
        /// The estimate, N elements in Kronecker order.
        public var x: [Scalar]
        /// Posterior variance of each element; nil for methods without one.
        public var variance: [Double]?
        /// The hyperparameters g_1 … g_I; empty for methods without them.
        public var gammas: [[Double]]
        public var iterations: Int
        public var stopReason: StopReason
        /// The variance used or learnt; nil for methods that do not use one.
        public var noiseVariance: Double?
        /// Of the solver alone.
        public var seconds: Double
        /// ‖x̂ − x‖² / ‖x‖²
        public var nmse: Double?
        /// |Ŝ ∩ S| / |Ŝ ∪ S|
        public var supportRecovery: Double?

        public init(
            x: [Scalar], variance: [Double]? = nil, gammas: [[Double]] = [], iterations: Int, stopReason: StopReason,
            noiseVariance: Double? = nil, seconds: Double, nmse: Double? = nil, supportRecovery: Double? = nil
        ) {
            self.x = x
            self.variance = variance
            self.gammas = gammas
            self.iterations = iterations
            self.stopReason = stopReason
            self.noiseVariance = noiseVariance
            self.seconds = seconds
            self.nmse = nmse
            self.supportRecovery = supportRecovery
        }
    }

    public var method: String
    /// (name, value) of every option in force.
    public var options: [(name: String, value: ParameterValue)]
    public var snapshots: [Snapshot]
    /// More attributes, such as the problem's file name: (name, text).
    public var remarks: [(name: String, text: String)]

    public init(
        method: String, options: [(name: String, value: ParameterValue)], snapshots: [Snapshot],
        remarks: [(name: String, text: String)] = []
    ) {
        self.method = method
        self.options = options
        self.snapshots = snapshots
        self.remarks = remarks
    }

    /// Writes the file whole or not at all.
    /// - Throws: `LacunaError` (environment) if it cannot be written; (shape) if snapshots differ in length.
    public func write(to path: String) throws {
        try HDF5File.write(to: path) { file in
            try write(snapshots.map(\.x), to: "x", of: file)
            try write(snapshots.compactMap(\.variance), to: "variance", of: file)
            for mode in 0..<(snapshots.map(\.gammas.count).min() ?? 0) {
                try write(snapshots.map { $0.gammas[mode] }, to: "gamma\(mode + 1)", of: file)
            }
            try file.setAttribute("method", to: .text(method))
            try file.setAttribute("options", to: .text(JSONText.object(options)))
            for (name, text) in remarks { try file.setAttribute(name, to: .text(text)) }
            let reasons = snapshots.map(\.stopReason.rawValue)
            try file.setAttribute("stop_reason", to: reasons.count == 1 ? .text(reasons[0]) : .texts(reasons))
            let iterations = snapshots.map { Int64($0.iterations) }
            try file.setAttribute(
                "iterations", to: iterations.count == 1 ? .integer(iterations[0]) : .integers(iterations))
            try write(snapshots.map(\.noiseVariance), attribute: "noise_variance", of: file)
            try write(snapshots.map(\.seconds), attribute: "seconds", of: file)
            try write(snapshots.map(\.nmse), attribute: "nmse", of: file)
            try write(snapshots.map(\.supportRecovery), attribute: "support_recovery", of: file)
        }
    }

    /// One vector per snapshot: a vector for one, a matrix with one column each for several, nothing for none.
    private func write<Element: HDF5Element>(_ vectors: [[Element]], to name: String, of file: HDF5File) throws {
        guard let length = vectors.first?.count, vectors.count == snapshots.count else { return }
        guard vectors.allSatisfy({ $0.count == length }) else {
            throw LacunaError(.shape, file.place(name), "the snapshots have \(vectors.map(\.count)) elements")
        }
        if vectors.count == 1 { return try file.write(vectors[0], to: name) }
        let rows = (0..<length).flatMap { row in vectors.map { $0[row] } }
        try file.write(Tensor(dimensions: [length, vectors.count], storage: rows), to: name)
    }

    private func write(_ values: [Double?], attribute: String, of file: HDF5File) throws {
        guard values.contains(where: { $0 != nil }) else { return }
        let numbers = values.map { $0 ?? .nan }
        try file.setAttribute(attribute, to: numbers.count == 1 ? .number(numbers[0]) : .numbers(numbers))
    }
}
