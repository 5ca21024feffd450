import LacunaDynamics
import LacunaScenarios

/// Identification, delay decompositions and integrators on Lorenz's system, alternated with PySINDy, numpy, scipy and plain Python.
struct DynamicsBenchmark: Benchmark {
    struct Case {
        let name: String
        /// The peer's case; nil: compared with nothing.
        let peer: String?
        /// Prepares what is not timed and returns what is.
        let prepare: (Trajectory) throws -> () throws -> Void
    }

    var samples = 100_000
    private static let step = 0.002

    private var cases: [Case] {
        let (samples, step) = (samples, Self.step), start = [-8.0, 8, 27]
        func identify(_ degree: Int) -> (Trajectory) -> () throws -> Void {
            { orbit in { _ = try SINDy(library: PolynomialLibrary(degree: degree)).fit([orbit]) } }
        }
        func bags(_ degree: Int) -> (Trajectory) throws -> () throws -> Void {
            { orbit in
                let problem = try SINDy(library: PolynomialLibrary(degree: degree)).problem([orbit]).regression
                return {
                    var random = RandomStream(key: 1)
                    _ = try Ensemble(bags: 1000).fit(problem, randomness: &random)
                }
            }
        }
        func integrate<System: DynamicalSystem>(_ system: System) -> (Trajectory) -> () throws -> Void {
            { _ in { _ = try RungeKutta4().trajectory(of: system, from: start, step: step, steps: samples) } }
        }
        /// An epoch of one batch: loss and gradient on all windows, and Adam's step.
        func gradient(_ structure: StNN.Structure) -> (Trajectory) throws -> () throws -> Void {
            { _ in
                let (network, start) = try StNN(structure: structure).network(variables: 3)
                var stream = RandomStream(key: 1)
                let windows = 2492
                let data = try DataSet(
                    shape: network.inputShape, inputs: stream.normals(count: windows * 24),
                    targets: .values(stream.normals(count: windows * 3)))
                let training = StochasticTraining(Adam<Double>(), epochs: 1_000_000, batchSize: windows)
                var state = try training.start(
                    TrainingProblem(network: network, start: start, data: data, loss: MeanSquaredError()))
                return { _ = training.step(&state) }
            }
        }
        let lorenz = Lorenz()
        let closure = ClosureSystem(variables: ["x", "y", "z"]) { _, x, rate in
            rate[0] = 10 * (x[1] - x[0])
            rate[1] = x[0] * (28 - x[2]) - x[1]
            rate[2] = x[0] * x[1] - 8.0 / 3 * x[2]
        }
        return [
            Case(name: "stlsq, degree 2", peer: "stlsq-2", prepare: identify(2)),
            Case(name: "stlsq, degree 5", peer: "stlsq-5", prepare: identify(5)),
            Case(name: "ensemble of 1000, degree 2", peer: "ensemble-2", prepare: bags(2)),
            Case(name: "ensemble of 1000, degree 5", peer: "ensemble-5", prepare: bags(5)),
            Case(name: "100 delays, first 12 coordinates", peer: "delays") { orbit in
                let series = orbit.states.selectingColumns([0])
                return { _ = try DelayDecomposition(series, delays: 100, rank: .fixed(12)) }
            },
            Case(name: "100 delays, noise of 1 %, all coordinates", peer: "delays") { orbit in
                var series = orbit.states.selectingColumns([0])
                var stream = RandomStream(key: 1)
                for index in series.storage.indices { series.storage[index] += 0.08 * stream.normal() }
                return { [series] in _ = try DelayDecomposition(series, delays: 100) }
            },
            Case(name: "training step, stnn hankel", peer: "gradient", prepare: gradient(.hankel)),
            Case(name: "training step, dense network", peer: "gradient", prepare: gradient(.dense)),
            Case(name: "runge-kutta", peer: "runge-kutta", prepare: integrate(lorenz)),
            Case(
                name: "runge-kutta, against an unrolled loop", peer: "unrolled-runge-kutta", prepare: integrate(lorenz)),
            Case(name: "runge-kutta, closure", peer: "runge-kutta", prepare: integrate(closure)),
            Case(name: "dormand-prince", peer: "dormand-prince") { _ in
                let times = [0, Double(samples) * step]
                return { _ = try DormandPrince().trajectory(of: lorenz, from: start, times: times) }
            },
        ]
    }

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "dynamics", title: "\(samples) samples of Lorenz's system, double precision, one thread")
        let peer = PythonPeer(interpreter: settings.peer, script: settings.scripts + "/time_dynamics.py")
        let orbit = try RungeKutta4().trajectory(
            of: Lorenz(), from: [-8, 8, 27], step: Self.step, steps: samples - 1)
        var names: Set<String> = [], complaints: Set<String> = []
        for item in cases where settings.wants(item.name) {
            let body = try item.prepare(orbit)
            var ours: [Double] = [], theirs: [Double] = [], failure: (any Error)?
            var isMissing = item.peer == nil
            for round in 1...settings.rounds {
                settings.progress("dynamics: \(item.name), round \(round) of \(settings.rounds)")
                ours.append(
                    bestSeconds(of: item.name.contains("ensemble") ? 1 : 5) {
                        do { try body() } catch { failure = error }
                    })
                if let failure { throw failure }
                guard let name = item.peer, !isMissing else { continue }
                do throws(PythonPeer.Unavailable) {
                    let result = try peer.time([name, "--samples", "\(samples)"])
                    theirs.append(result.seconds)
                    names.insert(result.name)
                } catch {
                    isMissing = true
                    complaints.insert("no peer: \(error.reason)")
                }
            }
            var row = BenchmarkRow(item.name, ours)
            if theirs.count == ours.count { row.compare(ours, with: theirs) }
            group.rows.append(row)
        }
        group.peer = names.isEmpty ? nil : names.sorted().joined(separator: ", ")
        group.notes += complaints.sorted()
        return group
    }
}
