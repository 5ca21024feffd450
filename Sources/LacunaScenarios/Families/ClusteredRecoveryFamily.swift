import LacunaExperiment
import LacunaSolvers

/// `clustered-recovery`: non-zeros in bursts, after Liu et al. (2020).
struct ClusteredRecoveryFamily: ProblemFamily {
    let name = "clustered-recovery"
    let summary = "y = A x + n with a Gaussian A and an x whose non-zeros come in bursts"
    let citation: Citation? = .liu2020
    let parameters = [
        ParameterDeclaration("rows", .integer(1...100_000), default: .integer(80), "M: measurements"),
        ParameterDeclaration("columns", .integer(1...100_000), default: .integer(200), "N: unknowns"),
        ParameterDeclaration(
            "activity", .number(1e-6...0.999), default: .number(0.12), "fraction of non-zeros, on average"),
        ParameterDeclaration(
            "mean_burst", .number(1.0001...1e6), default: .number(8), "mean length of a run of non-zeros"),
        ParameterDeclaration(
            "snr_db", .number(-100...300), default: .number(20), unit: "dB",
            "mean power of the noise-free measurements over the noise variance"),
        ParameterDeclaration(
            "column_correlation", .number(0...0.9999), default: .number(0), "correlation of neighbouring columns of A"),
        ParameterDeclaration("complex", .flag, default: .flag(false), "complex A, x and noise (circular)"),
        ParameterDeclaration(
            "gives_noise", .flag, default: .flag(false), "tell the methods the noise variance"),
    ]
    let metrics = [
        ResultTable.Metric(name: "nmse", longName: "normalised squared error ‖x̂ - x‖² / ‖x‖²", better: .lower),
        ResultTable.Metric(
            name: "support_f1",
            longName: "F1 of the support: entries that are rather active than not, or above 1e-3 of the largest",
            better: .higher),
    ]

    func check(_ parameters: ParameterValues) throws {
        try ClusteredRecoveryProblem<Double>.check(
            rows: try parameters.integer("rows"), columns: try parameters.integer("columns"),
            activity: try parameters.number("activity"), meanBurst: try parameters.number("mean_burst"),
            columnCorrelation: try parameters.number("column_correlation"))
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        try parameters.flag("complex")
            ? draw(parameters, randomness: randomness) { .complex($0) }
            : draw(parameters, randomness: randomness) { .real($0) }
    }

    private func draw<S: Scalar>(
        _ parameters: ParameterValues, randomness: Randomness, model erase: (LinearModel<S>) -> LinearProblem.Model
    ) throws -> DrawnProblem where S.RealPart == Double {
        // Nothing depends on the SNR or the activity: noise is scaled, supports are nearly nested.
        var dictionary = randomness.stream(
            "dictionary", dependingOn: try parameters.subset(["rows", "columns", "column_correlation", "complex"]))
        var coefficients = randomness.stream(
            "coefficients", dependingOn: try parameters.subset(["columns", "complex"]))
        var noise = randomness.stream("noise", dependingOn: try parameters.subset(["rows", "complex"]))
        let snr = try parameters.number("snr_db")
        let drawn = try ClusteredRecoveryProblem<S>(
            rows: try parameters.integer("rows"), columns: try parameters.integer("columns"),
            activity: try parameters.number("activity"), meanBurst: try parameters.number("mean_burst"),
            snrDecibels: snr, columnCorrelation: try parameters.number("column_correlation"),
            dictionary: &dictionary, coefficients: &coefficients, noise: &noise)
        let truth = drawn.coefficients
        let support = Support(of: truth)
        let model =
            try parameters.flag("gives_noise")
            ? drawn.model
            : try LinearModel(dictionary: drawn.model.dictionary, measurements: drawn.model.measurements)
        let problem = LinearProblem(erase(model), snrDecibels: snr, support: support)
        return DrawnProblem(problem: problem) { result in
            guard let estimate = (result as? LinearEstimate)?.of(S.self) else { throw wrongEstimate(name) }
            return [
                "nmse": try normalizedSquareError(estimate.coefficients, against: truth),
                "support_f1": try estimate.recoveredSupport.f1(support),
            ]
        }
    }
}

extension Citation {
    static let liu2020 = Citation(
        authors: "A. Liu, G. Liu, L. Lian, V. K. N. Lau, M.-J. Zhao", year: 2020,
        title:
            "Robust Recovery of Structured Sparse Signals With Uncertain Sensing Matrix: A Turbo-VBI Approach",
        source: "IEEE Trans. Wireless Communications 19(5)")
}
