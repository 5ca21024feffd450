/// Variances of x in product form: g = g_1 ⊗ … ⊗ g_I, g_i ≥ 0, zero outside the active indices of each mode.
///
/// One mode is the unstructured case. Only the active entries are kept; nothing of size ∏ N_i is stored.
public struct KroneckerScales<Real: RealScalar>: Sendable, Equatable {
    /// N_i: entries per mode, pruned ones included.
    public let dimensions: [Int]
    /// The indices that are not pruned, ascending, per mode.
    public private(set) var active: [[Int]]
    /// g_i at the active indices.
    public var values: [[Real]]

    /// All scales `value` per mode (1: the plain start).
    public init(dimensions: [Int], repeating value: Real = 1) {
        self.dimensions = dimensions
        active = dimensions.map { Array(0..<$0) }
        values = dimensions.map { Array(repeating: value, count: $0) }
    }

    /// The scales g_i given in full; zeros are pruned. - Throws: `LacunaError` for negative or non-finite scales or an
    /// all-zero mode.
    public init(_ full: [[Real]]) throws {
        for (mode, values) in full.enumerated() {
            guard values.allSatisfy({ $0 >= 0 && $0.isFinite }), values.contains(where: { $0 > 0 }) else {
                throw LacunaError(
                    .value, "hyperparameters of mode \(mode + 1)", "all must be finite and ≥ 0, at least one > 0")
            }
        }
        dimensions = full.map(\.count)
        active = full.map { values in values.indices.filter { values[$0] > 0 } }
        values = full.map { $0.filter { $0 > 0 } }
    }

    public var modes: Int { dimensions.count }
    /// Active entries of the product: ∏ n_i.
    public var activeCount: Int { values.reduce(1) { $0 * $1.count } }

    /// g_i over all N_i entries.
    public func full(mode: Int) -> [Real] {
        var full = Array(repeating: Real.zero, count: dimensions[mode])
        for (index, value) in zip(active[mode], values[mode]) { full[index] = value }
        return full
    }

    /// Where each active entry of the product stands among all ∏ N_i.
    public var activeIndices: [Int] {
        zip(active, dimensions).reduce([0]) { outer, mode in
            var flat: [Int] = []
            flat.reserveCapacity(outer.count * mode.0.count)
            for base in outer {
                for index in mode.0 { flat.append(base * mode.1 + index) }
            }
            return flat
        }
    }

    /// g at every active entry of the product.
    public var activeValues: [Real] {
        values.reduce([1]) { outer, mode in outer.flatMap { scale in mode.map { scale * $0 } } }
    }

    /// Drops entries of a mode with g < relative · max g or g < absolute. The largest entry always stays.
    /// Returns whether anything was dropped; `kept` (room for n_i) receives the positions that stay.
    @discardableResult
    @specialized(where Real == Double)
    public mutating func prune(
        mode: Int, relative: Real, absolute: Real, kept: inout [Int]
    ) -> Bool {
        let count = values[mode].count
        var largest = 0
        for index in 0..<count where values[mode][index] > values[mode][largest] { largest = index }
        let threshold = max(relative * values[mode][largest], absolute)
        kept.removeAll(keepingCapacity: true)
        for index in 0..<count where index == largest || !(values[mode][index] < threshold) { kept.append(index) }
        guard kept.count < count else { return false }
        for (position, index) in kept.enumerated() {
            values[mode][position] = values[mode][index]
            active[mode][position] = active[mode][index]
        }
        values[mode].removeLast(count - kept.count)
        active[mode].removeLast(count - kept.count)
        return true
    }

    /// Brings modes 1…I-1 to unit 2-norm and moves the scale into the last mode.
    @specialized(where Real == Double)
    public mutating func normalize() {
        var scale: Real = 1
        for mode in 0..<max(modes - 1, 0) {
            var squares = Real.zero
            for index in 0..<values[mode].count { squares += values[mode][index] * values[mode][index] }
            let norm = squares.squareRoot()
            guard norm > 0 else { continue }
            for index in 0..<values[mode].count { values[mode][index] /= norm }
            scale *= norm
        }
        self.scale(by: scale)
    }

    /// Multiplies g by a number, in the last mode.
    public mutating func scale(by factor: Real) {
        for index in 0..<values[modes - 1].count { values[modes - 1][index] *= factor }
    }
}

/// ‖g - h‖ / ‖h‖ of two Kronecker vectors from their factors, h being the vector remembered last.
///
/// With p ⊗ a - q ⊗ c = (p - q) ⊗ a + q ⊗ (a - c), applied from the last mode to the first, no two nearly equal norms
/// are subtracted: small changes keep their digits. Cost: Σ n_i instead of ∏ n_i.
public struct KroneckerChange<Real: RealScalar> {
    /// The remembered vector, over all N_i entries.
    private var previous: [[Real]]
    private var current: [[Real]]

    public init(_ scales: KroneckerScales<Real>) {
        current = scales.dimensions.map { Array(repeating: 0, count: $0) }
        previous = current
        remember(scales)
    }

    @specialized(where Real == Double)
    public mutating func remember(_ scales: KroneckerScales<Real>) {
        Self.spread(scales, into: &previous)
    }

    @inline(__always)
    private static func spread(_ scales: KroneckerScales<Real>, into full: inout [[Real]]) {
        for mode in 0..<full.count {
            for index in 0..<full[mode].count { full[mode][index] = 0 }
            for position in 0..<scales.values[mode].count {
                full[mode][scales.active[mode][position]] = scales.values[mode][position]
            }
        }
    }

    /// ‖g - h‖ and ‖h‖.
    @specialized(where Real == Double)
    public mutating func norms(of scales: KroneckerScales<Real>) -> (difference: Real, previous: Real) {
        Self.spread(scales, into: &current)
        // Over the modes done so far: ‖D‖², ⟨g, D⟩, ‖g‖² and ‖h‖² with D = g - h.
        var difference = Real.zero, inner = Real.zero, new: Real = 1, old: Real = 1
        for mode in stride(from: current.count - 1, through: 0, by: -1) {
            var stepSquared = Real.zero, stepPrevious = Real.zero, currentStep = Real.zero
            var currentPrevious = Real.zero, currentSquared = Real.zero, previousSquared = Real.zero
            for index in 0..<current[mode].count {
                let p = current[mode][index], q = previous[mode][index]
                let step = p - q
                stepSquared += step * step
                stepPrevious += step * q
                currentStep += p * step
                currentPrevious += p * q
                currentSquared += p * p
                previousSquared += q * q
            }
            let nextInner = currentStep * new + currentPrevious * inner
            difference = stepSquared * new + previousSquared * difference + 2 * stepPrevious * inner
            inner = nextInner
            new *= currentSquared
            old *= previousSquared
        }
        return (max(difference, 0).squareRoot(), old.squareRoot())
    }
}
