import LacunaWireless
import LacunaTestSupport
import Testing

private typealias C = Complex<Double>

private func norm(_ x: [C]) -> Double { x.reduce(0) { $0 + $1.squaredModulus }.squareRoot() }

@Suite struct IRSMIMOTests {
    /// Grids of three sizes, so that no two can be mixed up.
    private var configuration: IRSMIMOConfiguration {
        var configuration = IRSMIMOConfiguration()
        configuration.baseStationAntennas = 5
        configuration.mobileStationAntennas = 3
        configuration.reflectingElements = 16
        configuration.reflectingGrid = 7
        configuration.mobileStationGrid = 6
        configuration.baseStationGrid = 8
        configuration.pilots = 2
        configuration.patterns = 4
        return configuration
    }

    private func draw(
        _ configuration: IRSMIMOConfiguration, key: UInt64 = 1, snr: Double = 20
    ) throws -> (training: IRSMIMOTraining, channel: IRSMIMOChannel, problem: IRSMIMOProblem) {
        var training = RandomStream(key: key), channel = RandomStream(key: key + 1)
        var noise = RandomStream(key: key + 2), redraws = RandomStream(key: key + 3)
        let drawnTraining = try IRSMIMOTraining(configuration, using: &training)
        let drawnChannel = try IRSMIMOChannel(configuration, using: &channel)
        let problem = try IRSMIMOProblem(
            configuration, training: drawnTraining, channel: drawnChannel, snrDecibels: snr, noise: &noise,
            redraws: &redraws)
        return (drawnTraining, drawnChannel, problem)
    }

    @Test(arguments: 1...5)
    func dictionaryTimesTruthIsTheSignal(key: UInt64) throws {
        let (training, channel, problem) = try draw(configuration, key: 10 * key, snr: 300)
        // Y_k = vec((Xᵀ H_1ᵀ) ∗ H_2 θ_k), element by element.
        let received = (0..<4).flatMap { pattern in
            (0..<2).flatMap { pilot in
                (0..<5).map { antenna in
                    var sum = C.zero
                    for element in 0..<16 {
                        for mobile in 0..<3 {
                            let path = channel.toBaseStation[antenna, element] * channel.toSurface[element, mobile]
                            sum += path.scaled(by: training.patterns[element, pattern]) * training.pilots[mobile, pilot]
                        }
                    }
                    return sum
                }
            }
        }
        #expect(relativeDistance(problem.model.measurements, received) < 1e-12)
        #expect(relativeDistance(try problem.model.dictionary.apply(problem.coefficients), received) < 1e-12)
    }

    @Test(arguments: 1...5)
    func channelsOfTheTruthAreTheChannels(key: UInt64) throws {
        let (training, channel, problem) = try draw(configuration, key: 10 * key)
        let rebuilt = try problem.channels(of: problem.coefficients)
        #expect(rebuilt.count == 4)
        for pattern in 0..<4 {
            #expect(relativeDistance(rebuilt[pattern], problem.channels[pattern]) < 1e-12)
            let weighted = Matrix<C>(rows: 16, columns: 3) {
                channel.toSurface[$0, $1].scaled(by: training.patterns[$0, pattern])
            }
            #expect(relativeDistance(problem.channels[pattern], naiveProduct(channel.toBaseStation, weighted)) < 1e-13)
        }
        #expect(try normalizedMeanSquareError(rebuilt, against: problem.channels) < 1e-24)
    }

    @Test func truthIsBlockSparse() throws {
        let coefficients = try draw(configuration).channel.coefficients
        let support = Support(of: coefficients).indices
        #expect(support.count == 9 && coefficients.count == 7 * 6 * 8)
        let surface = Set(support.map { $0 / 48 }), mobile = Set(support.map { $0 / 8 % 6 }),
            base = Set(support.map { $0 % 8 }).sorted()
        #expect(surface.count == 3 && mobile.count == 1 && base == Array(base[0]..<base[0] + 3))
        // Adjacent on the circle of differences.
        #expect(surface.contains { start in (0..<3).allSatisfy { surface.contains((start + $0) % 7) } })
    }

