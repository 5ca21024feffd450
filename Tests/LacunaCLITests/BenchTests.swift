import Foundation
import LacunaScenarios
import Synchronization
import Testing

@testable import LacunaCLI

/// The repository, from this file's place in it.
private let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    .path()

/// What a group measures: its parts, not how fast they are.
private func measured(_ benchmark: some Benchmark, peer: String = "/no/such/python") async throws -> BenchmarkGroup {
    var rates = ProductRates()
    rates.measure(Double.self, repetitions: 1)
    var settings = BenchmarkSettings(
        catalogue: .standard, rounds: 2, data: root + "Data/references/kronecker", scripts: root + "Benchmarks",
        scenarios: root + "Scenarios", peer: peer, productRates: rates, progress: { _ in })
    return try await benchmark.run(&settings)
}

private let tinyProblem = KroneckerSBLBenchmark(
    problems: [.init(name: "three-mode-real", preset: .recovery)], methods: ["svd-krosbl"], solves: 2)

@Suite struct BenchTests {
    @Test func aTimingSummarisesItsRounds() {
        let timing = Timing([3, 1, 2])
        #expect(timing.best == 1 && timing.median == 2 && timing.spread == 2 && timing.rounds == 3)
        #expect(Timing([4, 1, 2, 3]).median == 2.5)
    }

    @Test func theRatioIsTheMedianOfTheRoundsOwnRatios() {
        var row = BenchmarkRow("case", [1, 2, 4])
        row.compare([1, 2, 4], with: [10, 40, 120])
        #expect(row.ratio == 20 && row.ratioRange == [10, 30])
    }

    @Test func withoutAPeerOneLineSaysSoAndTheProductStandsIn() async throws {
        let group = try await measured(tinyProblem)
        let row = try #require(group.rows.first)
        #expect(group.rows.count == 1 && row.iterations == 44)
        #expect(row.peer == nil && row.ratio == nil)
        #expect(try #require(row.productTimes) > 0)
        #expect(group.notes.count == 1 && group.notes[0].hasPrefix("no peer: "), "\(group.notes)")
        #expect(!group.notes[0].contains("\n"))
        #expect(group.text.contains("indirect"))
    }

    @Test(.enabled(if: pythonHasPackages()))
    func thePeerSolvesTheSameProblem() async throws {
        var benchmark = tinyProblem
        benchmark.methods = ["svd-krosbl", "am-krosbl", "pc-krosbl"]
        let group = try await measured(benchmark, peer: "python3")
        let row = try #require(group.rows.first)
        #expect(group.rows.count == 3)
        #expect(row.peer?.rounds == 2 && row.ratio != nil && row.productTimes == nil)
        // A difference in iterations or solution would be a note.
        #expect(group.notes == [])
        #expect(group.peer?.hasPrefix("numpy ") == true)
    }

