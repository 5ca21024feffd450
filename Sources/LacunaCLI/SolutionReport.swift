import LacunaExperiment
import LacunaIO
import LacunaScenarios

/// What `lacuna solve --json` prints.
struct SolutionReport: Encodable {
    struct Snapshot: Encodable {
        let iterations: Int
        let stopReason: String
        let seconds: Double
        let noiseVariance: Double?
        let nmse: Double?
        let supportRecovery: Double?
    }

    let problem: String
    let output: String
    let method: String
    /// Every option in force.
    let options: [String: ParameterValue]
    /// How the file was understood, where that took a decision.
    let notes: [String]
    let snapshots: [Snapshot]

    init(_ solution: ProblemFileSolution, problem: String, output: String, notes: [String]) {
        switch solution {
        case .real(let file): self.init(file, problem: problem, output: output, notes: notes)
        case .complex(let file): self.init(file, problem: problem, output: output, notes: notes)
        }
    }

    private init<Scalar>(_ file: SolutionFile<Scalar>, problem: String, output: String, notes: [String]) {
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        self.problem = problem
        self.output = output
        self.notes = notes
        method = file.method
        options = Dictionary(file.options.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        snapshots = file.snapshots.map {
            Snapshot(
                iterations: $0.iterations, stopReason: $0.stopReason.rawValue, seconds: $0.seconds,
                noiseVariance: finite($0.noiseVariance), nmse: finite($0.nmse),
                supportRecovery: finite($0.supportRecovery))
        }
    }
}
