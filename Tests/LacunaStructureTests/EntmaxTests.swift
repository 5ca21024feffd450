import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct EntmaxTests {
    /// Sorted: the largest K with 1 + K z_(K) > Σ_{j ≤ K} z_(j).
    private func sortedSparsemax(_ z: [Double]) -> [Double] {
        let sorted = z.sorted(by: >)
        var sum = 0.0, threshold = 0.0
        for (index, value) in sorted.enumerated() {
            sum += value
            if 1 + Double(index + 1) * value > sum { threshold = (sum - 1) / Double(index + 1) }
        }
        return z.map { max($0 - threshold, 0) }
    }

    /// Sorted z / 2: mean m and squared deviations S of the top k; τ = m - √((1 - S) / k) for the last k with τ ≤ z_(k).
    private func sortedEntmax15(_ z: [Double]) -> [Double] {
        let half = z.map { $0 / 2 }, sorted = half.sorted(by: >)
        var threshold = 0.0
        for k in 1...sorted.count {
            let top = sorted[..<k], mean = top.reduce(0, +) / Double(k)
            let deviations = top.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let candidate = mean - max((1 - deviations) / Double(k), 0).squareRoot()
            if candidate <= sorted[k - 1] { threshold = candidate }
        }
        return half.map { max($0 - threshold, 0) * max($0 - threshold, 0) }
    }

    @Test func againstTheSortedFormulas() {
        var stream = RandomStream(key: 1)
        for n in [1, 2, 3, 10, 300] {
            for scale in [0.01, 1, 30] {
                let z = (stream.vector(n) as [Double]).map { 5 + scale * $0 }
                #expect(largestDifference(Entmax.sparsemax.apply(z), sortedSparsemax(z)) < 1e-13)
                #expect(largestDifference(Entmax.entmax15.apply(z), sortedEntmax15(z)) < 1e-13)
                let exponentials = z.map { Double.exp($0 - 5) }, sum = exponentials.reduce(0, +)
                #expect(largestDifference(Entmax.softmax.apply(z), exponentials.map { $0 / sum }) < 1e-14)
            }
        }
    }

    /// p_n = softmax_n (1 - (α - 1) (h_n - Σ p h)) + O((α - 1)²), h_n = (z_n - log Σ exp z)² / 2: no digits are lost as α → 1.
    @Test(arguments: [2.3e-16, 1e-13, 1e-10, 1e-7, 1e-5])
    func tendsToSoftmax(excess: Double) throws {
        var stream = RandomStream(key: 8)
        let entmax = try Entmax(alpha: 1 + excess), excess = entmax.alpha - 1
        for n in [1, 5, 200] {
            let z: [Double] = stream.vector(n), p = entmax.apply(z), limit = Entmax.softmax.apply(z)
            let bends = limit.map { Double.log($0) * Double.log($0) / 2 }
            let mean = zip(limit, bends).reduce(0) { $0 + $1.0 * $1.1 }
            for index in z.indices {
                let expected = limit[index] * (1 - excess * (bends[index] - mean))
                #expect(abs(p[index] - expected) <= limit[index] * (1e-13 + 1e4 * excess * excess), "\(n) \(index)")
            }
        }
        let single: [Float] = [0.3, -1, 2]
        let p = try Entmax<Float>(alpha: 1 + 2 * Float.ulpOfOne).apply(single)
        #expect(largestDifference(p, Entmax<Float>.softmax.apply(single)) < 1e-6)
    }

    /// p solves the definition: it is on the simplex, and (α - 1) z - p^{α - 1} is the same number wherever p > 0 and no
    /// larger elsewhere.
    @Test(arguments: [1.001, 1.05, 1.2, 1.5, 1.9, 2, 2.5, 4])
    func satisfiesTheDefinition(alpha: Double) throws {
        var stream = RandomStream(key: 2)
        let entmax = try Entmax(alpha: alpha)
        for n in [1, 4, 50] {
            let z: [Double] = stream.vector(n)
            let p = entmax.apply(z)
            #expect(abs(p.reduce(0, +) - 1) < 1e-13 && p.allSatisfy { $0 >= 0 })
            let kept = p.indices.filter { p[$0] > 1e-6 }
            let thresholds = kept.map { (alpha - 1) * z[$0] - Double.pow(p[$0], alpha - 1) }
            for threshold in thresholds { #expect(abs(threshold - thresholds[0]) < 1e-8) }
            for index in p.indices where p[index] == 0 { #expect((alpha - 1) * z[index] <= thresholds[0] + 1e-12) }
        }
    }

    @Test(arguments: [1, 1.25, 1.5, 2, 3])
    func gradientByDifferences(alpha: Double) throws {
        var stream = RandomStream(key: 3)
        let entmax = try Entmax(alpha: alpha)
        let z: [Double] = stream.vector(6), weights: [Double] = stream.vector(6)
        let gradient = try entmax.pullBack(output: entmax.apply(z), gradient: weights)
        for index in z.indices {
            func loss(_ shift: Double) -> Double {
                var moved = z
                moved[index] += shift
                return zip(entmax.apply(moved), weights).reduce(0) { $0 + $1.0 * $1.1 }
            }
            #expect(abs((loss(1e-6) - loss(-1e-6)) / 2e-6 - gradient[index]) < 1e-7)
        }
    }

    /// A shift of all scores changes nothing, and α grows from dense to one-hot.
    @Test func laws() throws {
        var stream = RandomStream(key: 4)
        let z: [Double] = stream.vector(20), order = stream.permutation(20)
        var supports: [Int] = []
        for alpha in [1, 1.3, 1.6, 2, 3] {
            let entmax = try Entmax(alpha: alpha), p = entmax.apply(z)
            #expect(largestDifference(entmax.apply(z.map { $0 + 100 }), p) < 1e-11)
            #expect(largestDifference(entmax.apply(order.map { z[$0] }), order.map { p[$0] }) < 1e-13)
            supports.append(p.filter { $0 > 0 }.count)
        }
        #expect(supports == supports.sorted(by: >) && supports[0] == 20 && supports[4] < 10)
    }

    @Test func singlePrecision() throws {
        var stream = RandomStream(key: 5)
        let z: [Double] = stream.vector(100)
        for alpha in [1, 1.2, 1.5, 2, 3] {
            let p = try Entmax(alpha: Float(alpha)).apply(z.map { Float($0) }),
                exact = try Entmax(alpha: alpha).apply(z)
            #expect(largestDifference(p, exact.map { Float($0) }) < 1e-5, "alpha \(alpha)")
        }
    }

    @Test(arguments: [1, 1.5, 2, 3])
    func maskedAndBadScores(alpha: Double) throws {
        let entmax = try Entmax(alpha: alpha)
        let p = entmax.apply([0.3, -.infinity, 0.1])
        #expect(p[1] == 0 && abs(p[0] + p[2] - 1) < 1e-14)
        #expect(entmax.apply([-.infinity, -.infinity]) == [0, 0] && entmax.apply([]) == [])
        #expect(entmax.apply([-1e300, 4]) == [0, 1])
        for bad in [Double.nan, .infinity] {
            #expect(entmax.apply([1, bad, -.infinity]).allSatisfy(\.isNaN) && entmax.apply([bad]).allSatisfy(\.isNaN))
        }
        #expect(throws: LacunaError.self) { try entmax.pullBack(output: [1], gradient: [1, 2]) }
        #expect(try entmax.pullBack(output: [0, 0], gradient: [1, 2]) == [0, 0])
        for alpha in [0.9, .nan, .infinity] { #expect(throws: LacunaError.self) { try Entmax(alpha: alpha) } }
    }
}
