/// Terms θ_1, ..., θ_P as functions of a state, made by a `FeatureLibrary` for given variables.
public struct FeatureSet: Sendable {
    /// How a number is got from the state and from numbers before it.
    enum Node: Sendable {
        case one
        case variable(Int)
        case product(Int, Int)
        case function(@Sendable (UnsafePointer<Double>) -> Double)
    }

    public let variables: [String]
    /// One per term, in order.
    public let names: [String]
    let nodes: [Node]
    /// The node of each term; others only serve as factors.
    let outputs: [Int]

    init(variables: [String], names: [String], nodes: [Node], outputs: [Int]) {
        self.variables = variables
        self.names = names
        self.nodes = nodes
        self.outputs = outputs
    }

    public var count: Int { outputs.count }

    /// Θ(X): samples × terms, for X of samples × variables. - Throws: `LacunaError` for another number of variables.
    /// Cost: a multiplication per number.
    public func evaluate(_ states: Matrix<Double>) throws -> Matrix<Double> {
        guard states.columns == variables.count else {
            throw LacunaError(
                .shape, "library", "states of \(states.columns) variables, it is made for \(variables.count)")
        }
        let m = states.rows
        let all = [Double](unsafeUninitializedCapacity: nodes.count * m) { values, count in
            if let base = values.baseAddress {
                adviseLargePages(base, byteCount: values.count * MemoryLayout<Double>.stride)
            }
            states.storage.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress, let values = values.baseAddress else { return }
                for (index, node) in nodes.enumerated() { fill(node, values + index * m, values, x, m) }
            }
            count = nodes.count * m
        }
        let matrix = Matrix(rows: m, columns: nodes.count, storage: all)
        return outputs == Array(nodes.indices) ? matrix : matrix.selectingColumns(outputs)
    }

    private func fill(
        _ node: Node, _ out: UnsafeMutablePointer<Double>, _ values: UnsafeMutablePointer<Double>,
        _ x: UnsafePointer<Double>, _ m: Int
    ) {
        switch node {
        case .one: out.initialize(repeating: 1, count: m)
        case .variable(let variable): out.initialize(from: x + variable * m, count: m)
        case .product(let first, let second):
            let a = values + first * m, b = values + second * m
            for row in 0..<m { (out + row).initialize(to: a[row] * b[row]) }
        case .function(let function):
            withUnsafeTemporaryAllocation(of: Double.self, capacity: variables.count) { state in
                guard let state = state.baseAddress else { return }
                for row in 0..<m {
                    for variable in variables.indices { state[variable] = x[row + variable * m] }
                    (out + row).initialize(to: function(state))
                }
            }
        }
    }

    /// All nodes for one state, into `nodes.count` numbers; term j is number outputs[j]. Allocates nothing.
    func evaluate(_ state: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        for (index, node) in nodes.enumerated() {
            switch node {
            case .one: values[index] = 1
            case .variable(let variable): values[index] = state[variable]
            case .product(let first, let second): values[index] = values[first] * values[second]
            case .function(let function): values[index] = function(state)
            }
        }
    }
}
