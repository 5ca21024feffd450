/// A Fourier transform of fixed length, possibly in an order of frequencies of its own: what a fast convolution needs.
protocol CircularTransform: Sendable {
    var length: Int { get }
    /// Transforms `data`, unnormalised, using `scratch` of the same length; returns where the result stands.
    func forward(
        _ data: UnsafeMutablePointer<Complex<Double>>, scratch: UnsafeMutablePointer<Complex<Double>>
    ) -> UnsafeMutablePointer<Complex<Double>>
    /// The other way round: `backward(forward(x))` is `length` x.
    func backward(
        _ data: UnsafeMutablePointer<Complex<Double>>, scratch: UnsafeMutablePointer<Complex<Double>>
    ) -> UnsafeMutablePointer<Complex<Double>>
}

extension FourierPlan: CircularTransform {
    func forward(
        _ data: UnsafeMutablePointer<Complex<Double>>, scratch: UnsafeMutablePointer<Complex<Double>>
    ) -> UnsafeMutablePointer<Complex<Double>> {
        transform(data, into: scratch)
        return scratch
    }

    func backward(
        _ data: UnsafeMutablePointer<Complex<Double>>, scratch: UnsafeMutablePointer<Complex<Double>>
    ) -> UnsafeMutablePointer<Complex<Double>> {
        transform(data, into: scratch, inverse: true)
        return scratch
    }
}

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
        let data = Buffer<Complex<Double>>(sequence.map(Self.widened))
        let scratch = Buffer<Complex<Double>>(repeating: 0, count: sequence.count)
        let result = transform.forward(data.pointer, scratch: scratch.pointer)
        let scale = 1 / Double(max(sequence.count, 1))
        spectrum = (0..<sequence.count).map { result[$0].scaled(by: scale) }
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

    /// Scalars that hold two complex signals, wherever they begin.
    var workspaceCount: Int {
        let stride = MemoryLayout<Element>.stride
        return (2 * length * MemoryLayout<Complex<Double>>.stride + MemoryLayout<Double>.alignment) / stride + 1
    }

    /// y ← the first m entries of C x, or Cᴴ x, for x of n entries, either of them read backwards if asked for.
    @specialized(where Element == Double, Transform == FourierPlan)
    @specialized(where Element == Complex<Double>, Transform == FourierPlan)
    func apply(
        adjoint: Bool, _ x: UnsafePointer<Element>, count n: Int, reversed: Bool = false,
        into y: UnsafeMutablePointer<Element>, count m: Int, reversedOutput: Bool = false,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let raw = UnsafeMutableRawPointer(workspace).alignedUp(for: Complex<Double>.self)
        let data = raw.bindMemory(to: Complex<Double>.self, capacity: 2 * length)
        let other = data + length
        for index in 0..<n { data[index] = Self.widened(x[reversed ? n - 1 - index : index]) }
        for index in n..<length { data[index] = .zero }
        let frequencies = transform.forward(data, scratch: other)
        for index in 0..<length {
            frequencies[index] *= adjoint ? spectrum[index].conjugated : spectrum[index]
        }
        let signal = transform.backward(frequencies, scratch: frequencies == data ? other : data)
        for index in 0..<m {
            let value = signal[reversedOutput ? m - 1 - index : index]
            y[index] = Element(
                real: Element.RealPart(value.realPart), imaginary: Element.RealPart(value.imaginaryPart))
        }
    }

    private static func widened(_ z: Element) -> Complex<Double> {
        Complex(Double(z.realPart), Double(z.imaginaryPart))
    }
}

/// The least 2^a 3^b 5^c that is not below `count`: a length that fast transforms like.
func fastTransformLength(_ count: Int) -> Int {
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