    @Test func energies() throws {
        let (training, _, _) = try draw(configuration)
        #expect(training.pilots.storage.allSatisfy { abs($0.squaredModulus - 1.0 / 3) < 1e-15 })
        #expect(training.pilots.storage.allSatisfy { abs(abs($0.real) - abs($0.imaginary)) < 1e-15 })
        #expect(training.patterns.storage.allSatisfy { abs($0) == 0.25 })
        // E‖H_1‖² = T L and E‖H_2‖² = R L up to the correlation of neighbouring atoms: with one atom exactly.
        var single = IRSMIMOConfiguration()
        single.angularSpread = 1
        var stream = RandomStream(key: 3)
        var first = 0.0, second = 0.0
        let draws = 400
        for _ in 0..<draws {
            let channel = try IRSMIMOChannel(single, using: &stream)
            first += norm(channel.toSurface.storage) * norm(channel.toSurface.storage)
            second += norm(channel.toBaseStation.storage) * norm(channel.toBaseStation.storage)
        }
        // |gain|² is exponential: its mean over 400 draws spreads by 5 %.
        #expect(abs(first / Double(draws) / (6 * 256) - 1) < 0.25)
        #expect(abs(second / Double(draws) / (16 * 256) - 1) < 0.25)
    }

    @Test func noiseVarianceIsSignalPowerOverTheRatio() throws {
        let clean = try draw(configuration, snr: 300).problem.model
        let power = clean.measurements.reduce(0) { $0 + $1.squaredModulus } / Double(clean.measurements.count)
        let noisy = try draw(configuration, snr: 7).problem.model
        #expect(abs((noisy.noiseVariance ?? 0) / (power / Double.pow(10, 0.7)) - 1) < 1e-12)
        // The paper's sizes: 288 samples of noise, whose mean power spreads by 6 %.
        let large = try draw(IRSMIMOConfiguration(), snr: 7).problem.model
        let reference = try draw(IRSMIMOConfiguration(), snr: 300).problem.model
        let noise = zip(large.measurements, reference.measurements).map { $0 - $1 }
        let ratio = norm(noise) * norm(noise) / Double(noise.count) / (large.noiseVariance ?? 0)
        #expect(ratio > 0.7 && ratio < 1.3)
    }

    @Test func sizesOfThePaper() throws {
        let problem = try draw(IRSMIMOConfiguration()).problem
        #expect(problem.model.dictionary.shape == [288, 5832])
        #expect(problem.channels.count == 6 && problem.channels.allSatisfy { $0.shape == [16, 6] })
    }

    @Test func streamsDecideTheDraw() throws {
        let first = try draw(configuration), second = try draw(configuration), other = try draw(configuration, key: 2)
        #expect(first.problem.model.measurements == second.problem.model.measurements)
        #expect(first.channel.coefficients == second.channel.coefficients)
        #expect(first.training.patterns == second.training.patterns && first.training.pilots == second.training.pilots)
        #expect(first.problem.model.measurements != other.problem.model.measurements)
        // Another ratio: the same channel and the same noise, scaled.
        let louder = try draw(configuration, snr: 0)
        #expect(
            louder.channel.coefficients == first.channel.coefficients
                && louder.problem.channels == first.problem.channels)
    }

    @Test func errorsNameTheParameter() throws {
        let changes: [(String, (inout IRSMIMOConfiguration) -> Void)] = [
            ("bs_antennas", { $0.baseStationAntennas = 0 }), ("ms_antennas", { $0.mobileStationAntennas = -1 }),
            ("irs_elements", { $0.reflectingElements = 0 }), ("irs_grid", { $0.reflectingGrid = 0 }),
            ("ms_grid", { $0.mobileStationGrid = 0 }), ("bs_grid", { $0.baseStationGrid = 0 }),
            ("pilots", { $0.pilots = 0 }),
            ("irs_patterns", { $0.patterns = 0 }), ("angular_spread", { $0.angularSpread = 0 }),
            ("angular_spread", { $0.angularSpread = 8 }),
        ]
        for (name, change) in changes {
            var wrong = configuration
            change(&wrong)
            do {
                try wrong.validate()
                Issue.record("no error names \(name)")
            } catch let error as LacunaError {
                #expect(error.place == name && !"\(error)".contains("\n"))
            }
        }
        try configuration.validate()
        // Drawing refuses too.
        var wrong = configuration
        wrong.pilots = -1
        var stream = RandomStream(key: 1)
        #expect(throws: LacunaError.self) { try IRSMIMOTraining(wrong, using: &stream) }
        #expect(throws: LacunaError.self) { try IRSMIMOChannel(wrong, using: &stream) }
    }

    @Test func kroneckerSBLFindsTheChannel() throws {
        // A sanity check of the whole chain at the paper's sizes: far below the power of the channel.
        let problem = try draw(IRSMIMOConfiguration(), key: 5, snr: 25).problem
        var solver = SVDKroSBL<C>(.irs, snrDecibels: 25)
        solver.options.iterationLimit = 60
        let estimate = try solver.solve(problem.model).estimate.coefficients
        #expect(try normalizedMeanSquareError(try problem.channels(of: estimate), against: problem.channels) < 0.3)
    }
}
