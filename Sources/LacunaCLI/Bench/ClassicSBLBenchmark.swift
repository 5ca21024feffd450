import LacunaArrays
import LacunaSolvers

/// Iterations of classic SBL without pruning, on a dense matrix and on the same matrix as a Kronecker product.
///
/// The rate counts 2 M² N flops an iteration (real) or 8 M² N (complex): M² N multiply-adds for A diag(g) Aᴴ and for the
/// quadratic forms together. A Kronecker dictionary needs fewer, so that its rate is an effective one.
struct ClassicSBLBenchmark: Benchmark {
    /// M_i and N_i of the Kronecker factors.
    struct Sizes {
        let rows: [Int]
        let columns: [Int]
    }

    var real = Sizes(rows: [8, 12, 15], columns: [15, 15, 15])
    var complex = Sizes(rows: [6, 3, 16], columns: [18, 18, 18])
    var repetitions = 3

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "sbl",
            title: "one iteration of classic SBL, unpruned, one thread; rate by 2 M² N flops (complex 8 M² N)")
        try measure(Double.self, real, &settings, into: &group)
        try measure(Complex<Double>.self, complex, &settings, into: &group)
        group.notes.append("Kronecker rows do less work than is counted: their Gram matrices come at Kronecker cost")
        return group
    }

    private func measure<S: Scalar>(
        _ type: S.Type, _ sizes: Sizes, _ settings: inout BenchmarkSettings, into group: inout BenchmarkGroup
    ) throws where S.RealPart == Double {
        let kronecker = try KroneckerOperator(randomFactors(type, rows: sizes.rows, columns: sizes.columns))
        let dense = DenseOperator(kronecker.dense())
        let measurements = try randomMeasurements(kronecker)
        let solver = SBL<S>(prior: IndependentPrior(), options: unprunedOptions)
        let label = "\(S.isComplex ? "complex" : "real"), \(kronecker.rows)×\(kronecker.columns)"
        let flops = (S.isComplex ? 8.0 : 2) * Double(kronecker.rows * kronecker.rows * kronecker.columns)
        for (kind, dictionary) in [("dense", dense), ("Kronecker", kronecker)] as [(String, any LinearOperator<S>)] {
            let name = "\(kind), \(label)"
            guard settings.wants(name) else { continue }
            let model = try LinearModel(dictionary: dictionary, measurements: measurements, noiseVariance: 1e-2)
            let seconds = try secondsPerIteration(
                of: solver, on: model, rounds: settings.rounds, repetitions: repetitions,
                beforeRound: {
                    settings.progress("sbl: \(name), round \($0) of \(settings.rounds)")
                    // In the same moments as the iterations, so that a slow one counts against both.
                    settings.productRates.measure(type, repetitions: 2)
                })
            var row = BenchmarkRow(name, seconds)
            let rate = flops / row.seconds.best
            row.flopRate = rate
            row.shareOfProduct = rate / settings.productRates.rate(of: type)
            group.rows.append(row)
        }
    }
}
