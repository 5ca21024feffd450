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
}
