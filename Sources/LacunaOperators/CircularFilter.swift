/// Circular convolution with a fixed sequence, C = F⁻¹ diag(F c) F, on shorter signals filled up with zeros. Computed in
/// double precision for every scalar. Cost: two transforms.
struct CircularFilter<Element: Scalar, Transform: CircularTransform>: Sendable {
    private let transform: Transform
    /// (F c) / N, in the transform's order.
    private let spectrum: [Complex<Double>]

    /// - Throws: `LacunaError` for an entry that is not finite: it would spread over every output.
    init(_ sequence: [Element], _ transform: Transform, _ place: String) throws {
        precondition(sequence.count == transform.length, "\(sequence.count) numbers of \(transform.length)")
        if let index = sequence.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, place, "entry \(index) is \(sequence[index]); all must be finite")
        }
        let workspace = Buffer<Complex<Double>>(repeating: 0, count: transform.workspaceCount)
        defer { withExtendedLifetime(workspace) {} }
        let raw = UnsafeMutableRawPointer(workspace.pointer)
        let signal = raw.bindMemory(to: Transform.Signal.self, capacity: sequence.count)
        for index in sequence.indices { signal[index] = Self.widened(sequence[index]) }
        let frequencies = transform.forward(raw)
        let scale = 1 / Double(max(sequence.count, 1))
        spectrum = (0..<transform.frequencyCount).map { frequencies[$0].scaled(by: scale) }
        self.transform = transform
    }

    /// With the given spectrum in the transform's order.
    private init(spectrum: [Complex<Double>], _ transform: Transform) {
        self.spectrum = spectrum
        self.transform = transform
    }

    /// Cᴴ, sharing the transform.
    var adjoint: CircularFilter { CircularFilter(spectrum: spectrum.map(\.conjugated), transform) }

    /// The same filter without the frequencies where `keeps` is false.
    func keeping(_ keeps: (Int) -> Bool) -> CircularFilter {
        CircularFilter(spectrum: spectrum.indices.map { keeps($0) ? spectrum[$0] : .zero }, transform)
    }

    var length: Int { transform.length }

    /// Scalars that hold the transform's workspace, wherever they begin.
    var workspaceCount: Int {
        let bytes = transform.workspaceCount * MemoryLayout<Complex<Double>>.stride
        return (bytes + MemoryLayout<Double>.alignment) / MemoryLayout<Element>.stride + 1
    }

    /// y ← the first m entries of C x, or Cᴴ x, for x of n entries, either of them read backwards if asked for.
    @specialized(where Element == Float, Transform == RealFourierPlan)
    @specialized(where Element == Double, Transform == RealFourierPlan)
    @specialized(where Element == Complex<Float>, Transform == FourierPlan)
    @specialized(where Element == Complex<Double>, Transform == FourierPlan)
    @specialized(where Element == Float, Transform == MonarchFourierPlan)
    @specialized(where Element == Double, Transform == MonarchFourierPlan)
    @specialized(where Element == Complex<Float>, Transform == MonarchFourierPlan)
    @specialized(where Element == Complex<Double>, Transform == MonarchFourierPlan)
    func apply(
        adjoint: Bool, _ x: UnsafePointer<Element>, count n: Int, reversed: Bool = false,
        into y: UnsafeMutablePointer<Element>, count m: Int, reversedOutput: Bool = false,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let raw = UnsafeMutableRawPointer(workspace).alignedUp(for: Complex<Double>.self)
        let data = raw.bindMemory(to: Transform.Signal.self, capacity: length)
        for index in 0..<n { data[index] = Self.widened(x[reversed ? n - 1 - index : index]) }
        for index in n..<length { data[index] = .zero }
        let frequencies = transform.forward(raw)
        spectrum.withUnsafeBufferPointer { spectrum in
            for index in spectrum.indices {
                frequencies[index] *= adjoint ? spectrum[index].conjugated : spectrum[index]
            }
        }
        let signal = transform.backward(frequencies, raw)
        for index in 0..<m {
            let value = signal[reversedOutput ? m - 1 - index : index]
            y[index] = Element(
                real: Element.RealPart(value.realPart), imaginary: Element.RealPart(value.imaginaryPart))
        }
    }

    /// The number in double precision; a transform of real signals is only asked for real numbers.
    private static func widened(_ z: Element) -> Transform.Signal {
        Transform.Signal(real: Double(z.realPart), imaginary: Double(z.imaginaryPart))
    }
}

/// The least 2^a 3^b 5^c that is not below `count`: a length that fast transforms like.
package func fastTransformLength(_ count: Int) -> Int {
    var length = max(count, 1)
    while true {
        var rest = length
        for prime in [2, 3, 5] { while rest % prime == 0 { rest /= prime } }
        if rest == 1 { return length }
        length += 1
    }
}

/// Σ |s_k|² over the `count` windows of `width` entries, in linear time: sums within blocks of that width from both
/// sides, since running sums with subtraction cancel.
func squaredWindowSums<S: Scalar>(_ sequence: [S], width: Int, count: Int) -> [S.RealPart] {
    let squares = sequence.map(\.squaredModulus)
    var fromLeft = squares, fromRight = squares
    for index in squares.indices where index % width != 0 { fromLeft[index] += fromLeft[index - 1] }
    for index in squares.indices.reversed() where (index + 1) % width != 0 && index + 1 < squares.count {
        fromRight[index] += fromRight[index + 1]
    }
    return (0..<count).map { start in
        start % width == 0 ? fromLeft[start + width - 1] : fromRight[start] + fromLeft[start + width - 1]
    }
}
