import CFFTW3

/// The complex discrete Fourier transform along both axes of a grid by FFTW, unnormalised, row-major:
/// X[k, l] = Σ_{r, c} x[r, c] exp(∓2πi (k r / height + l c / width)).
///
/// Plans are made without measuring and may be executed by any number of threads at once. Cost: O(N log N), N = height × width.
public final class FourierGridPlan: Sendable {
    public let height: Int
    public let width: Int
    private let forward: TransformHandle
    private let backward: TransformHandle

    /// - Throws: `LacunaError` for a side below 1.
    public init(height: Int, width: Int) throws {
        self.height = height
        self.width = width
        let rows = try transformLength(height), columns = try transformLength(width)
        let count = try transformLength(checkedProduct([height, width], "Fourier transform"))
        let scratch = Buffer<fftw_complex>(repeating: (0, 0), count: 2 * Int(count))
        defer { withExtendedLifetime(scratch) {} }
        let output = scratch.pointer + Int(count)
        forward = try TransformHandle(count) {
            fftw_plan_dft_2d(rows, columns, scratch.pointer, output, FFTW_FORWARD, transformFlags)
        }
        backward = try TransformHandle(count) {
            fftw_plan_dft_2d(rows, columns, scratch.pointer, output, FFTW_BACKWARD, transformFlags)
        }
    }

    public var count: Int { height * width }

    /// `output` ← transform of `input`, which is left unchanged; not overlapping.
    public func transform(
        _ input: UnsafePointer<Complex<Double>>, into output: UnsafeMutablePointer<Complex<Double>>,
        inverse: Bool = false
    ) {
        input.withMemoryRebound(to: fftw_complex.self, capacity: count) { source in
            output.withMemoryRebound(to: fftw_complex.self, capacity: count) { target in
                fftw_execute_dft(
                    inverse ? backward.plan : forward.plan, UnsafeMutablePointer(mutating: source), target)
            }
        }
    }
}
