import LacunaScenarios
import LacunaSparse

/// Products with sparse weights in every format, alternated with OpenBLAS on the dense matrix. Packing of activations is
/// timed, that of weights is not.
struct SparseBenchmark: Benchmark {
    var size = 1024
    var sparsities = [0.5, 0.7, 0.8, 0.9, 0.95]
    var columns = [1, 128, 512]
    var repetitions = 20

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "sparse", title: "sparse weights \(size)×\(size) times a dense matrix, single precision",
            peer: "OpenBLAS sgemm or sgemv on the dense weights, one thread")
        for n in columns {
            for sparsity in sparsities {
                group.rows += try rows(sparsity: sparsity, n, settings)
            }
        }
        group.rows += try twoThreads(settings)
        group.notes = [
            "int8: 7-bit activations against single precision. 2:4 has a sparsity of 50 %.",
            "rows named 2 threads have the same product on one thread as their peer.",
        ]
        return group
    }

    /// One way to multiply: ready to run on the activations.
    private struct Case {
        let format: String
        let run: () -> Void
    }

    private func rows(sparsity: Double, _ n: Int, _ settings: BenchmarkSettings) throws -> [BenchmarkRow] {
        let label = "N = \(n), \(Int((100 * sparsity).rounded())) % zeros"
        let formats =
            n == 1 ? ["csr", "8x1"] : ["csr", "4x1", "int8 4x1"] + (sparsity == 0.5 ? ["2:4 by 4 rows", "2:4"] : [])
        let wanted = formats.filter { settings.wants("\($0), \(label)") }
        guard !wanted.isEmpty else { return [] }
        let x = Operand(rows: size, columns: n)
        return try wanted.map { format in
            let name = "\(format), \(label)"
            settings.progress("sparse: \(name)")
            let weights = self.weights(format, sparsity)
            let dense = denseProduct(weights, x)
            let sparse = try product(format, weights, x, threads: 1)
            var ours: [Double] = [], theirs: [Double] = []
            // The first round of each warms up.
            for round in 0...settings.rounds {
                let own = bestSeconds(of: repetitions, sparse.run), peer = bestSeconds(of: repetitions, dense.run)
                if round > 0 {
                    ours.append(own)
                    theirs.append(peer)
                }
            }
            var row = BenchmarkRow(name, ours)
            row.compare(ours, with: theirs)
            row.flopRate = 2 * (1 - sparsity) * Double(size * size * n) / row.seconds.best
            return row
        }
    }

    /// Two threads against one.
    private func twoThreads(_ settings: BenchmarkSettings) throws -> [BenchmarkRow] {
        guard let n = columns.max(), n > 1 else { return [] }
        var rows: [BenchmarkRow] = []
        for sparsity in sparsities where sparsity >= 0.7 && sparsity <= 0.9 {
            for format in ["csr", "4x1"] {
                let name = "\(format), 2 threads, N = \(n), \(Int((100 * sparsity).rounded())) % zeros"
                guard settings.wants(name) else { continue }
                settings.progress("sparse: \(name)")
                let weights = weights(format, sparsity), x = Operand(rows: size, columns: n)
                let one = try product(format, weights, x, threads: 1), two = try product(format, weights, x, threads: 2)
                var ours: [Double] = [], theirs: [Double] = []
                for round in 0...settings.rounds {
                    let own = bestSeconds(of: repetitions, two.run), peer = bestSeconds(of: repetitions, one.run)
                    if round > 0 {
                        ours.append(own)
                        theirs.append(peer)
                    }
                }
                var row = BenchmarkRow(name, ours)
                row.compare(ours, with: theirs)
                rows.append(row)
            }
        }
        return rows
    }

    /// Random weights whose zeros suit the format.
    private func weights(_ format: String, _ sparsity: Double) -> Matrix<Float> {
        var stream = RandomStream([("benchmark", "sparse"), ("format", format), ("sparsity", "\(sparsity)")])
        let rowsPerBlock = format == "csr" || format == "2:4" ? 1 : format == "8x1" ? 8 : 4
        var weights = Matrix<Float>(repeating: 0, rows: size, columns: size)
        for first in stride(from: 0, to: size, by: rowsPerBlock) {
            for column in 0..<size {
                // 2:4: two of each four in turn; else at random.
                let isKept =
                    format.hasPrefix("2:4")
                    ? (column + first / rowsPerBlock) % 4 < 2 : stream.uniform() >= sparsity
                guard isKept else { continue }
                for row in first..<first + rowsPerBlock { weights[row, column] = Float(stream.uniform() - 0.5) }
            }
        }
        return weights
    }

    private func product(_ format: String, _ weights: Matrix<Float>, _ x: Operand, threads: Int) throws -> Case {
        let n = x.columns, y = Buffer<Float>(repeating: 0, count: size * n)
        switch format {
        case "int8 4x1":
            let input = try Quantization(scale: 1 / 64, zeroPoint: 64)
            let quantized = try QuantizedProduct(QuantizedMatrix(SparseMatrix(weights, block: .rows4)), input: input)
            let q = Buffer(input.quantize(x.values.prefix(size * n)))
            let workspaces = (0..<threads).map { _ in Buffer<UInt8>(repeating: 0, count: quantized.workspaceBytes) }
            return Case(format: format) {
                quantized.multiply(q.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspaces: workspaces)
            }
        case "2:4":
            let packed = try NMMatrix(weights, kept: 2, ofEach: 4)
            let workspaces = (0..<threads).map { _ in
                Buffer<Float>(repeating: 0, count: NMMatrix<Float>.workspaceCount)
            }
            return Case(format: format) {
                packed.multiply(
                    x.values.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspaces: workspaces)
            }
        default:
            let block = format == "csr" ? BlockShape.entry : format == "8x1" ? .rows8 : .rows4
            let plan = SparsePlan(try SparseMatrix(weights, block: block))
            let workspace = SparseWorkspace(for: plan, threads: threads)
            return Case(format: format) {
                if n == 1 {
                    plan.multiply(vector: x.values.pointer, into: y.pointer, threads: threads)
                } else {
                    plan.multiply(
                        x.values.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspace: workspace)
                }
            }
        }
    }

    /// Yᵀ = Xᵀ Wᵀ column-major is Y = W X row-major.
    private func denseProduct(_ weights: Matrix<Float>, _ x: Operand) -> Case {
        let n = x.columns, size = size
        let w = Buffer(weights.transposed.storage), y = Buffer<Float>(repeating: 0, count: size * n)
        return Case(format: "dense") {
            if n == 1 {
                BLAS<Float>.multiply(
                    .transposed, size, size, w.pointer, size, vector: x.values.pointer, into: y.pointer)
            } else {
                BLAS<Float>.multiply(
                    .plain, .plain, n, size, size, x.values.pointer, n, w.pointer, size, into: y.pointer, n)
            }
        }
    }
}

/// Random activations, row-major.
private struct Operand {
    let columns: Int
    let values: Buffer<Float>

    init(rows: Int, columns: Int) {
        self.columns = columns
        var stream = RandomStream([("benchmark", "activations")])
        values = Buffer((0..<rows * columns).map { _ in Float(stream.uniform() - 0.5) })
    }
}
