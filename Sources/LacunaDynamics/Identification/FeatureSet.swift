/// Terms θ_1, ..., θ_P as functions of a state, made by a `FeatureLibrary` for given variables.
public struct FeatureSet: Sendable {
    /// How a number is got from the state and from numbers before it.
    enum Node: Sendable {
        case one
        case variable(Int)
        case product(Int, Int)
        /// sin(k x_i) and cos(k x_i), given k and i.
        case sine(Int, Int)
        case cosine(Int, Int)
        /// A user's own: no file can hold it.
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
        case .sine(let frequency, let variable):
            let a = x + variable * m
            for row in 0..<m { (out + row).initialize(to: Double.sin(Double(frequency) * a[row])) }
        case .cosine(let frequency, let variable):
            let a = x + variable * m
            for row in 0..<m { (out + row).initialize(to: Double.cos(Double(frequency) * a[row])) }
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
            case .sine(let frequency, let variable): values[index] = Double.sin(Double(frequency) * state[variable])
            case .cosine(let frequency, let variable):
                values[index] = Double.cos(Double(frequency) * state[variable])
            case .function(let function): values[index] = function(state)
            }
        }
    }
}

/// As files hold terms: numbers, three for each step of their evaluation.
extension FeatureSet {
    /// A row (kind, first, second) for each step and the step of each term; nil where a term is a user's own function.
    public var program: (steps: [[Int]], outputs: [Int])? {
        var steps: [[Int]] = []
        for node in nodes {
            switch node {
            case .one: steps.append([0, 0, 0])
            case .variable(let variable): steps.append([1, variable, 0])
            case .product(let first, let second): steps.append([2, first, second])
            case .sine(let frequency, let variable): steps.append([3, frequency, variable])
            case .cosine(let frequency, let variable): steps.append([4, frequency, variable])
            case .function: return nil
            }
        }
        return (steps, outputs)
    }

    /// - Throws: `LacunaError` for steps that are none, or that use what does not come before them.
    public init(variables: [String], names: [String], steps: [[Int]], outputs: [Int]) throws {
        func refuse(_ problem: String) -> LacunaError { LacunaError(.value, "library terms", problem) }
        guard names.count == outputs.count, outputs.allSatisfy(steps.indices.contains),
            steps.allSatisfy({ $0.count == 3 })
        else { throw refuse("\(names.count) names for \(outputs.count) terms of \(steps.count) steps") }
        var nodes: [Node] = []
        for (index, step) in steps.enumerated() {
            let (first, second) = (step[1], step[2])
            switch step[0] {
            case 0: nodes.append(.one)
            case 1 where variables.indices.contains(first): nodes.append(.variable(first))
            case 2 where (0..<index).contains(first) && (0..<index).contains(second):
                nodes.append(.product(first, second))
            case 3 where variables.indices.contains(second): nodes.append(.sine(first, second))
            case 4 where variables.indices.contains(second): nodes.append(.cosine(first, second))
            default: throw refuse("step \(index) is \(step)")
            }
        }
        self.init(variables: variables, names: names, nodes: nodes, outputs: outputs)
    }
}
