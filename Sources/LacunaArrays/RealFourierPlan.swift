import CFFTW3

/// The discrete Fourier transform of N real numbers by FFTW, unnormalised: X_k = Σ_n x_n exp(-2πi k n / N) for
/// k = 0 … ⌊N/2⌋; the others are conjugates, X_{N-k} = X̄_k. About half the time and the storage of `FourierPlan`.
///
/// Plans are made without measuring and may be executed by any number of threads at once. Cost: O(N log N).
public final class RealFourierPlan: Sendable {
    public let length: Int
    private let forward: TransformHandle
    private let backward: TransformHandle

    /// - Throws: `LacunaError` for a length below 1.
    public init(length: Int) throws {
        self.length = length
        let length = try transformLength(length)
        let reals = Buffer<Double>(repeating: 0, count: Int(length))
        defer { withExtendedLifetime(reals) {} }
        let complexes = Buffer<fftw_complex>(repeating: (0, 0), count: Int(length) / 2 + 1)
        defer { withExtendedLifetime(complexes) {} }
        forward = try TransformHandle(length) {
            fftw_plan_dft_r2c_1d(length, reals.pointer, complexes.pointer, transformFlags)
        }
        backward = try TransformHandle(length) {
            fftw_plan_dft_c2r_1d(length, complexes.pointer, reals.pointer, transformFlags)
        }
    }

    /// ⌊N/2⌋ + 1: the frequencies that are computed.
    public var frequencyCount: Int { length / 2 + 1 }

    /// `spectrum` (`frequencyCount` numbers) ← transform of `signal`, which is left unchanged; not overlapping.
    public func transform(_ signal: UnsafePointer<Double>, into spectrum: UnsafeMutablePointer<Complex<Double>>) {
        spectrum.withMemoryRebound(to: fftw_complex.self, capacity: frequencyCount) { target in
            fftw_execute_dft_r2c(forward.plan, UnsafeMutablePointer(mutating: signal), target)
        }
    }

    /// `signal` ← N times the real signal with this `spectrum`, which is overwritten; not overlapping. The imaginary parts
    /// of frequency 0 and, for even N, N/2 do not count.
    public func inverse(
        consuming spectrum: UnsafeMutablePointer<Complex<Double>>, into signal: UnsafeMutablePointer<Double>
    ) {
        spectrum.withMemoryRebound(to: fftw_complex.self, capacity: frequencyCount) { source in
            fftw_execute_dft_c2r(backward.plan, source, signal)
        }
    }
}
