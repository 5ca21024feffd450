import Foundation
import LacunaDynamics
import LacunaTestSupport
import Testing

@Suite struct HAVOKTests {
    /// A run of the reference file.
    private struct Run {
        let values: [String: Any]
        func number(_ key: String) throws -> Double { try #require(values[key] as? Double, "\(key)") }
        func list(_ key: String) throws -> [Double] { try #require(values[key] as? [Double], "\(key)") }
    }

    private func run(_ name: String) throws -> Run {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Data/references/dynamics/reference.json")
        let all = try #require(try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
        let havok = try #require(all["havok"] as? [String: Any])
        let runs = try #require(havok["runs"] as? [String: [String: Any]])
        return Run(values: try #require(runs[name]))
    }

    private func lorenz(step: Double, steps: Int, substeps: Int, from state: [Double] = [-8, 8, 27]) throws -> Matrix<
        Double
    > {
        try RungeKutta4(substeps: substeps).trajectory(of: Lorenz(), from: state, step: step, steps: steps).states
            .selectingColumns([0])
    }

    /// The whole Hankel matrix, which the library never forms.
    private func hankel(_ series: Matrix<Double>, delays: Int, lag: Int) -> Matrix<Double> {
        let d = series.columns
        return Matrix(rows: delays * d, columns: series.rows - (delays - 1) * lag) { row, column in
            series[column + row / d * lag, row % d]
        }
    }

    @Test(arguments: [(40, 1, 5, 1), (3000, 1, 20, 3), (2500, 2, 8, 2), (30, 3, 9, 1)])
    func decomposesTheHankelMatrix(samples: Int, variables: Int, delays: Int, lag: Int) throws {
        var stream = RandomStream(key: UInt64(samples))
        let series: Matrix<Double> = stream.matrix(samples, variables)
        let h = hankel(series, delays: delays, lag: lag), whole = try SingularValueDecomposition(h)
        let found = try DelayDecomposition(series, delays: delays, lag: lag)
        #expect(found.values.count == min(h.rows, h.columns))
        for (value, exact) in zip(found.values, whole.values) { #expect(abs(value - exact) < 1e-12 * whole.values[0]) }
        let r = found.rank
        #expect(relativeDistance(naiveProduct(found.right.transposed, found.right), .identity(r)) < 1e-12)
        let scaled = Matrix(rows: h.rows, columns: r) { found.left[$0, $1] * found.values[$1] }
        #expect(relativeDistance(naiveProduct(scaled, found.right.transposed), h) < 1e-12)
        #expect((0..<r).allSatisfy { found.left[0, $0] > 0 })
        // All coordinates give the series back.
        #expect(relativeDistance(try found.series(from: found.right), series) < 1e-12)
    }

    /// Hankel matrices side by side: windows of one series only, whatever comes after it.
    @Test(arguments: [false, true])
    func severalSeriesAreOneModel(isStructured: Bool) throws {
        let starts: [[Double]] = [[-8, 8, 27], [1, 1, 25], [-5, -6, 20]]
        let series = try starts.enumerated().map { index, start in
            try lorenz(step: 0.01, steps: 800 + 100 * index, substeps: 2, from: start)
        }
        let found = try DelayDecomposition(series, delays: 20, rank: .fixed(6))
        let parts = series.map { hankel($0, delays: 20, lag: 1) }
        let side = Matrix(
            rows: 20, columns: parts.reduce(0) { $0 + $1.columns }, storage: parts.flatMap(\.storage))
        let exact = try SingularValueDecomposition(side).values
        for index in 0..<6 { #expect(abs(found.values[index] - exact[index]) < 1e-12 * exact[0]) }
        #expect(found.windowCounts == parts.map(\.columns) && found.right.rows == side.columns)
        #expect(found.windowRanges[1] == parts[0].columns..<parts[0].columns + parts[1].columns)
        // The same series twice has the same map, coordinates √2 smaller.
        let method = HAVOK(delays: 20, rank: .fixed(5), isStructured: isStructured)
        let once = try method.fit(series[0], step: 0.01), twice = try method.fit([series[0], series[0]], step: 0.01)
        #expect(relativeDistance(twice.map, once.map) < 1e-9)
        #expect(abs(twice.decomposition.right[7, 0] * 2.0.squareRoot() - once.decomposition.right[7, 0]) < 1e-10)
        #expect(try twice.simulate().rows == once.simulate().rows)
        #expect(relativeDistance(try twice.reconstruct(), try once.reconstruct()) < 1e-8)
        // No difference is taken across a border: pieces of one wave, a period of windows each, have its frequency.
        let wave = { (first: Int) in
            Matrix<Double>(rows: 130, columns: 1) { row, _ in Double.sin(0.02 * .pi * Double(first + row)) }
        }
        let pieces = try HAVOK(delays: 30, rank: .fixed(2), isStructured: isStructured).fit(
            [wave(0), wave(500), wave(37)], step: 0.02)
        let values = try GeneralEigen(Matrix(rows: 2, columns: 2) { Complex(pieces.map[$0, $1], 0) }).values
        #expect(values.allSatisfy { abs(abs($0.imaginary) - .pi) < 0.05 && abs($0.real) < 0.2 }, "\(values)")
        #expect(throws: LacunaError.self) { try method.fit([], step: 0.01) }
        #expect(throws: LacunaError.self) {
            try method.fit([series[0], wave(0)].map { $0.selectingColumns([0, 0]) } + [series[1]], step: 0.01)
        }
        #expect(throws: LacunaError.self) { try HAVOK(delays: 129).fit([series[0], wave(0)], step: 0.01) }
    }

    @Test func clearSeriesKeepTheirBasisOrthonormal() throws {
        // Singular values over twelve decades.
        let found = try DelayDecomposition(
            lorenz(step: 0.001, steps: 6000, substeps: 1), delays: 100, rank: .fixed(15))
        #expect(found.values[14] < 1e-11 * found.values[0])
        let gram = naiveProduct(found.right.transposed, found.right)
        #expect(zip(gram.storage, Matrix<Double>.identity(15).storage).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(throws: LacunaError.self) {
            try DelayDecomposition(lorenz(step: 0.001, steps: 6000, substeps: 1), delays: 100, rank: .fixed(90))
        }
    }

    @Test func shortRunOfTheReference() throws {
        let run = try run("short")
        let model = try HAVOK(delays: 100, rank: .fixed(5)).fit(
            lorenz(step: 0.005, steps: 4000, substeps: 25), step: 0.005)
        for (value, exact) in zip(model.decomposition.values, try run.list("singular_values")) {
            #expect(abs(value / exact - 1) < 1e-6)
        }
        let expected = try #require(run.values["operator_full"] as? [[Double]])
        for row in 0..<5 { for column in 0..<5 { #expect(abs(model.map[row, column] - expected[row][column]) < 1e-4) } }
        let statistics = model.forcingStatistics()
        #expect(try abs(statistics.standardDeviation / (run.number("forcing_rms")) - 1) < 1e-6)
        #expect(try abs(statistics.excessKurtosis - (run.number("forcing_kurtosis_excess"))) < 1e-4)
        #expect(try abs(statistics.threshold - (run.number("threshold_p0.01"))) < 1e-6)
        #expect(try abs(statistics.activeFraction - (run.number("active_fraction"))) < 1e-3)
        #expect(try abs(correlation(model) - (run.number("reconstruction_corr_v1_first50"))) < 1e-3)
    }

    /// Of v₁ as measured and as simulated with the measured forcing.
    private func correlation(_ model: HAVOKModel, samples: Int = .max) throws -> Double {
        let states = try model.simulate(), count = min(samples, states.rows)
        let a = Array(states.column(0).prefix(count)), b = Array(model.decomposition.right.column(0).prefix(count))
        let meanA = a.reduce(0, +) / Double(count), meanB = b.reduce(0, +) / Double(count)
        let product = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
        let squareA = a.reduce(0) { $0 + ($1 - meanA) * ($1 - meanA) },
            squareB = b.reduce(0) { $0 + ($1 - meanB) * ($1 - meanB) }
        return product / (squareA * squareB).squareRoot()
    }

    /// Over the long run trajectories part: what is asked is statistical, within the tolerances of the file (`havok_long`).
    @Test(arguments: ["long_main", "long_ic2", "long_ic3"])
    func longRunsOfTheReference(name: String) throws {
        let run = try run(name), step = try run.number("dt")
        let model = try HAVOK().fit(
            lorenz(
                step: step, steps: try #require(run.values["steps"] as? Int), substeps: 1,
                from: run.list("initial_state")), step: step)
        let exactValues = try run.list("singular_values")
        for (value, exact) in zip(model.decomposition.values, exactValues.prefix(5)) {
            #expect(abs(value / exact - 1) < 0.08)
        }
        let expected = try #require(run.values["operator_full"] as? [[Double]])
        for row in 0..<8 {
            #expect(abs(model.map[row, row + 1] / expected[row][row + 1] - 1) < 0.06)
            for column in 0..<14 {
                #expect(abs(model.map[row, column] + model.map[column, row]) < 0.4)
                // The file asks for 0.3, which its own operators miss at places, three columns off the diagonal.
                let bound = max(0.3, 1.1 * abs(expected[row][column]))
                #expect(abs(row - column) <= 1 || abs(model.map[row, column]) < bound)
            }
        }
        #expect(try correlation(model, samples: 50_000) > 0.99)
        #expect(model.forcingStatistics().excessKurtosis > 10)
    }

    /// With 1 % noise Gavish and Donoho's threshold keeps four directions of the long run.
    @Test func noiseLeavesFourDirections() throws {
        let clean = try lorenz(step: 0.001, steps: 200_000, substeps: 1)
        var normals = PortableNormals(seed: 4000)
        let scale = 0.01 * ReferenceSystem.deviation(clean, 0)
        let noisy = Matrix(rows: clean.rows, columns: 1, storage: clean.storage.map { $0 + scale * normals.next() })
        #expect(try DelayDecomposition(noisy, delays: 100, rank: .optimalThreshold).rank == 4)
    }

    /// A sine has two delay coordinates, and the whole map the eigenvalues ±i sin(ωh)/h of central differences.
    @Test func aSineHasRankTwo() throws {
        let omega = 3.0, step = 0.01
        let sine = Matrix<Double>(rows: 3000, columns: 1) { row, _ in Double.sin(omega * Double(row) * step) }
        let found = try DelayDecomposition(sine, delays: 30)
        #expect(found.values[2] < 1e-12 * found.values[0])
        let model = try HAVOK(delays: 30, rank: .fixed(2)).fit(sine, step: step)
        let values = try GeneralEigen(Matrix(rows: 2, columns: 2) { Complex(model.map[$0, $1], 0) }).values
        for value in values {
            #expect(abs(abs(value.imaginary) - Double.sin(omega * step) / step) < 1e-3)
            #expect(abs(value.real) < 2e-3)
        }
        // A scale of the series changes nothing.
        let scaled = try HAVOK(delays: 30, rank: .fixed(2)).fit(
            Matrix(rows: 3000, columns: 1) { row, _ in 100 * sine[row, 0] }, step: step)
        #expect(relativeDistance(scaled.map, model.map) < 1e-9)
    }

    /// Of a sine the map over one step is e^{±iωh}, so that (V₂ - V₁)/h has the eigenvalues (e^{±iωh} - 1)/h; on a finer grid both variants agree.
    @Test func structuredVariantTakesForwardDifferences() throws {
        // Whole periods, so that both decompositions have the same basis.
        let omega = 2 * Double.pi, step = 0.01
        let sine = Matrix<Double>(rows: 3030, columns: 1) { row, _ in Double.sin(omega * Double(row) * step) }
        let model = try HAVOK(delays: 30, rank: .fixed(2), isStructured: true).fit(sine, step: step)
        let values = try GeneralEigen(Matrix(rows: 2, columns: 2) { Complex(model.map[$0, $1], 0) }).values
        let exact = (Complex<Double>.exp(Complex(0, omega * step)) - 1).scaled(by: 1 / step)
        for value in values {
            #expect(abs(abs(value.imaginary) - exact.imaginary) < 1e-6 && abs(value.real - exact.real) < 1e-6)
        }
        let series = try lorenz(step: 0.001, steps: 20_000, substeps: 1)
        let plain = try HAVOK(delays: 100, rank: .fixed(5)).fit(series, step: 0.001)
        let structured = try HAVOK(delays: 100, rank: .fixed(5), isStructured: true).fit(series, step: 0.001)
        for row in 0..<4 {
            #expect(abs(structured.map[row, row + 1] / plain.map[row, row + 1] - 1) < 0.05)
        }
    }

    /// An oscillator with a known force: exact for a force that is linear between samples.
    @Test func simulationIsExactForLinearForces() throws {
        // v₁' = v₂, v₂' = -v₁ + u, u = t: v₁ = t - sin t from rest.
        var stream = RandomStream(key: 3)
        let filler: Matrix<Double> = stream.matrix(40, 1)
        let decomposition = try DelayDecomposition(filler, delays: 3, rank: .fixed(3))
        let model = HAVOKModel(
            decomposition: decomposition, map: Matrix([[0, 1, 0], [-1, 0, 1], [0, 0, 0]]), forcings: 1, step: 0.1)
        let states = try model.simulate(
            forcing: Matrix(rows: 50, columns: 1) { row, _ in 0.1 * Double(row) }, from: [0, 0])
        for sample in 0..<50 {
            let t = 0.1 * Double(sample)
            #expect(abs(states[sample, 0] - (t - Double.sin(t))) < 1e-12)
        }
    }

    @Test func badInputIsRefused() throws {
        let short = Matrix<Double>(repeating: 1, rows: 20, columns: 1)
        #expect(throws: LacunaError.self) { try HAVOK(delays: 30).fit(short, step: 1) }
        #expect(throws: LacunaError.self) { try HAVOK(delays: 3).fit(short, step: 0) }
        #expect(throws: LacunaError.self) { try DelayDecomposition(short, delays: 21) }
        #expect(throws: LacunaError.self) { try DelayDecomposition(short, delays: 0) }
        #expect(throws: LacunaError.self) {
            try DelayDecomposition(Matrix<Double>(repeating: .nan, rows: 9, columns: 1), delays: 2)
        }
        let sine = Matrix<Double>(rows: 100, columns: 1) { row, _ in Double.sin(Double(row)) }
        #expect(throws: LacunaError.self) { try HAVOK(delays: 4, rank: .fixed(2), forcings: 2).fit(sine, step: 1) }
        let model = try HAVOK(delays: 4, rank: .fixed(2)).fit(sine, step: 1)
        #expect(throws: LacunaError.self) { try model.simulate(from: [1, 2]) }
        #expect(throws: LacunaError.self) { try model.decomposition.series(from: short) }
        let path = try Trajectory(variables: ["x"], times: (0..<100).map(Double.init), states: sine)
        #expect(throws: LacunaError.self) { try HAVOK(delays: 4, rank: .fixed(2)).fit(path, variable: "y") }
    }
}
