/// The recovery study of He & Joseph 2024 (section VI-A): y = (A_1 ⊗ … ⊗ A_I) x + n with i.i.d. N(0, 1) factors and
/// x = x_1 ⊗ … ⊗ x_I, each x_i with K non-zero N(0, 1) entries at random positions.
public struct KroneckerRecoveryProblem: Sendable {
    public let model: LinearModel<Double>
    public let coefficients: [Double]

    /// - Parameters:
    ///   - rows: M_i; the factors are the leading rows of drawn matrices of `drawnRows` rows.
    ///   - drawnRows: rows drawn per factor, and rows over which the signal power is taken: so that a sweep over M_1 has
    ///     nested measurements and one noise level.
    ///   - sparsity: K; the supports are the leading K of a random order, so that a sweep over K has nested supports.
    ///   - dictionary, coefficients, noise: one stream per draw.
    /// - Throws: `LacunaError` for sizes that contradict each other.
    public init(
        rows: [Int], drawnRows: [Int], columns: [Int], sparsity: Int, snrDecibels: Double,
        dictionary: inout RandomStream, coefficients stream: inout RandomStream, noise: inout RandomStream
    ) throws {
        try Self.check(rows: rows, drawnRows: drawnRows, columns: columns, sparsity: sparsity)
        let drawn = zip(drawnRows, columns).map { rows, columns in
            Matrix(rows: rows, columns: columns) { _, _ in dictionary.normal() }
        }
        var x = [1.0]
        for size in columns {
            let order = stream.permutation(size)
            let values = stream.normals(count: size)
            var mode = Array(repeating: 0.0, count: size)
            for position in 0..<sparsity { mode[order[position]] = values[position] }
            x = x.flatMap { outer in mode.map { outer * $0 } }
        }
        let reference = try KroneckerOperator(drawn).apply(x)
        let power = reference.reduce(0) { $0 + $1 * $1 } / Double(reference.count)
        let variance = power / Double.pow(10, snrDecibels / 10)
        let factors = zip(drawn, rows).map { matrix, rows in
            Matrix(rows: rows, columns: matrix.columns) { matrix[$0, $1] }
        }
        let operation = try KroneckerOperator(factors)
        var y = try operation.apply(x)
        let deviation = variance.squareRoot()
        for index in y.indices { y[index] += deviation * noise.normal() }
        model = try LinearModel(dictionary: operation, measurements: y, noiseVariance: variance)
        coefficients = x
    }

    /// - Throws: `LacunaError` for sizes that contradict each other.
    public static func check(rows: [Int], drawnRows: [Int], columns: [Int], sparsity: Int) throws {
        guard rows.count == columns.count, rows.count == drawnRows.count, !rows.isEmpty else {
            throw LacunaError(
                .shape, "rows and columns",
                "\(rows.count) row counts for \(columns.count) column counts; one per factor")
        }
        for (mode, size) in rows.enumerated() {
            guard size >= 1, size <= drawnRows[mode] else {
                throw LacunaError(.value, "rows of factor \(mode + 1)", "\(size); expected 1 to \(drawnRows[mode])")
            }
            guard sparsity >= 1, sparsity <= columns[mode] else {
                throw LacunaError(
                    .value, "sparsity", "\(sparsity) non-zero entries among \(columns[mode]) of factor \(mode + 1)")
            }
        }
        try requireMemory(
            elements: [3] + zip(drawnRows, columns).map { max($0, $1) }, bytesEach: 8, "rows and columns")
    }
}
