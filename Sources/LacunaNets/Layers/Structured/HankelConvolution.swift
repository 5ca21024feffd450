/// Products with large Hankel matrices and their gradients, by Fourier transforms of length L ≥ M + N - 1 in double precision. A column is a
/// real signal, so two of them make one complex signal u + i v, on which a real matrix acts part by part.
struct HankelConvolution<Element: RealScalar>: Sendable {
    let inputs: Int
    let outputs: Int
    private let plan: FourierPlan

    /// - Throws: `LacunaError` for sizes that FFTW cannot plan.
    init(inputs: Int, outputs: Int) throws {
        self.inputs = inputs
        self.outputs = outputs
        plan = try FourierPlan(length: fastTransformLength(inputs + outputs - 1))
    }

    private var length: Int { plan.length }

    /// Scalars that hold four complex signals, wherever they begin.
    var workspaceCount: Int {
        let stride = MemoryLayout<Element>.stride
        return (4 * length * MemoryLayout<Complex<Double>>.stride + MemoryLayout<Double>.alignment) / stride + 1
    }

    /// Of a column: two complex transforms for two of them (5 L log₂ L each), and the product of the spectra.
    var operationCount: Int { 5 * length * (Int.bitWidth - (length - 1).leadingZeroBitCount) + 3 * length }

    private func signals(_ workspace: UnsafeMutablePointer<Element>) -> UnsafeMutablePointer<Complex<Double>> {
        UnsafeMutableRawPointer(workspace).alignedUp(for: Complex<Double>.self)
            .bindMemory(to: Complex<Double>.self, capacity: 4 * length)
    }

    /// Rows 0 ..< m of Y ← Y + H X, X having n rows: y_i = Σ_j h[i+j] x_j is a correlation, F y = F h · conj(F x̄).
    /// The transposed matrix is the same with n and m exchanged.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    func addProduct(
        _ h: UnsafePointer<Element>, _ x: UnsafePointer<Element>, _ n: Int, columns: Int,
        into y: UnsafeMutablePointer<Element>, _ m: Int, workspace: UnsafeMutablePointer<Element>
    ) {
        let signal = signals(workspace), filter = signal + length, spectrum = filter + length
        for index in 0..<length {
            signal[index] = Complex(index < inputs + outputs - 1 ? Double(h[index]) : 0, 0)
        }
        plan.transform(signal, into: filter)
        let scale = 1 / Double(length)
        for first in stride(from: 0, to: columns, by: 2) {
            let isPair = first + 1 < columns
            load(x, n, columns, first, imaginarySign: -1, into: signal)
            plan.transform(signal, into: spectrum)
            for index in 0..<length {
                spectrum[index] = (filter[index] * spectrum[index].conjugate).scaled(by: scale)
            }
            plan.transform(spectrum, into: signal, inverse: true)
            for row in 0..<m {
                y[row * columns + first] += Element(signal[row].real)
                if isPair { y[row * columns + first + 1] += Element(signal[row].imaginary) }
            }
        }
    }

    /// dh[k] ← dh[k] + Σ_columns Σ_{i+j=k} G_i X_j: the real part of the convolution of (g - i g′) with (x + i x′), summed over the pairs of
    /// columns as spectra.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    func addGradient(
        _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>, columns: Int, into dh: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let signal = signals(workspace), left = signal + length, right = left + length, sum = right + length
        for index in 0..<length { sum[index] = Complex(0, 0) }
        for first in stride(from: 0, to: columns, by: 2) {
            load(g, outputs, columns, first, imaginarySign: -1, into: signal)
            plan.transform(signal, into: left)
            load(x, inputs, columns, first, imaginarySign: 1, into: signal)
            plan.transform(signal, into: right)
            for index in 0..<length { sum[index] += left[index] * right[index] }
        }
        plan.transform(sum, into: signal, inverse: true)
        let scale = 1 / Double(length)
        for index in 0..<inputs + outputs - 1 { dh[index] += Element(scale * signal[index].real) }
    }

    /// z ← column `first` ± i column `first` + 1, filled up with zeros.
    @inline(__always)
    private func load(
        _ x: UnsafePointer<Element>, _ n: Int, _ columns: Int, _ first: Int, imaginarySign: Double,
        into z: UnsafeMutablePointer<Complex<Double>>
    ) {
        let isPair = first + 1 < columns
        for row in 0..<n {
            let position = row * columns + first
            z[row] = Complex(Double(x[position]), isPair ? imaginarySign * Double(x[position + 1]) : 0)
        }
        for row in n..<length { z[row] = Complex(0, 0) }
    }
}
