import ArgumentParser
import LacunaScenarios

/// A group of measurements that `lacuna bench` can be asked for.
protocol Benchmark {
    /// Measures every case. - Throws: `LacunaError` where data are missing; a missing peer is a note.
    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup
}

/// What all groups need.
struct BenchmarkSettings {
    let catalogue: Catalogue
    let rounds: Int
    /// Folder of the recorded problems.
    let data: String
    /// Folder of the peer scripts.
    let scripts: String
    /// Folder of the scenario files.
    let scenarios: String
    /// Python interpreter.
    let peer: String
    /// Machine speed; a group that measures it anew improves it.
    var productRates: ProductRates
    /// Only cases whose name holds this text; nil: all.
    var only: String?
    /// Told what is being measured.
    let progress: (String) -> Void
}

extension BenchmarkSettings {
    func wants(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }
}

/// The groups by name, in the order in which they run: `large` first, because memory that earlier groups freed would
/// count as resident.
enum BenchmarkChoice: String, CaseIterable, ExpressibleByArgument {
    case large, krosbl, sbl, eigen, sparse, monarch, projection, convolution, training, dynamics, studies

    /// Those that run when none is named; `studies` takes minutes.
    static let usual: [BenchmarkChoice] = [
        .large, .krosbl, .sbl, .eigen, .sparse, .monarch, .projection, .convolution, .training, .dynamics,
    ]

    var benchmark: any Benchmark {
        switch self {
        case .large: LargeProblemBenchmark()
        case .krosbl: KroneckerSBLBenchmark()
        case .sbl: ClassicSBLBenchmark()
        case .eigen: EigenBenchmark()
        case .sparse: SparseBenchmark()
        case .monarch: MonarchBenchmark()
        case .projection: ProjectionBenchmark()
        case .convolution: ConvolutionBenchmark()
        case .training: TrainingBenchmark()
        case .dynamics: DynamicsBenchmark()
        case .studies: StudyBenchmark()
        }
    }
}
