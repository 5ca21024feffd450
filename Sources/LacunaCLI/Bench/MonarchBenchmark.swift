import LacunaOperators
import LacunaScenarios
import LacunaStructure

/// Monarch products against the dense matrix product of the same shape, and against the machine's rate.
struct MonarchBenchmark: Benchmark {
    var sizes = [256, 1024, 4096]
    var columns = [1, 128, 512]
    var repetitions = 10

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "monarch", title: "square Monarch matrix, blocks of √n, times a dense matrix, single precision",
            peer: "OpenBLAS on the dense n×n matrix, one thread")
        for n in sizes {
            for count in columns {
                let name = "n = \(n), N = \(count)"
                guard settings.wants(name) else { continue }
                settings.progress("monarch: \(name)")
                group.rows.append(try row(name, n, count, settings))
            }
        }
        group.notes = ["'of product' is the share of the sgemm rate at 1024×1024 in the same rounds."]
        return group
    }

    private func row(_ name: String, _ n: Int, _ count: Int, _ settings: BenchmarkSettings) throws -> BenchmarkRow {
        var stream = RandomStream([("benchmark", "monarch"), ("size", "\(n)")])
        func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.uniform() - 0.5) } }
        let blockSize = Int(Double(n).squareRoot().rounded())
        let layout = try MonarchLayout(size: n, blockSize: blockSize)
        let operation = MonarchOperator(
            try MonarchFactors(
                layout: layout,
                left: Tensor(dimensions: layout.leftDimensions, storage: random(layout.leftDimensions.reduce(1, *))),
                right: Tensor(dimensions: layout.rightDimensions, storage: random(layout.rightDimensions.reduce(1, *))))
        )
        let dense = Buffer(random(n * n)), x = Buffer(random(n * count))
        let y = Buffer<Float>(repeating: 0, count: n * count)
        let workspace = Buffer<Float>(repeating: 0, count: operation.workspaceCount(vectors: count))
        let square = Buffer(random(1 << 20)), product = Buffer<Float>(repeating: 0, count: 1 << 20)
        var ours: [Double] = [], theirs: [Double] = []
        var rate = 0.0
        for round in 0...settings.rounds {
            let own = bestSeconds(of: repetitions) {
                operation.apply(x.pointer, vectors: count, into: y.pointer, workspace: workspace.pointer)
            }
            let peer = bestSeconds(of: max(repetitions / 5, 1)) {
                if count == 1 {
                    BLAS<Float>.multiply(.transposed, n, n, dense.pointer, n, vector: x.pointer, into: y.pointer)
                } else {
                    BLAS<Float>.multiply(
                        .plain, .plain, count, n, n, x.pointer, count, dense.pointer, n, into: y.pointer, count)
                }
            }
            let yardstick = bestSeconds(of: 2) {
                BLAS<Float>.multiply(
                    .plain, .plain, 1024, 1024, 1024, square.pointer, 1024, square.pointer, 1024,
                    into: product.pointer, 1024)
            }
            rate = max(rate, ProductRates.realFlops / yardstick)
            if round > 0 {
                ours.append(own)
                theirs.append(peer)
            }
        }
        var row = BenchmarkRow(name, ours)
        row.compare(ours, with: theirs)
        row.flopRate = Double(layout.flops(Float.self) * count) / row.seconds.best
        row.shareOfProduct = row.flopRate.map { $0 / rate }
        return row
    }
}
