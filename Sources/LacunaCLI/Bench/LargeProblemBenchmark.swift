import LacunaArrays
import LacunaSolvers

/// An iteration of SVD-KroSBL on a problem of two million unknowns, with its memory.
struct LargeProblemBenchmark: Benchmark {
    var rows = [64, 64, 64]
    var columns = [128, 128, 128]
    var repetitions = 5

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "large", title: "one iteration of SVD-KroSBL, unpruned, one thread; peak memory of the whole process")
        let sizes = zip(rows, columns).map { "\($0)×\($1)" }.joined(separator: " ⊗ ")
        guard settings.wants(sizes) else { return group }
        let dictionary = try KroneckerOperator(randomFactors(Double.self, rows: rows, columns: columns))
        let model = try LinearModel(
            dictionary: dictionary, measurements: try randomMeasurements(dictionary), noiseVariance: 1e-2)
        let solver = KroneckerSBL<Double, SingularVectorPrior<Double>>(
            prior: SingularVectorPrior(start: .ones), options: unprunedOptions)
        PeakMemory.reset()
        let seconds = try secondsPerIteration(
            of: solver, on: model, rounds: settings.rounds, repetitions: repetitions,
            beforeRound: { settings.progress("large: \(sizes), round \($0) of \(settings.rounds)") })
        var row = BenchmarkRow(sizes, seconds)
        row.peakBytes = PeakMemory.bytes
        group.rows.append(row)
        return group
    }
}
