import LacunaScenarios
import LacunaStructure

/// The nearest Monarch matrix by subspace iteration, against singular value decompositions of all slices.
struct ProjectionBenchmark: Benchmark {
    var sizes = [1024, 4096]
    var limit = 20

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "projection", title: "Gaussian matrix to the nearest Monarch matrix of rank 1, single precision",
            peer: "LAPACK's decomposition of every slice, one thread")
        for n in sizes {
            let name = "n = \(n), \(limit) rounds of subspace iteration"
            guard settings.wants(name) else { continue }
            settings.progress("projection: \(name)")
            let (row, excess) = try row(name, n, settings)
            group.rows.append(row)
            group.notes.append(
                "n = \(n): error \(readable(100 * excess, digits: 2)) % above that of the decompositions.")
        }
        return group
    }

    /// The row, and how much larger the error is, relative to the least.
    private func row(
        _ name: String, _ n: Int, _ settings: BenchmarkSettings
    ) throws -> (row: BenchmarkRow, excess: Double) {
        var stream = RandomStream([("benchmark", "projection"), ("size", "\(n)")])
        let matrix = Matrix(rows: n, columns: n, storage: (0..<n * n).map { _ in Float(stream.normal()) })
        let layout = try MonarchLayout(size: n, blockSize: MonarchLayout.leanestBlockSize(rows: n, columns: n))
        let sets = try [
            MonarchSet<Float>(layout: layout, method: .powerIteration(limit: limit)), MonarchSet<Float>(layout: layout),
        ]
        let errors = try sets.map { relativeError(of: try $0.project(matrix).dense(), against: matrix) }
        var seconds: [[Double]] = [[], []]
        for _ in 0..<settings.rounds {
            for (index, set) in sets.enumerated() {
                seconds[index].append(try bestSeconds(of: 1) { _ = try set.project(matrix) })
            }
        }
        var row = BenchmarkRow(name, seconds[0])
        row.compare(seconds[0], with: seconds[1])
        return (row, errors[0] / errors[1] - 1)
    }

    /// Summed in double precision.
    private func relativeError(of found: Matrix<Float>, against matrix: Matrix<Float>) -> Double {
        var distance = 0.0, size = 0.0
        for index in matrix.storage.indices {
            let difference = Double(matrix.storage[index]) - Double(found.storage[index])
            distance += difference * difference
            size += Double(matrix.storage[index]) * Double(matrix.storage[index])
        }
        return (distance / size).squareRoot()
    }
}
