import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct KroneckerRecoveryTests {
    private func problem(
        rows: [Int] = [4, 6], drawnRows: [Int] = [5, 6], columns: [Int] = [7, 8], sparsity: Int = 2, snr: Double = 20
    ) throws -> KroneckerRecoveryProblem {
        var dictionary = RandomStream(key: 1), coefficients = RandomStream(key: 2), noise = RandomStream(key: 3)
        return try KroneckerRecoveryProblem(
            rows: rows, drawnRows: drawnRows, columns: columns, sparsity: sparsity, snrDecibels: snr,
            dictionary: &dictionary, coefficients: &coefficients, noise: &noise)
    }

    @Test func noiseLevelIsThatOfAllRowsDrawn() throws {
        // Noise of the same draws at infinite and finite ratio.
        let clean = try problem(rows: [5, 6], snr: 300)
        let power = clean.model.measurements.reduce(0) { $0 + $1 * $1 } / 30
        let noisy = try problem(snr: 10)
        #expect(abs((noisy.model.noiseVariance ?? 0) - power / 10) < 1e-12 * power)
        #expect(noisy.model.measurements.count == 24)
    }

    @Test func measurementsAreNested() throws {
        let more = try #require(try problem(rows: [5, 6]).model.dictionary as? KroneckerOperator<Double>)
        let fewer = try #require(try problem(rows: [3, 6]).model.dictionary as? KroneckerOperator<Double>)
        for row in 0..<3 { for column in 0..<7 { #expect(fewer.factors[0][row, column] == more.factors[0][row, column]) } }
        #expect(try problem(rows: [3, 6]).coefficients == problem(rows: [5, 6]).coefficients)
    }

    @Test func supportsAreProductsAndNested() throws {
        var previous: Set<Int> = []
        for sparsity in 1...4 {
            let support = Support(of: try problem(sparsity: sparsity).coefficients).indices
            #expect(support.count == sparsity * sparsity)
            #expect(Set(support.map { $0 / 8 }).count == sparsity && Set(support.map { $0 % 8 }).count == sparsity)
            #expect(previous.isSubset(of: support))
            previous = Set(support)
        }
    }

    @Test func contradictorySizesAreErrors() {
        #expect(throws: LacunaError.self) { try problem(rows: [4]) }
        #expect(throws: LacunaError.self) { try problem(rows: [6, 6]) }
        #expect(throws: LacunaError.self) { try problem(rows: [0, 6]) }
        #expect(throws: LacunaError.self) { try problem(sparsity: 8) }
        #expect(throws: LacunaError.self) { try problem(sparsity: 0) }
    }
}
