/// Operators over one another, [A_1; …; A_K], or side by side, [A_1 … A_K]. Stacks in the same direction are flattened by
/// the constructor. `columnStack` is one that gives its columns, where all parts do.
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
        walk(.plain, vectors: nil, x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        walk(.adjoint, vectors: nil, y, into: x, workspace: workspace)
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
        walk(.plain, vectors: count, x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        walk(.adjoint, vectors: count, y, into: x, workspace: workspace)
    }

    /// All parts on one input, results one after the other (vertical), or each on its own, results added (horizontal);
    /// one vector where `count` is nil.
    private func walk(
        _ form: BLAS<Element>.Form, vectors count: Int?, _ input: UnsafePointer<Element>,
        into output: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let width = count ?? 1, total = shared * width
        let rest = workspace + total
        let adds = (form == .plain ? direction : adjointDirection) == .horizontal
        var input = input, output = output
        // By index: enumerating existentials allocates.
        for index in parts.indices {
            let part = parts[index]
            let target = adds && index > 0 ? workspace : output
            switch (form, count) {
            case (.plain, nil): part.apply(input, into: target, workspace: rest)
            case (.plain, let count?): part.apply(input, vectors: count, into: target, workspace: rest)
            case (_, nil): part.applyAdjoint(input, into: target, workspace: rest)
            case (_, let count?): part.applyAdjoint(input, vectors: count, into: target, workspace: rest)
            }
            if adds {
                if index > 0 { BatchProduct.add(total, workspace, into: output) }
                input += (form == .plain ? part.columns : part.rows) * width
            } else {
                output += (form == .plain ? part.rows : part.columns) * width
            }
        }
    }
}
