import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct ClusteredRecoveryTests {
    private func draw<S: Scalar>(
        _ type: S.Type, rows: Int = 20, columns: Int = 5000, activity: Double = 0.12, burst: Double = 8,
        snr: Double = 10, correlation: Double = 0, key: UInt64 = 1
    ) throws -> ClusteredRecoveryProblem<S> where S.RealPart == Double {
        var dictionary = RandomStream(key: key), coefficients = RandomStream(key: key + 1),
            noise = RandomStream(key: key + 2)
        return try ClusteredRecoveryProblem(
            rows: rows, columns: columns, activity: activity, meanBurst: burst, snrDecibels: snr,
            columnCorrelation: correlation, dictionary: &dictionary, coefficients: &coefficients, noise: &noise)
    }

    private func columns<S: Scalar>(_ problem: ClusteredRecoveryProblem<S>) throws -> any ColumnAccess<S> {
        try #require(problem.model.dictionary as? any ColumnAccess<S>)
    }

    private func check<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let drawn = try draw(S.self)
        #expect(try columns(drawn).squaredColumnNorms().allSatisfy { abs($0 - 1) < 1e-12 })
        let mask = Support(of: drawn.coefficients).mask
        let active = mask.filter { $0 }.count
        let bursts = zip([false] + mask, mask).filter { !$0 && $1 }.count
        #expect(abs(Double(active) / 5000 - 0.12) < 0.03)
        #expect(abs(Double(active) / Double(bursts) - 8) < 2)
        let power = drawn.coefficients.reduce(0) { $0 + $1.squaredModulus } / Double(active)
        #expect(abs(power - 1) < 0.2)
        let clean = try drawn.model.dictionary.apply(drawn.coefficients)
        let variance = try #require(drawn.model.noiseVariance)
        #expect(abs(clean.reduce(0) { $0 + $1.squaredModulus } / 20 / variance - 10) < 1e-9)
        let noise = zip(drawn.model.measurements, clean).reduce(0) { $0 + ($1.0 - $1.1).squaredModulus } / 20
        #expect(noise / variance > 0.3 && noise / variance < 3)
    }

    @Test func isWhatItSays() throws {
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    @Test func neighboursCorrelate() throws {
        for correlation in [0, 0.8] {
            let drawn = try draw(Double.self, rows: 200, columns: 300, correlation: correlation)
            let access = try columns(drawn)
            let products = (0..<299).map { index in
                zip(access.column(index), access.column(index + 1)).reduce(0) { $0 + $1.0 * $1.1 }
            }
            #expect(abs(products.reduce(0, +) / 299 - correlation) < 0.02)
        }
    }

    @Test func supportsAreNeverEmpty() throws {
        for key in 0..<40 as Range<UInt64> {
            let drawn = try draw(Double.self, rows: 2, columns: 5, activity: 0.05, burst: 2, key: key)
            #expect(!Support(of: drawn.coefficients).indices.isEmpty)
        }
    }

    @Test func badInput() {
        func place(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch { return (error as? LacunaError)?.place }
        }
        #expect(place { _ = try draw(Double.self, rows: 0) } == "rows and columns")
        #expect(place { _ = try draw(Double.self, columns: 0) } == "rows and columns")
        for (activity, burst) in [(0, 8), (1, 8), (0.1, 1), (0.9, 2), (.nan, 8)] as [(Double, Double)] {
            #expect(place { _ = try draw(Double.self, activity: activity, burst: burst) } == "activity and mean burst")
        }
        for bad in [-0.1, 1, Double.nan] {
            #expect(place { _ = try draw(Double.self, correlation: bad) } == "column correlation")
        }
        #expect(place { _ = try draw(Double.self, rows: .max, columns: 2) } == "rows and columns")
    }
}
