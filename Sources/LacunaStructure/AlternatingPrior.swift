/// Kronecker-structured scales by alternating minimisation of Σ_n log g_n + L_n / g_n over g = g_1 ⊗ … ⊗ g_I
/// (He & Joseph 2024, AM-KroSBL): with the other modes fixed,
///
///     g_i ← (N_i / N) Σ_{n: n_i fixed} L_n ∏_{j≠i} 1 / g_j[n_j],
///
/// mode after mode, until the Kronecker vector changes by less than the tolerance. The cost never increases.
/// With one sweep and no normalisation it is the earlier KSBL (Chang et al.). Cost: two passes over L per sweep.
public struct AlternatingPrior<Real: RealScalar>: ScalePrior {
    /// Stops at ‖g_new - g_old‖ ≤ tolerance, times ‖g_old‖ if `isRelative`; at rounding level in any case.
    public var tolerance: Real
    public var isRelative: Bool
    public var sweepLimit: Int
    /// Modes 1…I-1 are scaled to unit norm after each sweep.
    public var normalizes: Bool
    public var start: ScaleStart

    public init(
        tolerance: Real = 1e-5, isRelative: Bool = false, sweepLimit: Int = 1_000_000, normalizes: Bool = true,
        start: ScaleStart = .normalized
    ) {
        self.tolerance = tolerance
        self.isRelative = isRelative
        self.sweepLimit = sweepLimit
        self.normalizes = normalizes
        self.start = start
    }

    /// KSBL: one sweep, no normalisation.
    public static func singleSweep(start: ScaleStart = .normalized) -> AlternatingPrior {
        AlternatingPrior(sweepLimit: 1, normalizes: false, start: start)
    }

    public func validate() throws { try validateSweeps(limit: sweepLimit, tolerance: tolerance) }

    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        KroneckerScales(dimensions: dimensions, start: start)
    }

    public struct Workspace {
        var contraction: ReciprocalContraction<Real>
        var change: KroneckerChange<Real>
    }

    public func makeWorkspace(dimensions: [Int]) -> Workspace {
        Workspace(
            contraction: ReciprocalContraction(dimensions: dimensions),
            change: KroneckerChange(KroneckerScales(dimensions: dimensions)))
    }

    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, workspace: inout Workspace
    ) {
        for _ in 0..<sweepLimit {
            if sweepLimit > 1 { workspace.change.remember(scales) }
            workspace.contraction.begin(scales, secondMoment)
            for mode in 0..<scales.modes {
                workspace.contraction.minimizer(mode, into: &scales.values[mode])
                workspace.contraction.advance(mode, scales.values[mode])
            }
            if normalizes { scales.normalize() }
            if sweepLimit == 1 { return }
            let norms = workspace.change.norms(of: scales)
            // Scales far above 1 never settle to an absolute tolerance that is below their rounding.
            let limit = max(tolerance * (isRelative ? norms.previous : 1), 64 * Real.ulpOfOne * norms.previous)
            if !(norms.difference > limit) { return }
        }
    }
}

/// The sums of AM: contractions of L with the reciprocals of all modes but one, newest values first.
///
/// Modes already updated are contracted once from the front, the others from the back: two passes over L for a sweep of
/// any number of modes, the rest on tensors that are smaller by a mode.
struct ReciprocalContraction<Real: RealScalar> {
    private let reciprocals: [Buffer<Real>]
    /// Front: L contracted with the modes done. Back: two tensors in turn.
    private let front: [Buffer<Real>]
    private let back: [Buffer<Real>]
    private var sizes: [Int]
    private var source: UnsafePointer<Real>
    private var sourceCount = 0
    private var total = 1

    init(dimensions: [Int]) {
        reciprocals = dimensions.map { Buffer(repeating: 0, count: $0) }
        let count = dimensions.reduce(1, *)
        let afterFirst = count / max(dimensions.first ?? 1, 1)
        let beforeLast = count / max(dimensions.last ?? 1, 1)
        front = (0..<2).map { _ in Buffer(repeating: 0, count: afterFirst) }
        back = (0..<2).map { _ in Buffer(repeating: 0, count: max(afterFirst, beforeLast)) }
        sizes = dimensions
        source = UnsafePointer(back[0].pointer)
    }

    @inline(__always)
    mutating func begin(_ scales: KroneckerScales<Real>, _ secondMoment: UnsafePointer<Real>) {
        source = secondMoment
        total = 1
        for mode in 0..<sizes.count {
            sizes[mode] = scales.values[mode].count
            total *= sizes[mode]
            setReciprocals(mode, scales.values[mode])
        }
        sourceCount = total
    }

    /// 1/g, and 0 for a scale that vanished: such an entry is about to be pruned.
    @inline(__always)
    private func setReciprocals(_ mode: Int, _ values: [Real]) {
        let reciprocal = reciprocals[mode]
        for index in 0..<values.count { reciprocal[index] = values[index] > 0 ? 1 / values[index] : 0 }
    }

    /// (N_i / N) Σ L ∏_{j≠i} 1/g_j into `values`.
    @inline(__always)
    func minimizer(_ mode: Int, into values: inout [Real]) {
        var tensor = source
        var count = sourceCount
        var slot = 0
        for other in stride(from: sizes.count - 1, to: mode, by: -1) {
            let size = sizes[other]
            count /= size
            let target = back[slot].pointer
            BLAS<Real>.rowProducts(
                rows: count, length: size, tensor, vector: reciprocals[other].pointer, into: target)
            tensor = UnsafePointer(target)
            slot = 1 - slot
        }
        let scale = Real(sizes[mode]) / Real(total)
        for index in 0..<values.count { values[index] = tensor[index] * scale }
    }

    /// Takes the new values of a mode: contracts it away.
    @inline(__always)
    mutating func advance(_ mode: Int, _ values: [Real]) {
        setReciprocals(mode, values)
        guard mode < sizes.count - 1 else { return }
        let rest = sourceCount / sizes[mode]
        let target = front[mode % 2].pointer
        BLAS<Real>.combine(
            length: rest, outputs: 1, depth: sizes[mode], source, stride: rest,
            coefficients: reciprocals[mode].pointer, outputStride: sizes[mode], depthStride: 1, into: target,
            stride: rest)
        source = UnsafePointer(target)
        sourceCount = rest
    }
}
