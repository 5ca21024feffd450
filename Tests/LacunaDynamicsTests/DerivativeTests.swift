import LacunaDynamics
import Testing

@Suite struct DerivativeTests {
    private func samples(_ times: [Double], _ value: (Double) -> Double) throws -> Trajectory {
        try Trajectory(
            variables: ["x"], times: times,
            states: Matrix(rows: times.count, columns: 1) { row, _ in value(times[row]) })
    }

    private func largestError(_ found: Matrix<Double>, _ times: [Double], _ value: (Double) -> Double) -> Double {
        times.indices.map { abs(found[$0, 0] - value(times[$0])) }.max() ?? .infinity
    }

    /// A polynomial of the order's degree is differentiated exactly, at the ends and with unequal steps too.
    @Test(arguments: 1...6, [false, true])
    func finiteDifferencesAreExactForPolynomials(order: Int, isUneven: Bool) throws {
        let times = (0..<12).map { (index: Int) -> Double in
            let shift = isUneven ? 0.02 * Double(index * 7 % 5) : 0
            return 0.3 * Double(index) + shift
        }
        let trajectory = try samples(times) { Double.pow($0 - 1, order) }
        let found = try FiniteDifferences(order: order).differentiate(trajectory).derivatives
        #expect(largestError(found, times) { Double(order) * Double.pow($0 - 1, order - 1) } < 1e-9)
    }

    @Test(arguments: [(1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0)])
    func finiteDifferencesConvergeWithTheirOrder(order: Int, ratio: Double) throws {
        let errors = try [40, 80].map { count in
            let times = (0...count).map { 4 * Double($0) / Double(count) }
            let found = try FiniteDifferences(order: order).differentiate(samples(times) { Double.sin($0) }).derivatives
            return largestError(found, times) { Double.cos($0) }
        }
        #expect(abs(errors[0] / errors[1] / ratio - 1) < 0.25, "\(errors)")
    }

    @Test func spectralDerivativeOfWavesIsExact() throws {
        for count in [31, 32] {
            let times = (0..<count).map { 2 * Double.pi * Double($0) / Double(count) }
            let trajectory = try samples(times) { Double.sin(3 * $0) + 0.5 * Double.cos(5 * $0) }
            let found = try SpectralDerivative().differentiate(trajectory).derivatives
            #expect(largestError(found, times) { 3 * Double.cos(3 * $0) - 2.5 * Double.sin(5 * $0) } < 1e-12)
        }
    }