    @Test func classicSBLAndTheLargeProblemReportRateAndMemory() async throws {
        let sizes = ClassicSBLBenchmark.Sizes(rows: [3, 4], columns: [6, 6])
        let sbl = try await measured(ClassicSBLBenchmark(real: sizes, complex: sizes, repetitions: 1))
        #expect(
            sbl.rows.map(\.name) == [
                "dense, real, 12×36", "Kronecker, real, 12×36", "dense, complex, 12×36", "Kronecker, complex, 12×36",
            ])
        for row in sbl.rows {
            let flops = (row.name.contains("complex") ? 8.0 : 2) * 12 * 12 * 36
            #expect(row.flopRate == flops / row.seconds.best)
        }
        let large = try await measured(LargeProblemBenchmark(rows: [3, 3], columns: [4, 4], repetitions: 1))
        #expect(large.rows.map(\.name) == ["3×4 ⊗ 3×4"])
        #expect(try #require(large.rows[0].peakBytes) > 1_000_000)
    }

    @Test func projectionsAreTimedAgainstDecompositions() async throws {
        let group = try await measured(ProjectionBenchmark(sizes: [16, 64], limit: 20))
        #expect(
            group.rows.map(\.name) == [
                "n = 16, 20 rounds of subspace iteration", "n = 64, 20 rounds of subspace iteration",
            ])
        for row in group.rows { #expect(try #require(row.ratio) > 0 && row.peer?.rounds == 2) }
        #expect(group.notes.count == 2 && group.notes.allSatisfy { $0.contains("% above") })
    }

    @Test func convolutionsAreTimedAgainstFFTW() async throws {
        let group = try await measured(ConvolutionBenchmark(lengths: [8, 64], repetitions: 1))
        #expect(
            group.rows.map(\.name) == [
                "Monarch order 2, n = 8", "Monarch order 3, n = 8", "complex FFTW, n = 8", "Monarch order 2, n = 64",
                "Monarch order 3, n = 64", "complex FFTW, n = 64",
            ])
        for row in group.rows { #expect(try #require(row.ratio) > 0 && row.peer?.rounds == 2) }
    }

    @Test func theStudyIsCutAndRunsEveryCell() async throws {
        let study = StudyBenchmark(
            overrides: [
                "trials=1", "sweep.snr_db=[20]", "sweep.pilot_draw=[1]", "problem.symbols=100",
                "methods=[svd-krosbl, sbl]",
            ])
        let group = try await measured(study)
        #expect(group.rows.map(\.name) == ["he-joseph-2024-figure-7, 1 cells"])
        #expect(group.notes == ["methods: svd-krosbl"])
    }

    @Test func theJSONIsABaselineOfALaterRun() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/before.json"
            let first = await bench("eigen", "--json", "--rounds", "1", "-q")
            #expect(first.status == .success && first.errors.isEmpty, "\(first.errors)")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
            for key in [
                "cpu", "blas", "kernels", "real_product_rate", "complex_product_rate", "started", "lacuna_version",
            ] {
                #expect(object[key] != nil, "\(key)")
            }
            let group = try #require((object["groups"] as? [[String: Any]])?.first)
            let rows = try #require(group["rows"] as? [[String: Any]])
            #expect(rows.count == 60)
            for row in rows {
                let seconds = try #require(row["seconds"] as? [String: Any])
                #expect(Set(seconds.keys) == ["best", "median", "spread", "rounds"])
                #expect(row["ratio"] is Double)
            }
            try first.output.write(toFile: file, atomically: true, encoding: .utf8)
            let second = await bench("eigen", "--rounds", "1", "--baseline", file, "--only", "n = 32")
            #expect(second.status == .success)
            #expect(second.output.contains("baseline / now"))
            #expect(second.output.contains("complex, n = 32"))
            #expect(second.errors == "eigen: real, n = 32\neigen: complex, n = 32\n")
        }
    }

    @Test(arguments: [
        (["krosbl", "--data", "/no/such/folder"], "--data"), (["speed"], "bench"),
        (["eigen", "--only", "n = 2,"], "--only 'n = 2,'"),
        (["eigen", "--rounds", "0"], "--rounds"),
        (["eigen", "--baseline", "/dev/null"], "/dev/null"),
        (["studies", "--scenarios", "/no/such/folder"], "/no/such/folder"),
    ])
    func wrongArgumentsAreOneLineEach(arguments: [String], named: String) async {
        let ended = await bench(arguments + ["-q"])
        #expect(ended.status == .usage)
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains(named), "\(ended.errors)")
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    }

    @Test(arguments: [(4.56e-6, "4.56 µs"), (0.0123, "12.3 ms"), (1.5, "1.5 s")])
    func durationsHaveAUnit(seconds: Double, text: String) {
        #expect(durationText(seconds) == text)
    }
}

private func pythonHasPackages() -> Bool {
    (try? spawn("/usr/bin/env", ["python3", "-c", "import numpy, scipy, h5py"]))?.status == 0
}

private func bench(_ arguments: String...) async -> Ended { await bench(arguments) }

/// `lacuna bench` in this process with the real catalogue.
private func bench(_ arguments: [String]) async -> Ended {
    let streams = BenchStreams()
    let console = Console(
        write: { text in streams.output.withLock { $0 += text } },
        writeError: { text in streams.errors.withLock { $0 += text } }, isTerminal: false)
    let status = await runLacuna(["bench"] + arguments, in: Session(catalogue: .standard, console: console))
    return Ended(status: status, output: streams.output.withLock { $0 }, errors: streams.errors.withLock { $0 })
}

private final class BenchStreams: Sendable {
    let output = Mutex("")
    let errors = Mutex("")
}
