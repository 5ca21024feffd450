/// The Fourier transform of n = r_1 r_2 … r_p numbers by p batches of small dense products, the order-p Monarch form (Fu et
/// al. 2024, FlashFFTConv), with its frequencies in the order in which they fall out.
///
/// One step, for radix b = r_1 and the rest q: X as a b×q matrix, Y[j, k] = w_n^{jk} Σ_i w_b^{ij} X[i, k], and then the rows
/// of Y by the other radices. Cost: n Σ r_i complex multiply-adds; storage: below 2 n twiddle factors.
struct MonarchFourierPlan: CircularTransform {
    let length: Int
    let radices: [Int]
    private let stages: [Stage]

    private struct Stage: Sendable {
        let radix: Int
        /// Products on the left of this axis and on its right.
        let outer: Int
        let inner: Int
        /// w_b^{ij} and its conjugate.
        let transform: [Complex<Double>]
        let conjugate: [Complex<Double>]
        /// w^{jk} of the length b × inner.
        let twiddles: [Complex<Double>]
    }

    /// - Throws: `LacunaError` for no radix or one below 1, and for sizes that memory does not hold.
    init(radices: [Int]) throws {
        guard !radices.isEmpty, radices.allSatisfy({ $0 >= 1 }) else {
            throw LacunaError(.value, "Monarch Fourier transform", "radices \(radices); one or more of at least 1")
        }
        length = try checkedProduct(radices, "Monarch Fourier transform")
        // Twiddle factors and a product's workspace; two small transforms of every radix.
        let bytes = MemoryLayout<Complex<Double>>.stride
        try requireMemory(elements: [4, length], bytesEach: bytes, "Monarch Fourier transform")
        for radix in radices {
            try requireMemory(elements: [2, radix, radix], bytesEach: bytes, "Monarch Fourier transform")
        }
        self.radices = radices
        let n = length
        var outer = 1
        stages = radices.map { b in
            defer { outer *= b }
            let inner = n / outer / b
            let transform = (0..<b * b).map { rootOfUnity($0 / b * ($0 % b), b) }
            return Stage(
                radix: b, outer: outer, inner: inner, transform: transform, conjugate: transform.map(\.conjugate),
                twiddles: (0..<b * inner).map { rootOfUnity($0 / inner * ($0 % inner), b * inner) })
        }
    }

    /// Where the result's entry at each position belongs: digits j_1 … j_p, the first fastest.
    var frequencies: [Int] {
        (0..<length).map { position in
            var rest = position, place = length, frequency = 0, weight = 1
            for radix in radices {
                place /= radix
                frequency += rest / place * weight
                rest %= place
                weight *= radix
            }
            return frequency
        }
    }

    typealias Signal = Complex<Double>
    var frequencyCount: Int { length }
    var workspaceCount: Int { 2 * length }

    func forward(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Complex<Double>> {
        var source = workspace.bindMemory(to: Complex<Double>.self, capacity: 2 * length)
        var target = source + length
        for stage in stages {
            multiply(stage, stage.transform, source, into: target)
            twist(stage, conjugated: false, target)
            swap(&source, &target)
        }
        return source
    }

    func backward(
        _ frequencies: UnsafeMutablePointer<Complex<Double>>, _ workspace: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Complex<Double>> {
        let first = workspace.bindMemory(to: Complex<Double>.self, capacity: 2 * length)
        var source = frequencies, target = frequencies == first ? first + length : first
        for stage in stages.reversed() {
            twist(stage, conjugated: true, source)
            multiply(stage, stage.conjugate, source, into: target)
            swap(&source, &target)
        }
        return source
    }

    private func multiply(
        _ stage: Stage, _ matrix: [Complex<Double>], _ source: UnsafeMutablePointer<Complex<Double>>,
        into target: UnsafeMutablePointer<Complex<Double>>
    ) {
        matrix.withUnsafeBufferPointer { matrix in
            guard let base = matrix.baseAddress else { return }
            ModeProduct.along(
                base, r: stage.radix, q: stage.radix, outer: stage.outer, inner: stage.inner, source, into: target)
        }
    }

    private func twist(_ stage: Stage, conjugated: Bool, _ data: UnsafeMutablePointer<Complex<Double>>) {
        guard stage.inner > 1 else { return }
        let count = stage.radix * stage.inner
        for block in 0..<stage.outer {
            let start = data + block * count
            for index in 0..<count {
                start[index] *= conjugated ? stage.twiddles[index].conjugate : stage.twiddles[index]
            }
        }
    }
}

/// The unnormalised Fourier transform F[k, n] = exp(-2πi k n / N), N = r_1 … r_p, in natural order, by the order-p Monarch
/// form: a demonstration of structure, which pays where matrix units are many times faster than scalar code; FFTW
/// (`FourierOperator`) is faster here. Cost: N Σ r_i complex multiply-adds.
public struct MonarchFourierOperator: ColumnAccess, DenseConvertible {
    public typealias Element = Complex<Double>
    private let plan: MonarchFourierPlan
    private let frequencies: [Int]

    /// - Throws: `LacunaError` for no radix or one below 1, and for sizes that memory does not hold.
    public init(radices: [Int]) throws {
        plan = try MonarchFourierPlan(radices: radices)
        frequencies = plan.frequencies
    }

    public var radices: [Int] { plan.radices }
    public var rows: Int { plan.length }
    public var columns: Int { plan.length }
    public var workspaceCount: Int { 2 * plan.length }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for index in 0..<plan.length { workspace[index] = x[index] }
        let result = plan.forward(workspace)
        for index in 0..<plan.length { y[frequencies[index]] = result[index] }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for index in 0..<plan.length { workspace[index] = y[frequencies[index]] }
        let result = plan.backward(workspace, workspace)
        for index in 0..<plan.length { x[index] = result[index] }
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for row in 0..<rows { y[row] = rootOfUnity(row * column % rows, rows) }
    }

    public func squaredColumnNorms() -> [Double] { Array(repeating: Double(rows), count: columns) }
}
