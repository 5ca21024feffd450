import LacunaExperiment
import LacunaSolvers

/// `kronecker-recovery`: the recovery study of He & Joseph (2024), Fig. 3.
struct KroneckerRecoveryFamily: ProblemFamily {
    let name = "kronecker-recovery"
    let summary = "y = (A_1 ⊗ … ⊗ A_I) x + n with Gaussian factors and a Kronecker-supported x"
    let citation: Citation? = .heJoseph2024
    let parameters = [
        ParameterDeclaration(
            "rows", .integers(1...4096), default: .list([.integer(8), .integer(12), .integer(15)]),
            "M_i: rows per factor"),
        ParameterDeclaration(
            "rows_of_first_factor", .integer(1...4096),
            "M_1 in place of the first of `rows`: the axis of a sweep over measurements"),
        ParameterDeclaration(
            "columns", .integers(1...4096), default: .list([.integer(15), .integer(15), .integer(15)]),
            "N_i: columns per factor"),
        ParameterDeclaration(
            "drawn_rows", .integers(1...4096),
            "rows drawn per factor, of which the first M_i are used and over all of which the signal power is taken; default: `rows`"
        ),
        ParameterDeclaration(
            "sparsity", .integer(1...4096), default: .integer(3), "K: non-zero entries per factor of x"),
        ParameterDeclaration(
            "snr_db", .number(-100...300), default: .number(25), unit: "dB",
            "mean power of the noise-free measurements over the noise variance"),
        ParameterDeclaration(
            "gives_noise", .flag, default: .flag(true), "tell the methods the noise variance"),
    ]
    let metrics = [
        ResultTable.Metric(name: "nmse", longName: "normalised squared error ‖x̂ - x‖² / ‖x‖²", better: .lower),
        ResultTable.Metric(
            name: "support_recovery", longName: "support recovery rate |Ŝ ∩ S| / |Ŝ ∪ S|", better: .higher),
    ]

    func check(_ parameters: ParameterValues) throws {
        let (rows, drawnRows) = try rows(parameters)
        try KroneckerRecoveryProblem.check(
            rows: rows, drawnRows: drawnRows, columns: try parameters.integers("columns"),
            sparsity: try parameters.integer("sparsity"))
    }

    private func rows(_ parameters: ParameterValues) throws -> (used: [Int], drawn: [Int]) {
        var rows = try parameters.integers("rows")
        let drawnRows = try parameters.optionalIntegers("drawn_rows") ?? rows
        if let first = try parameters.optionalInteger("rows_of_first_factor"), !rows.isEmpty { rows[0] = first }
        return (rows, drawnRows)
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let (rows, drawnRows) = try rows(parameters)
        let sizes = [
            (name: "drawn_rows", value: "\(drawnRows)"),
            (name: "columns", value: "\(try parameters.integers("columns"))"),
        ]
        // Nothing depends on the SNR or the sparsity: noise is scaled, supports are nested.
        var dictionary = randomness.stream("dictionary", dependingOn: sizes)
        var coefficients = randomness.stream("coefficients", dependingOn: [sizes[1]])
        var noise = randomness.stream("noise", dependingOn: [(name: "rows", value: "\(rows)")])
        let snr = try parameters.number("snr_db")
        let drawn = try KroneckerRecoveryProblem(
            rows: rows, drawnRows: drawnRows, columns: try parameters.integers("columns"),
            sparsity: try parameters.integer("sparsity"), snrDecibels: snr, dictionary: &dictionary,
            coefficients: &coefficients, noise: &noise)
        let truth = drawn.coefficients
        let support = Support(of: truth)
        let known = try parameters.flag("gives_noise")
        let model =
            known
            ? drawn.model
            : try LinearModel(dictionary: drawn.model.dictionary, measurements: drawn.model.measurements)
        let problem = LinearProblem(.real(model), preset: .recovery, snrDecibels: snr, support: support, unit: 1)
        return DrawnProblem(problem: problem) { estimate in
            guard case .real(let estimate) = estimate as? LinearEstimate else { throw wrongEstimate(name) }
            return [
                "nmse": try normalizedSquareError(estimate.coefficients, against: truth),
                "support_recovery": try Support.recovered(estimate.coefficients).jaccard(support),
            ]
        }
    }
}

/// A method returned what its problem cannot score.
func wrongEstimate(_ family: String) -> LacunaError {
    LacunaError(.value, "problem '\(family)'", "the method returned an estimate of another kind of problem")
}
