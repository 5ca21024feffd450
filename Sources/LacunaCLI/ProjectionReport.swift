import LacunaExperiment
import LacunaScenarios
import LacunaSolvers

/// What `lacuna project` prints.
struct ProjectionReport: Encodable {
    /// What another structure makes of as many numbers.
    struct Other: Encodable {
        let structure: String
        let parameterCount: Int?
        let relativeError: Double?
        /// Why it does not apply.
        let reason: String?

        init(_ method: any Method, on problem: MatrixApproximationProblem) throws {
            structure = method.name
            let options = try ParameterValues(declarations: method.options, owner: "method '\(method.name)'")
            reason = method.reasonToSkip(problem, options: options)
            let found =
                reason == nil
                ? try method.run(problem, options: options, limits: SolveLimits()).estimate as? MatrixApproximation
                : nil
            parameterCount = found?.parameterCount
            relativeError = found.flatMap { problem.target.relativeError(of: $0.target) }
        }
    }

    let input: String
    let dataset: String
    let output: String
    let rows: Int
    let columns: Int
    let structure: String
    let blockSize: Int?
    let rank: Int?
    let parameterCount: Int
    let relativeError: Double
    var notes: [String] = []
    var others: [Other] = []

    /// The structure asked for first, then the others.
    var text: String {
        var table = TextTable(["structure", "numbers", "density", "relative error"], leftColumns: [0])
        let settings = [blockSize.map { "blocks of \($0)" }, rank.map { "rank \($0)" }].compactMap { $0 }
        let name = structure + (settings.isEmpty ? "" : " (\(settings.joined(separator: ", ")))")
        table.append(row(name, parameterCount, relativeError))
        for other in others { table.append(row(other.structure, other.parameterCount, other.relativeError)) }
        let reasons = others.compactMap { other in other.reason.map { "\n\(other.structure): \($0)" } }
        return "\(dataset), \(rows)×\(columns)\n\(table.text)\(reasons.joined())"
    }

    private func row(_ name: String, _ count: Int?, _ error: Double?) -> [String] {
        let density = count.map { Double($0) / Double(rows * columns) }
        return [
            name, count.map { "\($0)" } ?? "-", density.map { readable($0) } ?? "-", error.map { readable($0) } ?? "-",
        ]
    }
}
