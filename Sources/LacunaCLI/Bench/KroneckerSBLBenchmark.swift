import LacunaArrays
import LacunaExperiment
import LacunaScenarios
import LacunaSolvers

/// Whole solves of recorded problems by the Kronecker SBL methods, alternated with the numpy prototype.
struct KroneckerSBLBenchmark: Benchmark {
    struct Problem {
        /// File in the data folder, without its extension.
        let name: String
        let preset: Preset
    }

    var problems = [
        Problem(name: "paper-size-real", preset: .recovery),
        Problem(name: "irs-12db", preset: .irs),
        Problem(name: "irs-20db", preset: .irs),
    ]
    var methods = ["svd-krosbl", "am-krosbl", "pc-krosbl"]
    /// Solves per round, the best of which counts.
    var solves = 30

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(name: "krosbl", title: "whole solves, best of \(solves) a round, one thread")
        var peer: PythonPeer? = PythonPeer(interpreter: settings.peer, script: settings.scripts + "/time_krosbl.py")
        for problem in problems {
            let path = "\(settings.data)/\(problem.name).h5"
            let recorded = try read(path, problem.preset, settings.catalogue)
            for name in methods where settings.wants(caseName(name, problem)) {
                let method = try settings.catalogue.method(name)
                let options = try ParameterValues(declarations: method.options, owner: "method '\(name)'")
                let solve = { try method.run(recorded, options: options, limits: SolveLimits()) }
                var ours: [Double] = [], theirs: [Double] = []
                var results: [PythonPeer.Result] = []
                // Caches, page faults and the first use of each kernel.
                let outcome = try solve()
                for round in 1...settings.rounds {
                    settings.progress("krosbl: \(caseName(name, problem)), round \(round) of \(settings.rounds)")
                    ours.append(try bestSeconds(of: solves) { _ = try solve() })
                    guard let running = peer else { continue }
                    do throws(PythonPeer.Unavailable) {
                        let result = try running.time([
                            path, name, "--preset", problem.preset.rawValue, "--solves", "\(solves)",
                        ])
                        theirs.append(result.seconds)
                        results.append(result)
                    } catch {
                        peer = nil
                        group.notes.append("no peer: \(error.reason)")
                    }
                }
                var row = BenchmarkRow(caseName(name, problem), ours)
                row.iterations = outcome.report.iterations
                if theirs.count == ours.count, let result = results.last {
                    row.compare(ours, with: theirs)
                    group.peer = result.name
                    group.notes += differences(outcome, result, case: row.name)
                } else {
                    row.productTimes = row.seconds.best / settings.productRates.realSeconds
                }
                group.rows.append(row)
            }
        }
        return group
    }

    private func caseName(_ method: String, _ problem: Problem) -> String { "\(method), \(problem.name)" }

    /// The problem as scenarios draw it: what methods expect.
    private func read(_ path: String, _ preset: Preset, _ catalogue: Catalogue) throws -> any Sendable {
        guard let family = catalogue.family("problem-file") else {
            throw LacunaError(.name, "problem 'problem-file'", "is not in the catalogue")
        }
        let values = try ParameterValues(
            ["path": .text(path), "preset": .text(preset.rawValue)], declarations: family.parameters,
            owner: "problem 'problem-file'")
        do {
            return try family.draw(values, randomness: Randomness(seed: 0, trial: 0)).problem
        } catch let error as LacunaError where error.kind == .file && error.remedy == nil {
            throw LacunaError(
                .file, error.place, error.problem,
                remedy: "Run lacuna bench in the repository's root, or name the folder of the problems with --data")
        }
    }

    /// A ratio means nothing unless both did the same: said where they did not.
    private func differences(_ outcome: Outcome, _ result: PythonPeer.Result, case name: String) -> [String] {
        var notes: [String] = []
        if let iterations = result.iterations, outcome.report.iterations != iterations {
            notes.append("\(name): \(outcome.report.iterations) iterations, the peer makes \(iterations)")
        }
        let squares: Double? =
            switch outcome.estimate as? LinearEstimate {
            case .real(let estimate): estimate.coefficients.reduce(0) { $0 + $1.squaredModulus }
            case .complex(let estimate): estimate.coefficients.reduce(0) { $0 + $1.squaredModulus }
            case nil: nil
            }
        if let squares, let norm = result.norm, !((squares.squareRoot() - norm).magnitude <= 1e-6 * norm) {
            notes.append("\(name): ‖x̂‖ is \(squares.squareRoot()), the peer's \(norm)")
        }
        return notes
    }
}
