import ArgumentParser
import Foundation
import LacunaArrays

struct BenchCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the speed of the solvers on this machine.",
        discussion: """
            Groups: krosbl (whole solves against the numpy prototype), sbl (classic SBL against the rate of a matrix \
            product), eigen (small eigenproblems against LAPACK), large (two million unknowns: time and memory), sparse \
            (sparse products against OpenBLAS), monarch (Monarch products against OpenBLAS), projection (nearest Monarch \
            matrices), convolution (order-p Monarch Fourier transforms against FFTW), training (epochs of small networks \
            against PyTorch), dynamics (identification, delays and integrators against PySINDy, numpy and scipy), studies (the Fig. 7 study \
            on all cores; minutes). Default: all but studies. Run it in the repository's root and \
            leave the machine alone.
            """)

    @Argument(
        help: "krosbl, sbl, eigen, large, sparse, monarch, projection, convolution, training, dynamics or studies.")
    var groups: [BenchmarkChoice] = []
    @Option(help: ArgumentHelp("Measure only the cases whose name holds this text.", valueName: "text"))
    var only: String?
    @Option(help: "Rounds in which everything is measured anew.")
    var rounds = 3
    @Option(help: "Python interpreter of the peer.")
    var peer = "python3"
    @Option(help: "Folder of the recorded problems.")
    var data = "Data/references/kronecker"
    @Option(help: "Folder of the peer scripts.")
    var scripts = "Benchmarks"
    @Option(help: "Folder of the scenario files.")
    var scenarios = "Scenarios"
    @Option(help: "JSON of an earlier run to compare with.")
    var baseline: String?
    @Flag(help: "As JSON, which can be a baseline later.")
    var json = false
    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    func validate() throws {
        if !(1...1000).contains(rounds) {
            throw ValidationError("--rounds: got \(rounds); expected a whole number from 1 to 1000")
        }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let earlier = try baseline.map(BenchmarkReport.init(readingFrom:))
        let started = Date()
        setBLASThreads(1)
        var rates = ProductRates()
        rates.measure(Double.self, repetitions: 5)
        rates.measure(Complex<Double>.self, repetitions: 2)
        var settings = BenchmarkSettings(
            catalogue: session.catalogue, rounds: rounds, data: data, scripts: scripts, scenarios: scenarios,
            peer: peer,
            productRates: rates, only: only, progress: { if !quiet { session.console.error($0) } })
        var measured: [BenchmarkGroup] = []
        for group in chosen {
            let result = try await group.benchmark.run(&settings)
            if !result.rows.isEmpty { measured.append(result) }
        }
        if let only, measured.isEmpty {
            throw LacunaError(
                .name, "--only '\(only)'", "no case has this in its name", remedy: "Without --only all are shown")
        }
        var report = BenchmarkReport(
            started: started, rounds: rounds, productRates: settings.productRates, groups: measured)
        if let earlier { report.compare(with: earlier) }
        try session.console.print(json ? try jsonText(report) : report.text)
        return .success
    }

    /// Each group once.
    private var chosen: [BenchmarkChoice] {
        groups.isEmpty ? BenchmarkChoice.usual : BenchmarkChoice.allCases.filter(groups.contains)
    }
}
