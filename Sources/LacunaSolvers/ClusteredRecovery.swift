/// Recovery of signals whose non-zeros come in bursts: y = A x + n, the support a stationary Markov chain of the given activity
/// and mean burst, active entries N(0, 1) (circular if complex), columns of A Gaussian of unit norm, and the noise variance
/// ‖A x‖² / M over the SNR. The set-up of sparse channels in Turbo-VBI studies (after Liu et al. 2020).
public struct ClusteredRecoveryProblem<Element: Scalar>: Sendable where Element.RealPart == Double {
    /// The problem with its noise variance.
    public let model: LinearModel<Element>
    public let coefficients: [Element]

    /// - Parameters:
    ///   - columnCorrelation: ρ of neighbouring columns before they are normalised, a_{n+1} = ρ a_n + √(1 - ρ²) w.
    ///   - dictionary, coefficients, noise: one stream per draw. A support that comes out empty is drawn again. For one stream of
    ///     coefficients supports of higher activity tend to contain those of lower, values are the same.
    /// - Throws: `LacunaError` for sizes or rates that make no problem.
    public init(
        rows: Int, columns: Int, activity: Double, meanBurst: Double, snrDecibels: Double,
        columnCorrelation: Double = 0,
        dictionary: inout RandomStream, coefficients stream: inout RandomStream, noise: inout RandomStream
    ) throws {
        try Self.check(
            rows: rows, columns: columns, activity: activity, meanBurst: meanBurst, columnCorrelation: columnCorrelation
        )
        let values: [Element] = (0..<columns).map { _ in Self.normal(&stream) }
        var mask: [Bool] = []
        repeat {
            mask = MarkovTransition(activity: activity, meanBurst: meanBurst).draw(columns, using: &stream)
        } while !mask.contains(true)
        let x = zip(values, mask).map { $1 ? $0 : 0 }
        let operation = DenseOperator(Self.matrix(rows, columns, columnCorrelation, &dictionary))
        var y = try operation.apply(x)
        let power = y.reduce(0) { $0 + $1.squaredModulus } / Double(rows)
        let variance = power / Double.pow(10, snrDecibels / 10)
        let deviation = variance.squareRoot()
        for index in y.indices { y[index] += Self.normal(&noise).scaled(by: deviation) }
        model = try LinearModel(dictionary: operation, measurements: y, noiseVariance: variance)
        coefficients = x
    }

    private static func matrix(
        _ rows: Int, _ columns: Int, _ correlation: Double, _ stream: inout RandomStream
    ) -> Matrix<Element> {
        var matrix = Matrix<Element>(repeating: 0, rows: rows, columns: columns)
        let innovation = (1 - correlation * correlation).squareRoot()
        var column: [Element] = (0..<rows).map { _ in normal(&stream) }
        for index in 0..<columns {
            if index > 0 {
                for row in 0..<rows {
                    column[row] = column[row].scaled(by: correlation) + normal(&stream).scaled(by: innovation)
                }
            }
            let norm = column.reduce(0) { $0 + $1.squaredModulus }.squareRoot()
            for row in 0..<rows { matrix[row, index] = column[row].scaled(by: 1 / norm) }
        }
        return matrix
    }

    private static func normal(_ stream: inout RandomStream) -> Element {
        guard Element.isComplex else { return Element(stream.normal()) }
        let z = stream.complexNormal()
        return Element(real: z.real, imaginary: z.imaginary)
    }

    /// - Throws: `LacunaError` for sizes or rates that make no problem.
    public static func check(
        rows: Int, columns: Int, activity: Double, meanBurst: Double, columnCorrelation: Double = 0
    ) throws {
        guard rows >= 1, columns >= 1 else {
            throw LacunaError(.value, "rows and columns", "\(rows) and \(columns); both must be at least 1")
        }
        guard activity > 0, activity < 1, meanBurst > 1, meanBurst.isFinite else {
            throw LacunaError(
                .value, "activity and mean burst",
                "\(activity) and \(meanBurst); the activity must be inside (0, 1), the burst above 1")
        }
        let onset = MarkovTransition(activity: activity, meanBurst: meanBurst).p01
        guard onset < 1 else {
            throw LacunaError(
                .value, "activity and mean burst", "bursts of \(meanBurst) cannot make up \(activity) of a vector",
                remedy: "Bursts of at least activity / (1 - activity) can.")
        }
        guard columnCorrelation >= 0, columnCorrelation < 1 else {
            throw LacunaError(.value, "column correlation", "\(columnCorrelation); it must be in [0, 1)")
        }
        try requireMemory(elements: [rows, columns], bytesEach: MemoryLayout<Element>.stride, "rows and columns")
    }
}

extension MarkovTransition where Real == Double {
    /// A chain of this length from its stationary law: one uniform number per variable.
    public func draw(_ count: Int, using stream: inout RandomStream) -> [Bool] {
        var mask: [Bool] = []
        mask.reserveCapacity(count)
        for _ in 0..<count {
            let probability = mask.last.map { $0 ? 1 - p10 : p01 } ?? activity
            mask.append(stream.uniform() < probability)
        }
        return mask
    }
}
