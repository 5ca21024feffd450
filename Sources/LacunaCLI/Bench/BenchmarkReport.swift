import Foundation
import LacunaArrays
import LacunaIO

/// A run of `lacuna bench`: what was measured, and on what machine. As JSON it is the baseline of a later run.
struct BenchmarkReport: Hashable, Codable, Sendable {
    let lacunaVersion: String
    /// ISO 8601.
    let started: String
    let cpu: String
    let processors: Int
    let blas: String
    /// "avx2" or "portable".
    let kernels: String
    let rounds: Int
    /// Flops per second of a 1024×1024×1024 matrix product on one thread.
    let realProductRate: Double
    let complexProductRate: Double
    var groups: [BenchmarkGroup]

    init(started: Date, rounds: Int, productRates: ProductRates, groups: [BenchmarkGroup]) {
        lacunaVersion = LacunaCLI.lacunaVersion
        self.started = started.formatted(.iso8601)
        cpu = Provenance.cpuModel
        processors = Machine.processors
        blas = "\(blasConfiguration.trimmingCharacters(in: .whitespaces)), core \(blasCoreName)"
        kernels = kernelName
        self.rounds = rounds
        realProductRate = productRates.real
        complexProductRate = productRates.complex
        self.groups = groups
    }

    /// - Throws: `LacunaError` (file) if it is no report.
    init(readingFrom path: String) throws {
        let remedy = "Make a baseline with: lacuna bench --json > \(path)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw LacunaError(.file, path, "cannot be read", remedy: remedy)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(BenchmarkReport.self, from: data)
        } catch {
            throw LacunaError(.file, path, "is not the JSON of `lacuna bench`", remedy: remedy)
        }
    }

    /// Sets each row's ratio to the row of the same group and name in an earlier report.
    mutating func compare(with baseline: BenchmarkReport) {
        for group in groups.indices {
            let earlier = baseline.groups.first { $0.name == groups[group].name }
            for row in groups[group].rows.indices {
                let now = groups[group].rows[row]
                let found = earlier?.rows.first { $0.name == now.name }
                groups[group].rows[row].baselineRatio = found.map { $0.seconds.best / now.seconds.best }
            }
        }
    }

    var text: String {
        let machine = """
            \(cpu), \(processors) usable; \(blas); kernels \(kernels)
            matrix product 1024³, one thread: \(readable(realProductRate / 1e9, digits: 3)) GFlop/s real, \
            \(readable(complexProductRate / 1e9, digits: 3)) GFlop/s complex
            times: best, median and spread of \(rounds) \(rounds == 1 ? "round" : "rounds"), each the best of its repetitions
            """
        return ([machine] + groups.map(\.text)).joined(separator: "\n\n")
    }
}
