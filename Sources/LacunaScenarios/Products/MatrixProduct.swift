import LacunaExperiment
import LacunaSolvers

/// W X in single precision, as scenarios pass it to methods: W of rows × columns with zeros or a structure.
public struct MatrixProductProblem: Sendable {
    public let weights: Matrix<Float>
    /// W by its factors, where it is a Monarch matrix.
    public let factors: MonarchFactors<Float>?
    /// X, row-major.
    public let activations: [Float]
    /// Columns of X.
    public let vectors: Int
    /// The numbers that W needs: entries that are not zero, or those of its factors.
    public let parameterCount: Int
    /// How often each product and the dense one are timed in turn.
    public let rounds: Int

    /// The share of the dense product's work that cannot be avoided.
    public var density: Double { Double(parameterCount) / Double(weights.storage.count) }
}

/// What a method returns: its times beside those of the dense product, taken in turn.
struct ProductTiming: Sendable {
    /// Of one product, median over the rounds.
    let seconds: Double
    /// Seconds of the dense product over ours, median over the rounds.
    let speedup: Double
    /// ‖Y - Ŷ‖ / ‖Y‖ against the dense product's Y; nil: nothing was multiplied.
    let relativeError: Double?
}

/// A product made ready: what can be done once per W is done.
struct PreparedProduct {
    /// Y, row-major.
    let result: Buffer<Float>
    let multiply: () -> Void
}

/// A way to multiply by W, on one thread. A conformer names itself and prepares; timing and the dense peer come with the
/// protocol. Packing of W is not timed, that of X is.
protocol MatrixProductMethod: Method {
    /// - Throws: `LacunaError` for weights that the format cannot hold.
    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct

    /// Why the method does not apply to such weights; nil: it does.
    func reasonToSkip(_ problem: MatrixProductProblem) -> String?
}

extension MatrixProductMethod {
    var options: [ParameterDeclaration] { [] }

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? { nil }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        guard let problem = problem as? MatrixProductProblem else { return "'\(name)' multiplies matrices only" }
        return reasonToSkip(problem)
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? MatrixProductProblem else {
            throw LacunaError(.value, name, "multiplies matrices only")
        }
        return time(try prepare(problem), of: problem)
    }

    private func time(_ ours: PreparedProduct, of problem: MatrixProductProblem) -> Outcome {
        let dense = denseProduct(problem)
        let rounds = inTurn([dense, ours], rounds: problem.rounds)
        let error = relativeError(of: ours.result, against: dense.result)
        return Outcome(
            ProductTiming(
                seconds: median(rounds.map { $0[1] }), speedup: median(rounds.map { $0[0] / $0[1] }),
                relativeError: error),
            rounds: problem.rounds)
    }
}

extension Outcome {
    init(_ timing: ProductTiming, rounds: Int) {
        self.init(
            estimate: timing, report: SolverReport(iterations: rounds, reason: .closedForm, seconds: timing.seconds))
    }
}

/// W X by OpenBLAS on the dense weights.
func denseProduct(_ problem: MatrixProductProblem) -> PreparedProduct {
    let (m, k, n) = (problem.weights.rows, problem.weights.columns, problem.vectors)
    let w = problem.weights.transposed.storage, x = problem.activations
    let y = Buffer<Float>(repeating: 0, count: m * n)
    return PreparedProduct(result: y) {
        w.withUnsafeBufferPointer { w in
            x.withUnsafeBufferPointer { x in
                guard let w = w.baseAddress, let x = x.baseAddress else { return }
                // Yᵀ = Xᵀ Wᵀ column-major is Y = W X row-major.
                if n == 1 {
                    BLAS<Float>.multiply(.transposed, k, m, w, k, vector: x, into: y.pointer)
                } else {
                    BLAS<Float>.multiply(.plain, .plain, n, m, k, x, n, w, k, into: y.pointer, n)
                }
            }
        }
    }
}

/// W X by a sparse format.
func sparseProduct(_ problem: MatrixProductProblem, block: BlockShape) throws -> PreparedProduct {
    sparseProduct(problem, try SparseMatrix(problem.weights, block: block))
}

/// W X for W as `matrix` stores it.
func sparseProduct(_ problem: MatrixProductProblem, _ matrix: SparseMatrix<Float>) -> PreparedProduct {
    let plan = SparsePlan(matrix)
    let workspace = SparseWorkspace(for: plan), x = Buffer(problem.activations), n = problem.vectors
    let y = Buffer<Float>(repeating: 0, count: problem.weights.rows * n)
    return PreparedProduct(result: y) {
        if n == 1 {
            plan.multiply(vector: x.pointer, into: y.pointer)
        } else {
            plan.multiply(x.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspace: workspace)
        }
    }
}

/// Why blocks of r×1 do not fit the weights; nil: they do.
func reasonAgainstBlocks(of rows: Int, _ problem: MatrixProductProblem) -> String? {
    let m = problem.weights.rows
    if m % rows != 0 { return "\(m) rows are no multiple of \(rows)" }
    return problem.factors == nil ? nil : "a Monarch matrix has no zeros"
}

private func relativeError(of found: Buffer<Float>, against expected: Buffer<Float>) -> Double {
    var distance = 0.0, size = 0.0
    for index in 0..<expected.count {
        let difference = Double(found[index]) - Double(expected[index])
        distance += difference * difference
        size += Double(expected[index]) * Double(expected[index])
    }
    return distance == 0 ? 0 : (distance / size).squareRoot()
}

/// By round and product, the shortest time of some repetitions.
func inTurn(_ products: [PreparedProduct], rounds: Int) -> [[Double]] {
    // The first call finds cold memory.
    for product in products { product.multiply() }
    let repetitions = products.map { min(max(1, Int(0.01 / bestSeconds(of: 1, $0.multiply))), 50) }
    return (0..<rounds).map { _ in
        zip(repetitions, products).map { bestSeconds(of: $0, $1.multiply) }
    }
}

func median(_ values: [Double]) -> Double { quantile(0.5, ofSorted: values.sorted()) }

/// The shortest wall-clock time of `repetitions` calls.
public func bestSeconds(of repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<repetitions {
        let began = ContinuousClock.now
        try body()
        best = min(best, (ContinuousClock.now - began).seconds)
    }
    return best
}
