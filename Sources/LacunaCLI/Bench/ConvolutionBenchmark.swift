import LacunaOperators
import LacunaScenarios

/// Causal convolution of n samples with as many taps: order-p Monarch Fourier transforms against FFTW's.
struct ConvolutionBenchmark: Benchmark {
    var lengths = [1024, 2048, 4096, 8192, 16384, 32768, 65536]
    var repetitions = 20

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "convolution", title: "causal convolution of n real samples with n taps, double precision",
            peer: "FFTW, real transforms of the least length of 2, 3 and 5 (the Toeplitz operator), one thread")
        for n in lengths {
            for form in Form.allCases {
                let name = "\(form.rawValue), n = \(n)"
                guard settings.wants(name) else { continue }
                settings.progress("convolution: \(name)")
                group.rows.append(try row(name, form, n, settings))
            }
        }
        group.notes = [
            "ratio below 1: the peer is faster. A Monarch transform multiplies N Σ r_i times instead of O(N log N), which pays where matrix units are many times faster than other arithmetic; a CPU has none. Its transforms are complex.",
            "complex FFTW: the same convolution as complex numbers, so what real transforms save.",
        ]
        return group
    }

    /// How the convolution is computed.
    private enum Form: String, CaseIterable {
        case orderTwo = "Monarch order 2"
        case orderThree = "Monarch order 3"
        case complexTransforms = "complex FFTW"
    }

    private func row(
        _ name: String, _ form: Form, _ n: Int, _ settings: BenchmarkSettings
    ) throws -> BenchmarkRow {
        var stream = RandomStream([("benchmark", "convolution"), ("length", "\(n)")])
        let kernel = stream.normals(count: n), signal = stream.normals(count: n)
        let ours: Product
        switch form {
        case .orderTwo: ours = product(try monarch(kernel, order: 2), signal)
        case .orderThree: ours = product(try monarch(kernel, order: 3), signal)
        case .complexTransforms:
            ours = product(
                try ToeplitzOperator(causalKernel: kernel.map { Complex($0, 0) }, length: n),
                signal.map { Complex($0, 0) })
        }
        let peer = product(try ToeplitzOperator(causalKernel: kernel, length: n), signal)
        var own: [Double] = [], theirs: [Double] = []
        // The first round of each warms up.
        for round in 0...settings.rounds {
            let seconds = (bestSeconds(of: repetitions, ours), bestSeconds(of: repetitions, peer))
            if round > 0 {
                own.append(seconds.0)
                theirs.append(seconds.1)
            }
        }
        var row = BenchmarkRow(name, own)
        row.compare(own, with: theirs)
        return row
    }

    /// Radices as equal as powers of two can be, for transforms of 2n numbers, n a power of two.
    private func monarch(_ kernel: [Double], order: Int) throws -> MonarchConvolutionOperator<Double> {
        let exponent = (2 * kernel.count - 1).bitWidth - (2 * kernel.count - 1).leadingZeroBitCount
        let radices = (0..<order).map { 1 << (exponent / order + ($0 < exponent % order ? 1 : 0)) }
        return try MonarchConvolutionOperator(kernel: kernel, length: kernel.count, radices: radices)
    }

    private typealias Product = () -> Void

    /// One product with everything allocated before.
    private func product<A: LinearOperator>(_ operation: A, _ x: [A.Element]) -> Product {
        let x = Buffer(x), y = Buffer<A.Element>(repeating: 0, count: operation.rows)
        let workspace = Buffer<A.Element>(repeating: 0, count: operation.workspaceCount)
        return { operation.apply(x.pointer, into: y.pointer, workspace: workspace.pointer) }
    }
}
