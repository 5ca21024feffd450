import LacunaArrays
import LacunaScenarios

/// Eigendecompositions of small Hermitian matrices by our kernel, alternated with LAPACK.
struct EigenBenchmark: Benchmark {
    var sizes = 3...32
    /// Decompositions that are timed together, because one is too short for the clock.
    var batch = 16
    var repetitions = 20

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "eigen", title: "one Hermitian eigendecomposition with vectors, own kernel",
            peer: "LAPACK xSYEVD, xHEEVD")
        group.rows = sizes.compactMap { row(Double.self, $0, settings) }
        group.rows += sizes.compactMap { row(Complex<Double>.self, $0, settings) }
        return group
    }

    private func row<S: Scalar>(_ type: S.Type, _ n: Int, _ settings: BenchmarkSettings) -> BenchmarkRow?
    where S.RealPart == Double {
        let name = "\(S.isComplex ? "complex" : "real"), n = \(n)"
        guard settings.wants(name) else { return nil }
        settings.progress("eigen: \(name)")
        let inputs = (0..<batch).map { hermitian(type, n, number: $0) }
        let workspace = HermitianEigenWorkspace<S>(capacity: n)
        let matrix = Buffer<S>(repeating: 0, count: n * n)
        let values = Buffer<Double>(repeating: 0, count: n)
        // Copying the input is part of both times.
        func seconds(_ decompose: (UnsafeMutablePointer<S>) -> Void) -> Double {
            bestSeconds(of: repetitions) {
                for input in inputs {
                    matrix.pointer.update(from: input.pointer, count: n * n)
                    decompose(matrix.pointer)
                }
            } / Double(batch)
        }
        var ours: [Double] = [], theirs: [Double] = []
        // The first round of each warms up.
        for round in 0...settings.rounds {
            let own = seconds { workspace.decompose(n, $0, values: values.pointer) }
            let lapack = seconds { workspace.decomposeByLAPACK(n, $0, values: values.pointer) }
            if round > 0 {
                ours.append(own)
                theirs.append(lapack)
            }
        }
        var row = BenchmarkRow(name, ours)
        row.compare(ours, with: theirs)
        return row
    }

    /// B Bᴴ for a random n×2n matrix B: what the E-step decomposes.
    private func hermitian<S: Scalar>(_ type: S.Type, _ n: Int, number: Int) -> Buffer<S> where S.RealPart == Double {
        var stream = RandomStream([("benchmark", "eigen"), ("number", "\(number)")])
        let b = Buffer((0..<2 * n * n).map { _ in S(real: stream.normal(), imaginary: stream.normal()) })
        let matrix = Buffer<S>(repeating: 0, count: n * n)
        BLAS<S>.multiply(.plain, .adjoint, n, n, 2 * n, b.pointer, n, b.pointer, n, into: matrix.pointer, n)
        return matrix
    }
}
