import LacunaArrays

/// Checked values for a list of declarations: of a problem family's parameters or of a method's options.
///
/// Every value is of its declared kind and in range, and defaults are filled in. The typed reads throw rather than
/// trap, so that an adapter that misspells a name fails its own cells only.
public struct ParameterValues: Hashable, Sendable {
    /// "problem 'irs-mimo'", "method 'omp'": whom the values belong to, for messages.
    public let owner: String
    public let declarations: [ParameterDeclaration]
    private var values: [String: ParameterValue]

    /// Checks `given` against `declarations` and adds defaults. Parameters named in `swept` are left out: each sweep
    /// point sets them (`setting`).
    /// - Throws: `LacunaError` for an unknown name, a value of the wrong kind or outside its range, or one that is missing.
    public init(
        _ given: [String: ParameterValue] = [:], declarations: [ParameterDeclaration], owner: String,
        swept: Set<String> = []
    ) throws {
        self.owner = owner
        self.declarations = declarations
        values = [:]
        for name in given.keys.sorted() where !declarations.contains(where: { $0.name == name }) {
            throw Self.unknown(name, owner: owner, declarations: declarations)
        }
        for declaration in declarations where !swept.contains(declaration.name) {
            if let value = given[declaration.name] ?? declaration.defaultValue {
                values[declaration.name] = try Self.accept(value, for: declaration, owner: owner)
            } else if declaration.isRequired {
                throw Self.missing(declaration, owner: owner)
            }
        }
    }

    /// The same values with one of them set.
    /// - Throws: `LacunaError` for an unknown name or a value that is not accepted.
    public func setting(_ name: String, to value: ParameterValue) throws -> ParameterValues {
        var copy = self
        copy.values[name] = try Self.accept(value, for: declaration(name), owner: owner)
        return copy
    }

    /// The value of a parameter; nil if it is not known or has none.
    public subscript(name: String) -> ParameterValue? { values[name] }

    /// Why a value of this parameter would have no effect beside the others, or nil.
    public func reasonUnused(_ declaration: ParameterDeclaration) -> String? {
        guard let condition = declaration.condition, case .text(let value)? = values[condition.name],
            !condition.values.contains(value)
        else { return nil }
        return "has no effect with \(condition.name): \(value)"
    }

    /// (name, canonical value) of every parameter that has a value, in the order of the declarations.
    public var canonical: [(name: String, value: String)] {
        declarations.compactMap { declaration in
            values[declaration.name].map { (declaration.name, $0.description) }
        }
    }

    /// (name, canonical value) of the named parameters: what a random stream may depend on. Those without a value are
    /// left out.
    /// - Throws: `LacunaError` for an unknown name.
    public func subset(_ names: [String]) throws -> [(name: String, value: String)] {
        try names.compactMap { name in
            _ = try declaration(name)
            return values[name].map { (name, $0.description) }
        }
    }
}

// MARK: - Typed reads

extension ParameterValues {
    public func integer(_ name: String) throws -> Int { try required(name, optionalInteger(name)) }
    public func number(_ name: String) throws -> Double { try required(name, optionalNumber(name)) }
    public func flag(_ name: String) throws -> Bool { try required(name, optionalFlag(name)) }
    /// Of a text or a choice.
    public func text(_ name: String) throws -> String { try required(name, optionalText(name)) }
    public func integers(_ name: String) throws -> [Int] { try required(name, optionalIntegers(name)) }
    public func numbers(_ name: String) throws -> [Double] { try required(name, optionalNumbers(name)) }

    public func optionalInteger(_ name: String) throws -> Int? {
        try read(name, "a whole number") { if case .integer(let value) = $0 { value } else { nil } }
    }
    public func optionalNumber(_ name: String) throws -> Double? {
        try read(name, "a number") { if case .number(let value) = $0 { value } else { nil } }
    }
    public func optionalFlag(_ name: String) throws -> Bool? {
        try read(name, "a flag") { if case .flag(let value) = $0 { value } else { nil } }
    }
    public func optionalText(_ name: String) throws -> String? {
        try read(name, "a text") { if case .text(let value) = $0 { value } else { nil } }
    }
    public func optionalIntegers(_ name: String) throws -> [Int]? {
        try read(name, "a list of whole numbers") { value in
            guard case .list(let elements) = value else { return nil }
            let integers = elements.compactMap { if case .integer(let element) = $0 { element } else { nil } }
            return integers.count == elements.count ? integers : nil
        }
    }
    public func optionalNumbers(_ name: String) throws -> [Double]? {
        try read(name, "a list of numbers") { value in
            guard case .list(let elements) = value else { return nil }
            let numbers = elements.compactMap { if case .number(let element) = $0 { element } else { nil } }
            return numbers.count == elements.count ? numbers : nil
        }
    }

    private func read<Value>(
        _ name: String, _ kind: String, _ extract: (ParameterValue) -> Value?
    ) throws -> Value? {
        guard let declaration = declarations.first(where: { $0.name == name }) else { throw undeclared(name) }
        guard let value = values[name] else { return nil }
        guard let extracted = extract(value) else {
            throw LacunaError(
                .value, "\(name) of \(owner)", "read as \(kind), but declared as \(declaration.expectation)")
        }
        return extracted
    }

    private func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else { throw Self.missing(try declaration(name), owner: owner) }
        return value
    }

    private func declaration(_ name: String) throws -> ParameterDeclaration {
        guard let declaration = declarations.first(where: { $0.name == name }) else {
            throw Self.unknown(name, owner: owner, declarations: declarations)
        }
        return declaration
    }
}

// MARK: - Errors

extension ParameterValues {
    private static func accept(
        _ value: ParameterValue, for declaration: ParameterDeclaration, owner: String
    ) throws -> ParameterValue {
        guard let accepted = declaration.accepted(value) else {
            let problem = declaration.check(value) ?? "got \(value)"
            throw LacunaError(.value, "\(declaration.name) of \(owner)", problem)
        }
        return accepted
    }

    private static func unknown(_ name: String, owner: String, declarations: [ParameterDeclaration]) -> LacunaError {
        LacunaError(
            .name, name, "unknown parameter of \(owner)",
            remedy: knownNamesRemedy(for: name, among: declarations.map(\.name)))
    }

    /// The mistake of an adapter, not of a scenario.
    private func undeclared(_ name: String) -> LacunaError {
        let noun = owner.hasPrefix("method") ? "option" : "parameter"
        return LacunaError(
            .name, owner, "reads \(noun) '\(name)', which it does not declare in `\(noun)s`",
            remedy: knownNamesRemedy(for: name, among: declarations.map(\.name)))
    }

    private static func missing(_ declaration: ParameterDeclaration, owner: String) -> LacunaError {
        LacunaError(
            .value, "\(declaration.name) of \(owner)", "no value; expected \(declaration.expectation)",
            remedy: "Give '\(declaration.name)' (\(declaration.summary))")
    }
}
