/// Candidate terms of equations. Libraries are added, `a + b`, and multiplied, `a * b`: every term of one with every term of the
/// other.
public protocol FeatureLibrary: Sendable {
    /// The terms for these variables (the state, then the inputs).
    /// - Throws: `LacunaError` where the library does not fit them.
    func features(of variables: [String]) throws -> FeatureSet
}

/// The monomials up to a degree, by degree and then by the order of their variables: 1, x, y, x^2, x y, y^2, ...
public struct PolynomialLibrary: FeatureLibrary, Hashable {
    public var degree: Int
    public var includesConstant: Bool
    /// No powers: every variable at most once in a term.
    public var interactionsOnly: Bool

    public init(degree: Int = 2, includesConstant: Bool = true, interactionsOnly: Bool = false) {
        self.degree = degree
        self.includesConstant = includesConstant
        self.interactionsOnly = interactionsOnly
    }

    public func features(of variables: [String]) throws -> FeatureSet {
        guard degree >= 1, !variables.isEmpty else {
            throw LacunaError(
                .value, "polynomial library",
                "degree \(degree) in \(variables.count) variables; both must be at least 1")
        }
        var nodes: [FeatureSet.Node] = includesConstant ? [.one] : []
        let first = nodes.count
        // The exponents of each node and its last variable: the next degree multiplies by that one or a later one.
        var exponents = includesConstant ? [variables.map { _ in 0 }] : []
        var lasts = includesConstant ? [0] : []
        func append(_ node: FeatureSet.Node, _ powers: [Int], _ last: Int) throws {
            guard nodes.count < 100_000 else {
                throw LacunaError(
                    .value, "polynomial library",
                    "degree \(degree) in \(variables.count) variables has over 100000 terms")
            }
            nodes.append(node)
            exponents.append(powers)
            lasts.append(last)
        }
        for variable in variables.indices {
            try append(.variable(variable), variables.indices.map { $0 == variable ? 1 : 0 }, variable)
        }
        var level = first..<nodes.count
        for _ in 1..<degree {
            for factor in level {
                for variable in min(lasts[factor] + (interactionsOnly ? 1 : 0), variables.count)..<variables.count {
                    var powers = exponents[factor]
                    powers[variable] += 1
                    try append(.product(factor, first + variable), powers, variable)
                }
            }
            level = level.upperBound..<nodes.count
        }
        let names = exponents.map { powers in
            let factors = zip(variables, powers).filter { $0.1 > 0 }.map { $0.1 > 1 ? "\($0.0)^\($0.1)" : $0.0 }
            return factors.isEmpty ? "1" : factors.joined(separator: " ")
        }
        let counts = names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        if let twice = names.first(where: { counts[$0] != 1 }) {
            throw LacunaError(
                .name, "polynomial library",
                "'\(twice)' is the name of two terms of \(variables.joined(separator: ", "))",
                remedy: "Rename the variables, without spaces and powers.")
        }
        return FeatureSet(variables: variables, names: names, nodes: nodes, outputs: Array(nodes.indices))
    }
}

/// sin(k x) and cos(k x) of every variable for k = 1 ... frequencies.
public struct FourierLibrary: FeatureLibrary, Hashable {
    public var frequencies: Int

    public init(frequencies: Int = 1) { self.frequencies = frequencies }

    public func features(of variables: [String]) throws -> FeatureSet {
        guard frequencies >= 1, !variables.isEmpty else {
            throw LacunaError(
                .value, "Fourier library",
                "\(frequencies) frequencies of \(variables.count) variables; both must be at least 1")
        }
        var names: [String] = []
        var nodes: [FeatureSet.Node] = []
        for k in 1...frequencies {
            for (index, variable) in variables.enumerated() {
                let argument = k == 1 ? variable : "\(k) \(variable)"
                names += ["sin(\(argument))", "cos(\(argument))"]
                nodes += [.sine(k, index), .cosine(k, index)]
            }
        }
        return FeatureSet(variables: variables, names: names, nodes: nodes, outputs: Array(nodes.indices))
    }
}

/// Terms of a user's own, each with a name and a function of the variables.
public struct CustomLibrary: FeatureLibrary {
    public struct Term: Sendable {
        public let name: String
        public let value: @Sendable (UnsafePointer<Double>) -> Double

        public init(_ name: String, _ value: @escaping @Sendable (UnsafePointer<Double>) -> Double) {
            self.name = name
            self.value = value
        }
    }

    public var terms: [Term]

    public init(_ terms: [Term]) { self.terms = terms }

    public func features(of variables: [String]) throws -> FeatureSet {
        guard !terms.isEmpty else { throw LacunaError(.value, "custom library", "there are no terms") }
        return FeatureSet(
            variables: variables, names: terms.map(\.name), nodes: terms.map { .function($0.value) },
            outputs: Array(terms.indices))
    }
}

/// The terms of both.
public struct SumLibrary: FeatureLibrary {
    public let first, second: any FeatureLibrary

    public func features(of variables: [String]) throws -> FeatureSet {
        let a = try first.features(of: variables), b = try second.features(of: variables)
        if let twice = b.names.first(where: Set(a.names).contains) {
            throw LacunaError(
                .value, "library", "\(twice) is in both parts of a sum, which no data tell apart",
                remedy: "Leave it out of one, a polynomial's constant by includesConstant: false.")
        }
        return FeatureSet(
            variables: variables, names: a.names + b.names, nodes: a.nodes + b.shiftedNodes(by: a.nodes.count),
            outputs: a.outputs + b.outputs.map { $0 + a.nodes.count })
    }
}

/// Every term of one with every term of the other.
public struct ProductLibrary: FeatureLibrary {
    public let first, second: any FeatureLibrary

    public func features(of variables: [String]) throws -> FeatureSet {
        let a = try first.features(of: variables), b = try second.features(of: variables)
        var nodes = a.nodes + b.shiftedNodes(by: a.nodes.count)
        var names: [String] = []
        var outputs: [Int] = []
        for (i, left) in a.names.enumerated() {
            for (j, right) in b.names.enumerated() {
                outputs.append(nodes.count)
                nodes.append(.product(a.outputs[i], b.outputs[j] + a.nodes.count))
                names.append(left == "1" ? right : right == "1" ? left : "\(left) \(right)")
            }
        }
        if let twice = names.enumerated().first(where: { names.firstIndex(of: $0.element) != $0.offset }) {
            throw LacunaError(.value, "library", "\(twice.element) comes twice in a product, which no data tell apart")
        }
        return FeatureSet(variables: variables, names: names, nodes: nodes, outputs: outputs)
    }
}

public func + (first: some FeatureLibrary, second: some FeatureLibrary) -> SumLibrary {
    SumLibrary(first: first, second: second)
}

public func * (first: some FeatureLibrary, second: some FeatureLibrary) -> ProductLibrary {
    ProductLibrary(first: first, second: second)
}

extension FeatureSet {
    func shiftedNodes(by shift: Int) -> [Node] {
        nodes.map { node in
            if case .product(let first, let second) = node { return .product(first + shift, second + shift) }
            return node
        }
    }
}
