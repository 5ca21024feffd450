/// Causal convolution y_t = Σ_{s ≤ t} kernel[t - s] x_s of n samples, by order-p Monarch Fourier transforms of a length of at
/// least n + taps - 1 (Fu et al. 2024, FlashFFTConv). The spectrum of the kernel is kept in the transform's own order, so
/// that nothing is ever permuted. Gates are diagonal operators before and after it; a kernel of fewer taps is their
/// "partial" convolution. Cost: 2 N Σ r_i complex multiply-adds; `ToeplitzOperator` does the same by FFTW, and faster on a CPU (`lacuna bench convolution`).
public struct MonarchConvolutionOperator<Element: Scalar>: DenseConvertible {
    public let kernel: [Element]
    public let rows: Int
    public let radices: [Int]
    private let filter: CircularFilter<Element, MonarchFourierPlan>

    /// `radices` multiply to the length of the transforms; by default the least sufficient power of two, in radices of
    /// 16 to 32 where there are enough factors. `frequencies` keeps |k| < frequencies of them (all by default), as
    /// their frequency-sparse convolution does: then the operator is no longer causal.
    /// - Throws: `LacunaError` for no taps, more of them than samples, radices whose product is below n + taps - 1, a
    ///   number of frequencies below 1, sizes that memory does not hold, or entries that are not finite.
    public init(kernel: [Element], length n: Int, radices: [Int]? = nil, frequencies: Int? = nil) throws {
        guard n >= 1, 1...n ~= kernel.count else {
            throw LacunaError(.shape, "Monarch convolution", "\(kernel.count) taps for \(n) samples")
        }
        let (needed, overflow) = n.addingReportingOverflow(kernel.count - 1)
        guard !overflow else {
            throw LacunaError(
                .shape, "Monarch convolution", "\(n) samples and \(kernel.count) taps are more than this machine counts"
            )
        }
        try requireMemory(elements: [needed], bytesEach: MemoryLayout<Complex<Double>>.stride, "Monarch convolution")
        let plan = try MonarchFourierPlan(radices: radices ?? Self.defaultRadices(needed))
        guard plan.length >= needed else {
            throw LacunaError(
                .shape, "Monarch convolution",
                "radices \(plan.radices) make transforms of \(plan.length), \(needed) are needed for \(n) samples and "
                    + "\(kernel.count) taps")
        }
        guard frequencies ?? 1 >= 1 else {
            throw LacunaError(.value, "Monarch convolution", "\(frequencies ?? 0) frequencies kept; at least 1")
        }
        let padding = Array(repeating: Element.zero, count: plan.length - kernel.count)
        let whole = try CircularFilter(kernel + padding, plan, "Monarch convolution")
        self.kernel = kernel
        rows = n
        self.radices = plan.radices
        guard let frequencies else {
            filter = whole
            return
        }
        let order = plan.frequencies
        filter = whole.keeping { min(order[$0], plan.length - order[$0]) < frequencies }
    }

    /// Powers of two in radices of 16 and 32: 256 = 16², 4096 = 16³, 32768 = 32³.
    static func defaultRadices(_ needed: Int) -> [Int] {
        var exponent = 0
        while 1 << exponent < needed { exponent += 1 }
        let order = max(1, (exponent + 4) / 5)
        return (0..<order).map { 1 << (exponent / order + ($0 < exponent % order ? 1 : 0)) }
    }

    public var columns: Int { rows }
    public var workspaceCount: Int { filter.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        filter.apply(adjoint: false, x, count: columns, into: y, count: rows, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        filter.apply(adjoint: true, y, count: rows, into: x, count: columns, workspace: workspace)
    }
}
