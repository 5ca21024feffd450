import Foundation
import LacunaDynamics
import Testing

@Suite struct OptimizedDMDTests {
    private let toys = DynamicModeTests()

    private func times(_ count: Int) -> [Double] { (0..<count).map { 0.05 * Double($0) } }

    @Test(arguments: [("clean", 0.0), ("noise1pct", 0.01), ("noise10pct", 0.1)])
    func travellingWaves(key: String, noise: Double) throws {
        let data = toys.waves(noise: noise), tolerance = noise == 0 ? 1e-6 : 1e-5
        let modes = try OptimizedDMD(rank: .fixed(4)).fit(data, times: times(121))
        let expected = try toys.eigenvalues("two_travelling_waves", "\(key)_optimized_dmd_r4")
        #expect(toys.distance(modes.continuousEigenvalues, expected) < tolerance)
        // Its residual is at most that of exact DMD with the best amplitudes.
        let exact = try DynamicModeDecomposition(rank: .fixed(4), fitsAllSnapshots: true).fit(data, step: 0.05)
        func error(_ states: Matrix<Complex<Double>>) -> Double {
            zip(states.storage, data.storage).reduce(0) { $0 + ($1.0 - Complex($1.1, 0)).lengthSquared }
        }
        let ours = error(try modes.states(at: times(121)))
        #expect(noise == 0 ? ours < 1e-10 : ours < error(try exact.states(count: 121)))
        if noise > 0 {
            let clean = toys.waves(noise: 0)
            let states = try modes.states(at: times(121))
            let off = zip(states.storage, clean.storage).reduce(0) { $0 + ($1.0 - Complex($1.1, 0)).lengthSquared }
            let relative = (off / clean.storage.reduce(0) { $0 + $1 * $1 }).squareRoot()
            let file = try #require(
                try toys.results("two_travelling_waves")["\(key)_optimized_dmd_recon_relerr_vs_clean"] as? Double)
            #expect(abs(relative / file - 1) < 1e-2)
        }
    }

    @Test func sechModes() throws {
        let modes = try OptimizedDMD(rank: .fixed(2)).fit(
            toys.sechData(), times: (0..<129).map { 4 * .pi * Double($0) / 128 })
        #expect(toys.distance(modes.continuousEigenvalues, [Complex(0, 2.3), Complex(0, 2.8)]) < 1e-6)
    }

    /// Snapshots may come in any order and at any times.
    @Test func timesAreFree() throws {
        let uneven = (0..<60).map { 0.1 * Double($0) + 0.04 * Double.sin(Double($0)) }
        func states(_ times: [Double]) -> Matrix<Double> {
            Matrix(rows: 5, columns: times.count) { row, column in
                let t = times[column], phase = Double(row)
                return Double.exp(-0.2 * t) * Double.cos(2 * t + phase) + 0.5 * Double.cos(5 * t - 2 * phase)
            }
        }
        let expected = [Complex(-0.2, 2), Complex(-0.2, -2), Complex(0, 5), Complex(0.0, -5)]
        let method = OptimizedDMD(rank: .fixed(4))
        let first = try method.fit(states(uneven), times: uneven)
        #expect(toys.distance(first.continuousEigenvalues, expected) < 1e-6)
        var stream = RandomStream(key: 1)
        let order = stream.permutation(60)
        let shuffled = try method.fit(
            states(uneven).selectingColumns(order), times: order.map { uneven[$0] })
        #expect(toys.distance(shuffled.continuousEigenvalues, first.continuousEigenvalues) < 1e-6)
        // A forecast past the last snapshot.
        let later = [7.0, 9.5]
        let forecast = try first.states(at: later.map { $0 - uneven[0] })
        let exact = states(later)
        #expect(zip(forecast.storage, exact.storage).allSatisfy { ($0 - Complex($1, 0)).length < 1e-5 })
    }

    @Test func constraintsHold() throws {
        let data = toys.waves(noise: 0.1)
        let plain = try OptimizedDMD(rank: .fixed(4)).fit(data, times: times(121))
        let imaginary = try OptimizedDMD(rank: .fixed(4), constraints: [.imaginary]).fit(data, times: times(121))
        #expect(imaginary.continuousEigenvalues.allSatisfy { $0.real == 0 })
        #expect(plain.continuousEigenvalues.contains { $0.real != 0 })
        let growing = Matrix<Double>(rows: 3, columns: 40) { row, column in
            Double.exp(0.02 * Double(column)) * Double.cos(Double(column) + Double(row))
        }
        let steps = (0..<40).map(Double.init)
        let free = try OptimizedDMD(rank: .fixed(2)).fit(growing, times: steps)
        #expect(free.continuousEigenvalues.allSatisfy { abs($0.real - 0.02) < 1e-6 })
        let stable = try OptimizedDMD(rank: .fixed(2), constraints: [.stable]).fit(growing, times: steps)
        #expect(stable.continuousEigenvalues.allSatisfy { $0.real <= 0 })
        let paired = try OptimizedDMD(rank: .fixed(4), constraints: [.conjugatePairs]).fit(data, times: times(121))
        let conjugates = paired.continuousEigenvalues.map(\.conjugate)
        #expect(toys.distance(paired.continuousEigenvalues, conjugates) == 0)
    }

    @Test func baggingKnowsItsErrors() throws {
        let method = BaggedDMD(optimized: OptimizedDMD(rank: .fixed(4)), trials: 30)
        let bagged = try method.fit(toys.waves(noise: 0.1), times: times(121), random: RandomStream(key: 7))
        #expect(bagged.trials.count == 30)
        let truth = [Complex(-0.1, 3), Complex(-0.1, -3), Complex(0, 7.5), Complex(0, -7.5)]
        let mean = bagged.mean, deviations = bagged.eigenvalueDeviations
        for (value, deviation) in zip(mean.continuousEigenvalues, deviations) {
            let error = truth.map { ($0 - value).length }.min() ?? .infinity
            #expect(deviation.length > 1e-4 && deviation.length < 0.02)
            #expect(error < 4 * deviation.length)
        }
        // Bands of the forecast hold the truth and are narrow.
        let later = [6.5, 7.0], band = try bagged.forecast(at: later)
        for (column, t) in later.enumerated() {
            for row in 0..<64 {
                let xi = 2 * Double.pi * Double(row) / 64
                let exact = Double.cos(2 * xi - 3 * t) * Double.exp(-0.1 * t) + 0.5 * Double.cos(5 * xi - 7.5 * t)
                #expect(abs(band.mean[row, column] - exact) < 0.15)
            }
        }
        #expect(band.deviation.storage.allSatisfy { $0 > 0 && $0 < 0.15 })
        #expect(bagged.modeDeviations.storage.allSatisfy { $0 < 0.1 })
        // The same stream gives the same trials; another one others.
        let again = try method.fit(toys.waves(noise: 0.1), times: times(121), random: RandomStream(key: 7))
        #expect(again == bagged)
        let other = try method.fit(toys.waves(noise: 0.1), times: times(121), random: RandomStream(key: 8))
        #expect(other != bagged)
    }

    /// x_{k+1} = A x_k + B u_k of the reference file, B unknown and known.
    @Test func inputsAreNotDynamics() throws {
        let a = Matrix<Double>([[0.9, 0.2], [-0.1, 0.8]])
        var normals = PortableNormals(seed: 3000)
        let inputs = Matrix(rows: 1, columns: 59) { _, _ in normals.next() }
        var states = Matrix<Double>(repeating: 0, rows: 2, columns: 60)
        states[0, 0] = 1
        states[1, 0] = -1
        for k in 0..<59 {
            states[0, k + 1] = a[0, 0] * states[0, k] + a[0, 1] * states[1, k]
            states[1, k + 1] = a[1, 0] * states[0, k] + a[1, 1] * states[1, k] + inputs[0, k]
        }
        let expected = try toys.eigenvalues("dmd_with_control", "eigs")
        let found = try ControlledDMD().fit(states, inputs: inputs)
        #expect(toys.distance(try found.eigenvalues(), expected) < 1e-9)
        #expect(abs(found.inputMap[0, 0]) < 1e-12 && abs(found.inputMap[1, 0] - 1) < 1e-12)
        let known = try ControlledDMD().fit(states, inputs: inputs, inputMap: Matrix([[0], [1]]))
        #expect(toys.distance(try known.eigenvalues(), expected) < 1e-9)
        let predicted = try found.predict(from: [1, -1], inputs: inputs)
        #expect(zip(predicted.storage, states.storage).allSatisfy { abs($0 - $1) < 1e-10 })
        // Without the inputs the eigenvalues are others.
        let blind = try DynamicModeDecomposition(rank: .all).fit(states)
        #expect(toys.distance(blind.eigenvalues, expected) > 1e-3)
    }

    @Test func badInputIsRefused() {
        let data = toys.waves(noise: 0)
        #expect(throws: LacunaError.self) { try OptimizedDMD(rank: .fixed(4)).fit(data, times: times(120)) }
        #expect(throws: LacunaError.self) {
            try OptimizedDMD(rank: .fixed(4)).fit(data, times: Array(repeating: 1, count: 121))
        }
        let random = RandomStream(key: 1)
        #expect(throws: LacunaError.self) { try BaggedDMD(trials: 0).fit(data, times: times(121), random: random) }
        #expect(throws: LacunaError.self) {
            try BaggedDMD(optimized: OptimizedDMD(rank: .fixed(4)), share: 0.01).fit(
                data, times: times(121), random: random)
        }
        let inputs = Matrix<Double>(repeating: 0, rows: 1, columns: 10)
        #expect(throws: LacunaError.self) { try ControlledDMD().fit(data, inputs: inputs) }
    }
}
