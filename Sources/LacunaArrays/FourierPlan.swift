import CFFTW3
import Synchronization

/// A complex discrete Fourier transform of fixed length by FFTW, in both directions, unnormalised:
/// X_k = Σ_n x_n exp(∓2πi k n / N).
///
/// Plans are made without measuring (the same plan, and so the same bits, every time) and may be executed by any number
/// of threads at once. Cost: O(N log N).
public final class FourierPlan: Sendable {
    public let length: Int
    private let forward: Plan
    private let backward: Plan

    /// FFTW's planner is not thread-safe; executing plans is.
    private static let planner = Mutex(())

    /// Owns one FFTW plan. The handle is written once and only read by `fftw_execute_dft`, which FFTW documents as
    /// thread-safe; hence the unchecked conformance.
    private struct Plan: @unchecked Sendable {
        let handle: fftw_plan
    }

    /// - Throws: `LacunaError` for a length below 1.
    public init(length: Int) throws {
        guard length > 0, length <= Int(Int32.max) else {
            throw LacunaError(.value, "Fourier transform", "length \(length); it must be at least 1")
        }
        self.length = length
        let plans: (Plan?, Plan?) = Self.planner.withLock { _ in
            let scratch = Buffer<fftw_complex>(repeating: (0, 0), count: 2 * length)
            let output = scratch.pointer + length
            let flags = UInt32(FFTW_ESTIMATE) | UInt32(FFTW_UNALIGNED)
            let forward = fftw_plan_dft_1d(Int32(length), scratch.pointer, output, FFTW_FORWARD, flags)
            let backward = fftw_plan_dft_1d(Int32(length), scratch.pointer, output, FFTW_BACKWARD, flags)
            return (forward.map(Plan.init(handle:)), backward.map(Plan.init(handle:)))
        }
        guard let forward = plans.0, let backward = plans.1 else {
            throw LacunaError(.environment, "Fourier transform", "FFTW made no plan of length \(length)")
        }
        self.forward = forward
        self.backward = backward
    }

    deinit {
        let plans = (forward, backward)
        Self.planner.withLock { _ in
            fftw_destroy_plan(plans.0.handle)
            fftw_destroy_plan(plans.1.handle)
        }
    }

    /// `output` ← transform of `input` (not overlapping), with exponent -2πi k n / N, or + if `inverse`.
    public func transform(
        _ input: UnsafePointer<Complex<Double>>, into output: UnsafeMutablePointer<Complex<Double>>,
        inverse: Bool = false
    ) {
        // fftw_complex is a pair of doubles: the layout of Complex<Double>. FFTW leaves an out-of-place input unchanged.
        input.withMemoryRebound(to: fftw_complex.self, capacity: length) { source in
            output.withMemoryRebound(to: fftw_complex.self, capacity: length) { target in
                fftw_execute_dft(
                    inverse ? backward.handle : forward.handle, UnsafeMutablePointer(mutating: source), target)
            }
        }
    }
}

/// FFTW's own line about its version and the instructions it was built for.
public var fftwVersion: String { String(cString: lacuna_fftw_version()) }
