import LacunaExperiment
import LacunaWireless

/// `irs-mimo`: channel estimation with an intelligent reflecting surface, He & Joseph (2024), Fig. 7.
struct IRSMIMOFamily: ProblemFamily {
    let name = "irs-mimo"
    let summary = "cascaded MS-IRS-BS channel estimation on angular grids, block-sparse"
    let citation: Citation? = .heJoseph2024
    let parameters = [
        ParameterDeclaration(
            "bs_antennas", .integer(1...4096), default: .integer(16), "R: antennas of the base station"),
        ParameterDeclaration(
            "ms_antennas", .integer(1...4096), default: .integer(6), "T: antennas of the mobile station"),
        ParameterDeclaration(
            "irs_elements", .integer(1...1_000_000), default: .integer(256), "L: elements of the surface"),
        ParameterDeclaration(
            "bs_grid", .integer(1...4096), default: .integer(18), "atoms of the base station's dictionary"),
        ParameterDeclaration(
            "ms_grid", .integer(1...4096), default: .integer(18), "atoms of the mobile station's dictionary"),
        ParameterDeclaration(
            "irs_grid", .integer(1...4096), default: .integer(18), "atoms of the surface's dictionary"),
        ParameterDeclaration("pilots", .integer(1...4096), default: .integer(3), "K1: pilot slots"),
        ParameterDeclaration("irs_patterns", .integer(1...4096), default: .integer(6), "K2: patterns of the surface"),
        ParameterDeclaration(
            "angular_spread", .integer(1...4096), default: .integer(3), "adjacent atoms of an arrival"),
        ParameterDeclaration(
            "snr_db", .number(-100...300), default: .number(20), unit: "dB",
            "mean power of the noise-free pilots received over the noise variance; of the symbols after combining"),
        ParameterDeclaration(
            "symbols", .integer(1...100_000_000), default: .integer(100_000), "QPSK symbols per pattern for the SER"),
        ParameterDeclaration(
            "pilot_draw", .integer(1...1_000_000), default: .integer(1),
            "which draw of pilots and patterns, kept over all realisations of a study"),
    ]
    let metrics = [
        ResultTable.Metric(
            name: "nmse", longName: "channel NMSE, mean over IRS patterns of ‖Ĥ - H‖² / ‖H‖²", better: .lower),
        ResultTable.Metric(
            name: "ser", longName: "symbol error rate, QPSK, beamformed on the estimate", better: .lower),
        ResultTable.Metric(
            name: "support_recovery", longName: "support recovery rate |Ŝ ∩ S| / |Ŝ ∪ S|", better: .higher),
    ]

    /// Every parameter that shapes the channel.
    private static let channelParameters = [
        "bs_antennas", "ms_antennas", "irs_elements", "bs_grid", "ms_grid", "irs_grid", "angular_spread",
    ]

    func check(_ parameters: ParameterValues) throws { try configuration(parameters).validate() }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        try check(parameters)
        let configuration = try configuration(parameters)
        let snr = try parameters.number("snr_db")
        // The SNR scales the noise; channels, pilots, unit noise and symbols are the same at every SNR.
        let trainingKey = try parameters.subset(["ms_antennas", "irs_elements", "pilots", "irs_patterns", "pilot_draw"])
        // Each draw of pilots comes with channels of its own: it repeats the study.
        let channelKey = try parameters.subset(Self.channelParameters + ["pilot_draw"])
        var trainingStream = randomness.stream("training", dependingOn: trainingKey, perTrial: false)
        var channelStream = randomness.stream("channel", dependingOn: channelKey)
        var redraws = randomness.stream("redrawn patterns", dependingOn: trainingKey)
        var noise = randomness.stream("noise", dependingOn: trainingKey)
        var symbols = randomness.stream("symbols", dependingOn: try parameters.subset(["symbols", "pilot_draw"]))
        let drawn = try IRSMIMOProblem(
            configuration, training: IRSMIMOTraining(configuration, using: &trainingStream),
            channel: IRSMIMOChannel(configuration, using: &channelStream), snrDecibels: snr, noise: &noise,
            redraws: &redraws)
        let transmission = try QPSKTransmission(count: try parameters.integer("symbols"), using: &symbols)
        let support = Support(of: drawn.coefficients)
        let problem = LinearProblem(.complex(drawn.model), preset: .irs, snrDecibels: snr, support: support, unit: 1)
        return DrawnProblem(problem: problem) { estimate in
            guard case .complex(let estimate) = estimate as? LinearEstimate else { throw wrongEstimate(name) }
            let channels = try drawn.channels(of: estimate.coefficients)
            return [
                "nmse": try normalizedMeanSquareError(channels, against: drawn.channels),
                "ser": try transmission.symbolErrorRate(channels, channels: drawn.channels, snrDecibels: snr),
                "support_recovery": try Support.recovered(estimate.coefficients).jaccard(support),
            ]
        }
    }

    private func configuration(_ parameters: ParameterValues) throws -> IRSMIMOConfiguration {
        var configuration = IRSMIMOConfiguration()
        configuration.baseStationAntennas = try parameters.integer("bs_antennas")
        configuration.mobileStationAntennas = try parameters.integer("ms_antennas")
        configuration.reflectingElements = try parameters.integer("irs_elements")
        configuration.reflectingGrid = try parameters.integer("irs_grid")
        configuration.mobileStationGrid = try parameters.integer("ms_grid")
        configuration.baseStationGrid = try parameters.integer("bs_grid")
        configuration.pilots = try parameters.integer("pilots")
        configuration.patterns = try parameters.integer("irs_patterns")
        configuration.angularSpread = try parameters.integer("angular_spread")
        return configuration
    }
}
