/// A Fourier transform of fixed length, possibly in an order of frequencies of its own: what a fast convolution needs.
protocol CircularTransform: Sendable {
    /// What is transformed: real or complex numbers.
    associatedtype Signal: Scalar where Signal.RealPart == Double
    var length: Int { get }
    /// How many frequencies are computed.
    var frequencyCount: Int { get }
    /// Complex numbers of workspace; they hold the signal and its frequencies.
    var workspaceCount: Int { get }
    /// Transforms the signal at the beginning of `workspace`, unnormalised; returns where the frequencies stand.
    func forward(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Complex<Double>>
    /// The other way round, from where `forward` left them: `backward(forward(x))` is `length` x.
    func backward(
        _ frequencies: UnsafeMutablePointer<Complex<Double>>, _ workspace: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Signal>
}

extension FourierPlan: CircularTransform {
    typealias Signal = Complex<Double>
    var frequencyCount: Int { length }
    var workspaceCount: Int { 2 * length }

    func forward(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Complex<Double>> {
        let signal = workspace.bindMemory(to: Complex<Double>.self, capacity: 2 * length)
        transform(signal, into: signal + length)
        return signal + length
    }

    func backward(
        _ frequencies: UnsafeMutablePointer<Complex<Double>>, _ workspace: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Complex<Double>> {
        let signal = workspace.bindMemory(to: Complex<Double>.self, capacity: length)
        transform(frequencies, into: signal, inverse: true)
        return signal
    }
}

extension RealFourierPlan: CircularTransform {
    typealias Signal = Double
    var workspaceCount: Int { signalRoom + frequencyCount }
    /// The signal's room in complex numbers.
    private var signalRoom: Int { (length + 1) / 2 }

    func forward(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Complex<Double>> {
        let stride = MemoryLayout<Complex<Double>>.stride
        let signal = workspace.bindMemory(to: Double.self, capacity: length)
        let frequencies = (workspace + signalRoom * stride)
            .bindMemory(to: Complex<Double>.self, capacity: frequencyCount)
        transform(signal, into: frequencies)
        return frequencies
    }

    func backward(
        _ frequencies: UnsafeMutablePointer<Complex<Double>>, _ workspace: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Double> {
        let signal = workspace.bindMemory(to: Double.self, capacity: length)
        inverse(consuming: frequencies, into: signal)
        return signal
    }
}
