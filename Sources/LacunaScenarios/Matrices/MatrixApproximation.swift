import LacunaExperiment
import LacunaSolvers

/// A matrix to be approximated, as scenarios pass it to methods: real or complex, with the numbers that each may use.
public struct MatrixApproximationProblem: Sendable {
    public enum Target: Sendable {
        case real(Matrix<Double>)
        case complex(Matrix<Complex<Double>>)
    }

    public let target: Target
    /// Stored numbers that an approximation may have, a complex one counting once; indices are not counted.
    public let parameterCount: Int

    public init(_ target: Target, parameterCount: Int) {
        self.target = target
        self.parameterCount = parameterCount
    }
}

/// What a method on matrices returns.
public struct MatrixApproximation: Sendable {
    /// Written out.
    public let target: MatrixApproximationProblem.Target
    /// Numbers that it is stored in.
    public let parameterCount: Int
}

/// A structured approximation written out, and the numbers that it is stored in.
struct ApproximatedMatrix<Element: Scalar> {
    let dense: Matrix<Element>
    let parameterCount: Int

    init(dense: Matrix<Element>, parameterCount: Int) {
        self.dense = dense
        self.parameterCount = parameterCount
    }

    init(_ matrix: some StructuredMatrix<Element>) {
        self.init(dense: matrix.dense(), parameterCount: matrix.parameterCount)
    }
}

/// A method that approximates a matrix by a structured one. A conformer names itself and handles one matrix; real and
/// complex problems, the clock and the rest come with the protocol.
protocol MatrixApproximationMethod: Method {
    /// - Parameter count: the numbers that the approximation may be stored in.
    /// - Throws: `LacunaError` for a matrix or options that it cannot take.
    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double

    /// Why the method does not apply to such a matrix; nil: it does.
    func reasonToSkip(rows: Int, columns: Int, parameterCount count: Int) -> String?
}

extension MatrixApproximationMethod {
    var options: [ParameterDeclaration] { [] }

    func reasonToSkip(rows: Int, columns: Int, parameterCount count: Int) -> String? { nil }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? MatrixApproximationProblem else {
            return "'\(name)' approximates matrices only"
        }
        let shape = problem.target.shape
        return reasonToSkip(rows: shape[0], columns: shape[1], parameterCount: problem.parameterCount)
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? MatrixApproximationProblem else {
            throw LacunaError(.value, name, "approximates matrices only")
        }
        let began = ContinuousClock.now
        let found: MatrixApproximation
        switch problem.target {
        case .real(let matrix):
            let result = try approximate(matrix, parameterCount: problem.parameterCount, options: options)
            found = MatrixApproximation(target: .real(result.dense), parameterCount: result.parameterCount)
        case .complex(let matrix):
            let result = try approximate(matrix, parameterCount: problem.parameterCount, options: options)
            found = MatrixApproximation(target: .complex(result.dense), parameterCount: result.parameterCount)
        }
        let seconds = (ContinuousClock.now - began).seconds
        return Outcome(
            estimate: found, report: SolverReport(iterations: 1, reason: .closedForm, seconds: seconds))
    }
}

extension MatrixApproximationProblem.Target {
    var shape: [Int] {
        switch self {
        case .real(let matrix): matrix.shape
        case .complex(let matrix): matrix.shape
        }
    }

    /// ‖A - B‖ / ‖A‖ in the Frobenius norm; nil where one is real and the other complex.
    public func relativeError(of approximation: Self) -> Double? {
        switch (self, approximation) {
        case (.real(let a), .real(let b)): relativeFrobeniusError(of: b, against: a)
        case (.complex(let a), .complex(let b)): relativeFrobeniusError(of: b, against: a)
        default: nil
        }
    }
}

/// ‖A - B‖ / ‖A‖; 0 where both are zero. The matrices have one shape.
public func relativeFrobeniusError<S: Scalar>(of b: Matrix<S>, against a: Matrix<S>) -> Double
where S.RealPart == Double {
    let largest = a.storage.reduce(0) { max($0, $1.modulus) }
    guard largest > 0, largest.isFinite else { return a.storage == b.storage ? 0 : largest > 0 ? .nan : .infinity }
    // In units of the largest entry, to a power of two, which rounds nothing: squares of very small or large entries would leave the
    // range of numbers.
    let unit = Double(sign: .plus, exponent: min(-Int(largest.exponent), 1000), significand: 1)
    var distance = 0.0, size = 0.0
    for index in a.storage.indices {
        distance += (a.storage[index].scaled(by: unit) - b.storage[index].scaled(by: unit)).squaredModulus
        size += a.storage[index].scaled(by: unit).squaredModulus
    }
    return distance == 0 ? 0 : (distance / size).squareRoot()
}
