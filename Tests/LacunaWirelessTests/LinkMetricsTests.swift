import LacunaWireless
import LacunaTestSupport
import Testing

@Suite struct LinkMetricsTests {
    private typealias C = Complex<Double>

    @Test func meanOfRatios() throws {
        let channels = [Matrix<C>([[1, 0]]), Matrix<C>([[0, 10]])]
        let estimates = [Matrix<C>([[1, 1]]), Matrix<C>([[0, 10]])]
        #expect(try normalizedMeanSquareError(estimates, against: channels) == 0.5)
        #expect(try normalizedMeanSquareError(channels, against: channels) == 0)
    }

    @Test func symbolsAndNoiseHaveUnitPower() throws {
        var stream = RandomStream(key: 1)
        let transmission = try QPSKTransmission(count: 20_000, using: &stream)
        #expect(transmission.symbols.allSatisfy { abs($0.squaredModulus - 1) < 1e-14 })
        for (real, imaginary) in [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)] {
            let share = transmission.symbols.count { $0.real * real > 0 && $0.imaginary * imaginary > 0 }
            #expect(abs(share - 5000) < 400)
        }
        let power = transmission.noise.reduce(0) { $0 + $1.squaredModulus } / 20_000
        #expect(abs(power - 1) < 0.05)
    }

    /// Perfect knowledge: 1 - (1 - Q(√SNR))², Q being the normal tail.
    @Test func perfectKnowledgeGivesTheQPSKFormula() throws {
        var stream = RandomStream(key: 2)
        let channels: [Matrix<C>] = (0..<3).map { _ in stream.matrix(4, 3) }
        let transmission = try QPSKTransmission(count: 40_000, using: &stream)
        var previous = 1.0
        for snr in stride(from: 0.0, through: 12, by: 2) {
            let rate = try transmission.symbolErrorRate(channels, channels: channels, snrDecibels: snr)
            let tail = 0.5 * Double.erfc(Double.pow(10, snr / 20) / 2.0.squareRoot())
            let expected = 1 - (1 - tail) * (1 - tail)
            // Five standard deviations of 40000 trials; the channels share symbols and noise.
            #expect(abs(rate - expected) < 5 * (expected * (1 - expected) / 40_000).squareRoot() + 1e-12)
            #expect(rate < previous)
            previous = rate
        }
    }

    @Test func anEstimateInTheWrongDirectionOrPhaseFails() throws {
        var stream = RandomStream(key: 3)
        let channel: Matrix<C> = stream.matrix(4, 3)
        let transmission = try QPSKTransmission(count: 4000, using: &stream)
        let scaled = Matrix(rows: 4, columns: 3) { channel[$0, $1].scaled(by: 7) }
        // A positive factor does not matter; half a turn inverts every symbol.
        #expect(try transmission.symbolErrorRate([scaled], channels: [channel], snrDecibels: 30) == 0)
        let turned = Matrix(rows: 4, columns: 3) { -channel[$0, $1] }
        #expect(try transmission.symbolErrorRate([turned], channels: [channel], snrDecibels: 30) == 1)
        let broken = Matrix<C>(repeating: C(.nan, 0), rows: 4, columns: 3)
        #expect(throws: LacunaError.self) {
            try transmission.symbolErrorRate([broken], channels: [channel], snrDecibels: 30)
        }
    }

    @Test func sizesThatDisagree() throws {
        var stream = RandomStream(key: 5)
        let channels: [Matrix<C>] = (0..<2).map { _ in stream.matrix(4, 3) }
        let transmission = try QPSKTransmission(count: 10, using: &stream)
        let transposed = channels.map(\.transposed)
        for (estimates, truth) in [
            (channels, []), ([], []), ([], channels), ([channels[0]], channels), (transposed, channels),
        ] {
            #expect(throws: LacunaError.self) { try normalizedMeanSquareError(estimates, against: truth) }
            #expect(throws: LacunaError.self) {
                try transmission.symbolErrorRate(estimates, channels: truth, snrDecibels: 10)
            }
        }
        for count in [0, -1] {
            #expect(throws: LacunaError.self) { try QPSKTransmission(count: count, using: &stream) }
        }
    }

    @Test func zeroEstimateIsGuessing() throws {
        var stream = RandomStream(key: 4)
        let channel: Matrix<C> = stream.matrix(4, 3)
        let transmission = try QPSKTransmission(count: 4000, using: &stream)
        let rate = try transmission.symbolErrorRate(
            [Matrix(repeating: 0, rows: 4, columns: 3)], channels: [channel], snrDecibels: 20)
        #expect(rate >= 0.5 && rate <= 1)
    }
}
