import LacunaExperiment

/// What became of one expectation, for `run`, `collect` and `compare`.
struct ExpectationReport: Encodable {
    struct Number: Encodable {
        let algorithm: String
        /// nil: no trial has a number.
        let value: Double?
    }

    let expectation: String
    /// "holds", "violated" or "not judged".
    let verdict: String
    let found: [Number]

    init(_ check: ExpectationCheck) {
        expectation = check.expectation.description
        verdict = check.verdict.rawValue
        found = check.found.map { Number(algorithm: $0.algorithm, value: $0.value.isFinite ? $0.value : nil) }
    }

    /// "holds: mean nmse at snr_db=20: omp at most 0.01 (omp 0.0042)".
    var text: String {
        let numbers = found.map { "\($0.algorithm) \(readable($0.value ?? .nan))" }
        let reason = verdict == ExpectationCheck.Verdict.notJudged.rawValue ? "; cells are missing" : ""
        return "\(verdict): \(expectation) (\(numbers.joined(separator: ", "))\(reason))"
    }

    var isViolated: Bool { verdict == ExpectationCheck.Verdict.violated.rawValue }
}

extension [ExpectationReport] {
    var text: String { (["expectations of the scenario"] + map(\.text)).joined(separator: "\n") }

    /// One line for each that is violated.
    var violations: [String] { filter(\.isViolated).map { "expectation \($0.text)" } }
}
