import CFFTW3
import Synchronization

/// A complex discrete Fourier transform of fixed length by FFTW, in both directions, unnormalised:
/// X_k = Σ_n x_n exp(∓2πi k n / N).
///
/// Plans are made without measuring (the same plan, and so the same bits, every time) and may be executed by any number
/// of threads at once. Cost: O(N log N).
public final class FourierPlan: Sendable {
    public let length: Int
    private let forward: TransformHandle
    private let backward: TransformHandle

    /// - Throws: `LacunaError` for a length below 1.
    public init(length: Int) throws {
        self.length = length
        let length = try transformLength(length)
        // FFTW writes nothing into arrays that it only plans for, but asks for them.
        let scratch = Buffer<fftw_complex>(repeating: (0, 0), count: 2 * Int(length))
        defer { withExtendedLifetime(scratch) {} }
        let output = scratch.pointer + Int(length)
        forward = try TransformHandle(length) {
            fftw_plan_dft_1d(length, scratch.pointer, output, FFTW_FORWARD, transformFlags)
        }
        backward = try TransformHandle(length) {
            fftw_plan_dft_1d(length, scratch.pointer, output, FFTW_BACKWARD, transformFlags)
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
                    inverse ? backward.plan : forward.plan, UnsafeMutablePointer(mutating: source), target)
            }
        }
    }
}

/// Owns one FFTW plan. It is written once and only read when it is executed, which FFTW documents as thread-safe; hence the
/// unchecked conformance.
final class TransformHandle: @unchecked Sendable {
    let plan: fftw_plan

    /// FFTW's planner is not thread-safe; executing plans is.
    private static let planner = Mutex(())

    /// - Throws: `LacunaError` where FFTW makes no plan.
    init(_ length: Int32, _ make: () -> fftw_plan?) throws {
        let made = Self.planner.withLock { _ in make().map(Made.init(plan:)) }
        guard let made else {
            throw LacunaError(.environment, "Fourier transform", "FFTW made no plan of length \(length)")
        }
        plan = made.plan
    }

    deinit {
        let made = Made(plan: plan)
        Self.planner.withLock { _ in fftw_destroy_plan(made.plan) }
    }

    /// Carries the plan over the lock's border.
    private struct Made: @unchecked Sendable {
        let plan: fftw_plan
    }
}

/// Planned by rule instead of by measurement, for arrays wherever they begin.
let transformFlags = UInt32(FFTW_ESTIMATE) | UInt32(FFTW_UNALIGNED)

/// A length as FFTW counts. - Throws: `LacunaError` below 1 and beyond 32 bits.
func transformLength(_ length: Int) throws -> Int32 {
    guard length > 0, let exact = Int32(exactly: length) else {
        throw LacunaError(.value, "Fourier transform", "length \(length); 1 to \(Int32.max) are possible")
    }
    return exact
}

/// FFTW's own line about its version and the instructions it was built for.
public var fftwVersion: String { String(cString: lacuna_fftw_version()) }
