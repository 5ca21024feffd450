/// Operators over one another, [A_1; …; A_K], or side by side, [A_1 … A_K]. Stacks in the same direction are flattened by
/// the constructor.
public struct StackOperator<Element: Scalar>: DenseConvertible {
    public enum Direction: Hashable, Sendable {
        /// y = (A_1 x, …, A_K x).
        case vertical
        /// y = A_1 x_1 + … + A_K x_K.
        case horizontal
    }

    public let direction: Direction
    public let parts: [any LinearOperator<Element>]
    public let rows: Int
    public let columns: Int

    /// - Throws: `LacunaError` if there is no part, or the parts differ in columns (vertical) or rows (horizontal).
    public init(_ direction: Direction, _ parts: [any LinearOperator<Element>]) throws {
        guard let first = parts.first else {
            throw LacunaError(.shape, "\(direction) stack", "no operators were given, at least one is needed")
        }
        let shared = direction == .vertical ? 1 : 0
        if let odd = parts.firstIndex(where: { $0.shape[shared] != first.shape[shared] }) {
            throw LacunaError(
                .shape, "\(direction) stack",
                "operator \(odd + 1) is \(describeShape(parts[odd].shape)), operator 1 is \(describeShape(first.shape))"
            )
        }
        self.init(
            checked: direction,
            parts.flatMap { part in
                guard let stack = part as? StackOperator<Element>, stack.direction == direction else { return [part] }
                return stack.parts
            })
    }

    private init(checked direction: Direction, _ parts: [any LinearOperator<Element>]) {
        self.direction = direction
        self.parts = parts
        let rows = parts.map { $0.rows }, columns = parts.map { $0.columns }
        self.rows = direction == .vertical ? rows.reduce(0, +) : rows[0]
        self.columns = direction == .vertical ? columns[0] : columns.reduce(0, +)
    }

    /// The size that the parts have in common: of the vector that a sum goes to.
    private var shared: Int { direction == .vertical ? columns : rows }

    public var workspaceCount: Int { shared + parts.reduce(0) { max($0, $1.workspaceCount) } }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        walk(direction, vectors: 1, x, into: y, workspace: workspace, step: { $0.rows }, { $0.columns }) {
            $0.apply($1, into: $2, workspace: $3)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        walk(adjointDirection, vectors: 1, y, into: x, workspace: workspace, step: { $0.columns }, { $0.rows }) {
            $0.applyAdjoint($1, into: $2, workspace: $3)
        }
    }

    /// [A; B]ᴴ = [Aᴴ Bᴴ], and the other way round.
    public var adjoint: any LinearOperator<Element> {
        StackOperator(checked: adjointDirection, parts.map { $0.adjoint })
    }

    private var adjointDirection: Direction { direction == .vertical ? .horizontal : .vertical }

    public func workspaceCount(vectors count: Int) -> Int {
        shared * count + parts.reduce(0) { max($0, $1.workspaceCount(vectors: count)) }
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        walk(direction, vectors: count, x, into: y, workspace: workspace, step: { $0.rows }, { $0.columns }) {
            $0.apply($1, vectors: count, into: $2, workspace: $3)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        walk(adjointDirection, vectors: count, y, into: x, workspace: workspace, step: { $0.columns }, { $0.rows }) {
            $0.applyAdjoint($1, vectors: count, into: $2, workspace: $3)
        }
    }

    /// All parts on one input, results one after the other (vertical), or each on its own, results added (horizontal).
    private func walk(
        _ direction: Direction, vectors count: Int, _ input: UnsafePointer<Element>,
        into output: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>,
        step outputSize: (any LinearOperator<Element>) -> Int, _ inputSize: (any LinearOperator<Element>) -> Int,
        _ product: (
            any LinearOperator<Element>, UnsafePointer<Element>, UnsafeMutablePointer<Element>,
            UnsafeMutablePointer<Element>
        ) -> Void
    ) {
        let rest = workspace + shared * count
        var input = input, output = output
        for (index, part) in parts.enumerated() {
            switch direction {
            case .vertical:
                product(part, input, output, rest)
                output += outputSize(part) * count
            case .horizontal:
                product(part, input, index == 0 ? output : workspace, rest)
                if index > 0 { BatchProduct.add(shared * count, workspace, into: output) }
                input += inputSize(part) * count
            }
        }
    }
}