    /// Smoothing keeps polynomials of its degree, ends included, and takes noise away.
    @Test func savitzkyGolay() throws {
        let times = (0..<40).map { 0.1 * Double($0) }
        let cubic = try samples(times) { $0 * $0 * $0 - 2 * $0 }
        #expect(largestError(try SavitzkyGolay(window: 9).smooth(cubic), times) { $0 * $0 * $0 - 2 * $0 } < 1e-12)
        var random = RandomStream(key: 5)
        let noise = times.map { _ in random.normal() }
        let noisy = try Trajectory(variables: ["x"], times: times, states: Matrix(rows: 40, columns: 1, storage: noise))
        let smooth = try SavitzkyGolay(window: 15, degree: 2).smooth(noisy)
        func size(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 } }
        #expect(size(smooth.storage) < 0.4 * size(noise))
        // The middle of a window of five for degree 2: (-3, 12, 17, 12, -3) / 35.
        let impulse = try samples(times) { abs($0 - 2) < 0.01 ? 1 : 0 }
        let response = try SavitzkyGolay(window: 5, degree: 2).smooth(impulse)
        for (offset, weight) in [(-2, -3.0), (-1, 12), (0, 17), (1, 12), (2, -3)] {
            #expect(abs(response[20 + offset, 0] - weight / 35) < 1e-14)
        }
    }

    @Test func badInputIsRefused() throws {
        let few = try samples([0, 1, 2]) { $0 }, uneven = try samples((0..<20).map { Double($0 * $0) }) { $0 }
        #expect(throws: LacunaError.self) { try FiniteDifferences(order: 4).differentiate(few) }
        #expect(throws: LacunaError.self) { try FiniteDifferences(order: 0).differentiate(few) }
        #expect(throws: LacunaError.self) { try SavitzkyGolay().differentiate(few) }
        #expect(throws: LacunaError.self) { try SavitzkyGolay().differentiate(uneven) }
        #expect(throws: LacunaError.self) { try SavitzkyGolay(window: 4, degree: 1).differentiate(few) }
        #expect(throws: LacunaError.self) { try SpectralDerivative().differentiate(uneven) }
        #expect(throws: LacunaError.self) { try samples([0, 1, 1]) { $0 } }
        #expect(throws: LacunaError.self) { try samples([0, .nan, 1]) { $0 } }
        #expect(throws: LacunaError.self) { try samples([0, 1]) { $0 / 0 } }
    }

    /// Interpolating splines err as h⁴ in values and h³ in slopes away from the ends, as h² and h at the ends, where f'' is not 0.
    @Test func splineConverges() throws {
        let errors = try [40, 80].map { count in
            let times = (0...count).map { (index: Int) -> Double in
                let place = 4 * Double(index) / Double(count)
                return place + 0.05 * Double.sin(place)
            }
            let found = try SmoothingSpline(smoothing: 0).differentiate(samples(times) { Double.cos($0) }).derivatives
            let inner = times.indices.filter { times[$0] > 1 && times[$0] < 3 }
            return inner.map { abs(found[$0, 0] + Double.sin(times[$0])) }.max() ?? .infinity
        }
        #expect(errors[0] / errors[1] > 7, "\(errors)")
    }

    /// Its defining minimum: no small change of the fit lowers Σ (x - f)² + λ ∫ f''², written for the interpolating spline of f.
    @Test func splineIsTheMinimiser() throws {
        var stream = RandomStream(key: 12)
        let times = [0, 0.3, 0.5, 1.1, 1.4, 2.0, 2.2], lambda = 0.05
        let x = try samples(times) { Double.sin(2 * $0) + 0.2 * stream.normal() }
        let fit = try SmoothingSpline(smoothing: lambda).differentiate(x).states
        // ∫ f''² of the natural spline through f by its slopes: cubic pieces, f'' linear between their end values.
        func cost(_ f: Matrix<Double>) throws -> Double {
            let slopes = try SmoothingSpline(smoothing: 0).differentiate(x.replacingStates(f)).derivatives
            var sum = 0.0
            for row in times.indices { sum += (x.states[row, 0] - f[row, 0]) * (x.states[row, 0] - f[row, 0]) }
            for row in 0..<times.count - 1 {
                let h = times[row + 1] - times[row], secant = (f[row + 1, 0] - f[row, 0]) / h
                let left = (6 * secant - 4 * slopes[row, 0] - 2 * slopes[row + 1, 0]) / h
                let right = (2 * slopes[row, 0] + 4 * slopes[row + 1, 0] - 6 * secant) / h
                sum += lambda * h * (left * left + left * right + right * right) / 3
            }
            return sum
        }
        let least = try cost(fit)
        for row in times.indices {
            for change in [-1e-3, 1e-3] {
                var other = fit
                other[row, 0] += change
                #expect(try cost(other) > least)
            }
        }
        // Stiff: the straight line of least squares.
        let line = try SmoothingSpline(smoothing: 1e9).differentiate(x).derivatives
        for row in times.indices { #expect(abs(line[row, 0] - line[0, 0]) < 1e-6) }
    }

    /// Cross-validation finds a smoothing with which noise hardly shows.
    @Test func splineChoosesItsSmoothing() throws {
        var stream = RandomStream(key: 13)
        let times = (0...400).map { 0.02 * Double($0) }
        let noisy = try samples(times) { Double.sin($0) + 0.05 * stream.normal() }
        let found = try SmoothingSpline().differentiate(noisy)
        let inner = times.indices.filter { $0 >= 20 && $0 <= 380 }
        func deviation(_ derivatives: Matrix<Double>) -> Double {
            let squares = inner.map {
                (derivatives[$0, 0] - Double.cos(times[$0])) * (derivatives[$0, 0] - Double.cos(times[$0]))
            }
            return (squares.reduce(0, +) / Double(inner.count)).squareRoot()
        }
        #expect(deviation(found.derivatives) < 0.06)
        #expect(deviation(try FiniteDifferences().differentiate(noisy).derivatives) > 1)
        // Near the best that a smoothing can do.
        let chosen = try SmoothingSpline().chosenSmoothing(noisy)[0]
        for factor in [0.01, 100] {
            let other = try SmoothingSpline(smoothing: factor * chosen).differentiate(noisy).derivatives
            #expect(deviation(found.derivatives) < deviation(other))
        }
        #expect(throws: LacunaError.self) { try SmoothingSpline(smoothing: -1).differentiate(noisy) }
        #expect(throws: LacunaError.self) { try SmoothingSpline().differentiate(try samples([0, 1, 2]) { $0 }) }
    }

    @Test func totalVariationKeepsKinks() throws {
        var stream = RandomStream(key: 14)
        let times = (0...200).map { 0.01 * Double($0) }
        let noisy = try samples(times) { abs($0 - 1) + 0.002 * stream.normal() }
        let found = try TotalVariationDerivative(weight: 2).differentiate(noisy)
        for row in times.indices where abs(row - 100) > 12 {
            #expect(abs(found.derivatives[row, 0] - (row > 100 ? 1 : -1)) < 0.1, "\(row): \(found.derivatives[row, 0])")
            #expect(abs(found.states[row, 0] - abs(times[row] - 1)) < 0.02)
        }
        // Without weight it is the central difference, of second order.
        let plain = try TotalVariationDerivative(weight: 0).differentiate(noisy).derivatives
        let central = try FiniteDifferences().differentiate(noisy).derivatives
        for row in 1..<200 { #expect(abs(plain[row, 0] - central[row, 0]) < 1e-10) }
        #expect(throws: LacunaError.self) { try TotalVariationDerivative(weight: -1).differentiate(noisy) }
        #expect(throws: LacunaError.self) {
            try TotalVariationDerivative(weight: 1).differentiate(try samples([0, 1, 3]) { $0 })
        }
        #expect(throws: LacunaError.self) {
            try TotalVariationDerivative(weight: 1).differentiate(try samples([0, 1]) { $0 })
        }
    }

    /// Noise ten times that of the test above, of which central differences have a deviation of 1.4.
    @Test func integralOfTotalVariationKeepsKinks() throws {
        var stream = RandomStream(key: 15)
        let times = (0...200).map { 0.01 * Double($0) }, sigma = 0.02
        let noisy = try samples(times) { abs($0 - 1) + sigma * stream.normal() }
        let weight = 0.1 * sigma * 0.01 * Double.pow(100, 1.5)
        let found = try TotalVariationDerivative(weight: weight, fit: .integral).differentiate(noisy)
        for row in times.indices where abs(row - 100) > 12 {
            #expect(
                abs(found.derivatives[row, 0] - (row > 100 ? 1 : -1)) < 0.15, "\(row): \(found.derivatives[row, 0])")
            #expect(abs(found.states[row, 0] - abs(times[row] - 1)) < 0.02)
        }
        let central = try FiniteDifferences().differentiate(noisy).derivatives
        #expect(times.indices.contains { abs(central[$0, 0] - (times[$0] > 1 ? 1 : -1)) > 2 })

        // Conditions of the minimum, as far as the iterations come: z with Dᵀ z = x - v is within the weight, and is it where g = D v is not 0.
        let v = found.states.storage, x = noisy.states.storage
        var z: [Double] = [], sum = 0.0
        for (index, value) in v.indices.dropLast(2).map({ x[$0] - v[$0] }).enumerated() {
            // (Dᵀ z)_i = z_i - 2 z_{i-1} + z_{i-2}: two running sums.
            sum += value
            z.append((index > 0 ? z[index - 1] : 0) + sum)
        }
        let limit = weight / 0.01
        #expect(z.allSatisfy { abs($0) <= limit * 1.01 })
        let g = (1..<200).map { (i: Int) -> Double in v[i + 1] - 2 * v[i] + v[i - 1] }
        let gap = zip(g, z).reduce(0) { $0 + limit * abs($1.0) - $1.0 * $1.1 }
        #expect(gap < 0.005 * limit * g.reduce(0) { $0 + abs($1) })
        // A line is left alone; without weight it is the central difference.
        let line = try samples(times) { 3 * $0 - 1 }
        let same = try TotalVariationDerivative(weight: 1, fit: .integral).differentiate(line)
        #expect(same.derivatives.storage.allSatisfy { abs($0 - 3) < 1e-9 })
        let plain = try TotalVariationDerivative(weight: 0, fit: .integral).differentiate(noisy).derivatives
        for row in 1..<200 { #expect(abs(plain[row, 0] - central[row, 0]) < 1e-10) }
        #expect(throws: LacunaError.self) {
            try TotalVariationDerivative(weight: 1, fit: .integral, iterations: 0).differentiate(noisy)
        }
    }
}
