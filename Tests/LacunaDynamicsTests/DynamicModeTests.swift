import Foundation
import LacunaDynamics
import Testing

@Suite struct DynamicModeTests {
    /// Results of one of the toys of the reference file.
    func results(_ toy: String) throws -> [String: Any] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Data/references/dynamics/reference.json")
        let all = try #require(try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
        let toys = try #require(all["dmd"] as? [String: [String: Any]])
        return try #require(toys[toy]?["results"] as? [String: Any])
    }

    func eigenvalues(_ toy: String, _ key: String) throws -> [Complex<Double>] {
        let pairs = try #require(try results(toy)[key] as? [[Double]], "\(key)")
        return pairs.map { Complex($0[0], $0[1]) }
    }

    /// The largest distance of a value to its partner, values matched one by one.
    func distance(_ found: [Complex<Double>], _ expected: [Complex<Double>]) -> Double {
        var left = expected, largest = found.count == expected.count ? 0 : Double.infinity
        for value in found where !left.isEmpty {
            let nearest = left.indices.min { (left[$0] - value).length < (left[$1] - value).length } ?? 0
            largest = max(largest, (left.remove(at: nearest) - value).length)
        }
        return largest
    }

    /// cos(2ξ - 3t) e^(-0.1t) + ½ cos(5ξ - 7.5t) on 64 points and 121 times.
    func waves(noise: Double) -> Matrix<Double> {
        var matrix = Matrix<Double>(rows: 64, columns: 121) { row, column in
            let xi = 2 * Double.pi * Double(row) / 64, t = 0.05 * Double(column)
            let first = Double.cos(2 * xi - 3 * t) * Double.exp(-0.1 * t)
            return first + 0.5 * Double.cos(5 * xi - 7.5 * t)
        }
        guard noise > 0 else { return matrix }
        let values = matrix.storage, mean = values.reduce(0, +) / Double(values.count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        var normals = PortableNormals(seed: 2000)
        for row in 0..<64 {
            for column in 0..<121 { matrix[row, column] += noise * deviation * normals.next() }
        }
        return matrix
    }

    @Test(arguments: [("clean", 0.0), ("noise1pct", 0.01), ("noise10pct", 0.1)])
    func travellingWaves(key: String, noise: Double) throws {
        let data = waves(noise: noise), tolerance = noise == 0 ? 1e-9 : 1e-6
        for (variant, name) in [
            (DynamicModeDecomposition.Variant.exact, "exact_dmd_r4"), (.totalLeastSquares, "tls_dmd_r4"),
            (.forwardBackward, "fb_dmd_r4_common_basis"),
        ] {
            let modes = try DynamicModeDecomposition(rank: .fixed(4), variant: variant).fit(data, step: 0.05)
            let expected = try eigenvalues("two_travelling_waves", "\(key)_\(name)")
            #expect(distance(modes.continuousEigenvalues, expected) < tolerance, "\(name)")
        }
        let delayed = try delayEmbedding(Matrix(rows: 1, columns: 121) { _, column in data[0, column] }, delays: 20)
        let hankel = try DynamicModeDecomposition(rank: .fixed(4)).fit(delayed, step: 0.05)
        let expected = try eigenvalues("two_travelling_waves", "\(key)_hankel_dmd_row0_d20_r4")
        #expect(distance(hankel.continuousEigenvalues, expected) < tolerance)
        if noise > 0 {
            let values = try SingularValueDecomposition(data.selectingColumns(0..<120)).values
            let rank = try #require(
                try results("two_travelling_waves")["\(key)_optimal_hard_threshold_rank"] as? Int)
            #expect(try RankRule.optimalThreshold.rank(of: values, rows: 64, columns: 120) == rank)
        }
    }

    @Test func reconstructionAndForecast() throws {
        let data = waves(noise: 0)
        for fitsAll in [false, true] {
            let modes = try DynamicModeDecomposition(rank: .fixed(4), fitsAllSnapshots: fitsAll).fit(
                data.selectingColumns(0..<60), step: 0.05)
            // The first 60 are given, the others are a forecast.
            let states = try modes.states(count: 121)
            let error = zip(states.storage, data.storage).reduce(0) { max($0, ($1.0 - Complex($1.1, 0)).length) }
            #expect(error < 1e-9)
        }
    }

    /// sech(x + 3) e^(2.3it) + 2 sech x tanh x e^(2.8it).
    func sechData() -> Matrix<Complex<Double>> {
        Matrix(rows: 65, columns: 129) { row, column -> Complex<Double> in
            let x = -5 + 10 * Double(row) / 64, t = 4 * Double.pi * Double(column) / 128
            let first = 1 / Double.cosh(x + 3), second = 2 * Double.tanh(x) / Double.cosh(x)
            return Complex(
                first * Double.cos(2.3 * t) + second * Double.cos(2.8 * t),
                first * Double.sin(2.3 * t) + second * Double.sin(2.8 * t))
        }
    }

    @Test func sechModes() throws {
        let data = sechData()
        let modes = try DynamicModeDecomposition(rank: .fixed(2)).fit(data, step: 4 * Double.pi / 128)
        #expect(
            distance(modes.continuousEigenvalues, try eigenvalues("two_sech_modes", "exact_dmd_r2_continuous")) < 1e-9)
    }

    /// A standing wave has one mode in space and two in time: one delay shows them.
    @Test func standingWaveNeedsADelay() throws {
        let data = Matrix<Double>(rows: 32, columns: 80) { row, column in
            Double.sin(2 * .pi * Double(row) / 32) * Double.cos(0.2 * Double(column))
        }
        let plain = try DynamicModeDecomposition(rank: .fixed(1)).fit(data)
        #expect(distance(plain.eigenvalues, try eigenvalues("standing_wave", "exact_dmd_r1_discrete")) < 1e-9)
        let delayed = try DynamicModeDecomposition(rank: .fixed(2)).fit(delayEmbedding(data, delays: 2), step: 0.1)
        #expect(
            distance(delayed.continuousEigenvalues, try eigenvalues("standing_wave", "hankel_d2_r2_continuous")) < 1e-9)
    }

    /// Of x_{k+1} = A x_k: the eigenvalues of A, whatever the variant, a scale, or a rotation of the states.
    @Test(arguments: DynamicModeDecomposition.Variant.allCases)
    func linearMaps(variant: DynamicModeDecomposition.Variant) throws {
        let a = Matrix<Double>([[0.9, 0.2, 0], [-0.2, 0.9, 0], [0.1, 0, 0.7]])
        var states = Matrix<Double>(repeating: 0, rows: 3, columns: 12)
        states[0, 0] = 1
        states[1, 0] = -2
        states[2, 0] = 0.5
        for column in 1..<12 {
            for row in 0..<3 { states[row, column] = (0..<3).reduce(0) { $0 + a[row, $1] * states[$1, column - 1] } }
        }
        let expected = [Complex(0.9, 0.2), Complex(0.9, -0.2), Complex(0.7, 0)]
        let method = DynamicModeDecomposition(rank: .all, variant: variant)
        #expect(distance(try method.fit(states).eigenvalues, expected) < 1e-10)
        let turned = Matrix<Double>([[0, 3, 0], [0, 0, 3], [3, 0, 0]])
        #expect(distance(try method.fit(turned.multiplied(by: states)).eigenvalues, expected) < 1e-10)
    }

    @Test func ranks() throws {
        let values = [4.0, 2, 1, 0]
        #expect(try RankRule.all.rank(of: values, rows: 9, columns: 4) == 3)
        #expect(try RankRule.energy(0.9).rank(of: values, rows: 9, columns: 4) == 2)
        #expect(try RankRule.energy(1).rank(of: values, rows: 9, columns: 4) == 3)
        for rule in [RankRule.fixed(0), .fixed(5), .energy(0), .energy(1.5)] {
            #expect(throws: LacunaError.self) { try rule.rank(of: values, rows: 9, columns: 4) }
        }
        #expect(throws: LacunaError.self) { try RankRule.all.rank(of: [0, 0], rows: 2, columns: 2) }
        let one = Matrix<Double>(repeating: 1, rows: 3, columns: 1)
        #expect(throws: LacunaError.self) { try DynamicModeDecomposition().fit(one) }
        #expect(throws: LacunaError.self) { try DynamicModeDecomposition().fit(one, step: 0) }
        #expect(throws: LacunaError.self) { try delayEmbedding(one, delays: 2) }
    }
}
