extension ParameterDeclaration {
    /// Why the value cannot be taken, as the second half of a message ("got 0; expected …"), or nil if it can.
    public func check(_ value: ParameterValue) -> String? {
        accepted(value) == nil ? "got \(value); expected \(expectation)" : nil
    }

    /// "a whole number of at least 1", "one of: ula, upa": what `describe` prints and errors expect.
    public var expectation: String {
        let unitText = unit.isEmpty ? "" : " (\(unit))"
        switch kind {
        case .integer(let range): return "a whole number" + Self.bounds(range) + unitText
        case .number(let range): return "a number" + Self.bounds(range) + unitText
        case .flag: return "true or false"
        case .text: return "a text"
        case .choice(let choices): return "one of: " + choices.joined(separator: ", ")
        case .integers(let range): return "a list of whole numbers" + Self.bounds(range) + unitText
        case .numbers(let range): return "a list of numbers" + Self.bounds(range) + unitText
        }
    }

    /// The value in the one form that its kind has (a whole number given for a number becomes a number, a single value
    /// for a list becomes a list of one), or nil if it cannot be taken.
    func accepted(_ value: ParameterValue) -> ParameterValue? {
        switch (kind, value) {
        case (.integer(let range), _): return Self.integer(value, in: range)
        case (.number(let range), _): return Self.number(value, in: range)
        case (.flag, .flag), (.text, .text): return value
        case (.choice(let choices), .text(let text)): return choices.contains(text) ? value : nil
        case (.integers(let range), .list(let values)): return Self.list(values) { Self.integer($0, in: range) }
        case (.integers(let range), _): return Self.list([value]) { Self.integer($0, in: range) }
        case (.numbers(let range), .list(let values)): return Self.list(values) { Self.number($0, in: range) }
        case (.numbers(let range), _): return Self.list([value]) { Self.number($0, in: range) }
        default: return nil
        }
    }

    private static func integer(_ value: ParameterValue, in range: ClosedRange<Int>) -> ParameterValue? {
        let whole: Int? =
            switch value {
            case .integer(let whole): whole
            case .number(let number): Int(exactly: number)
            default: nil
            }
        guard let whole, range.contains(whole) else { return nil }
        return .integer(whole)
    }

    private static func number(_ value: ParameterValue, in range: ClosedRange<Double>) -> ParameterValue? {
        let number: Double? =
            switch value {
            case .integer(let whole): Double(whole)
            case .number(let number): number
            default: nil
            }
        guard let number, number.isFinite, range.contains(number) else { return nil }
        return .number(number)
    }

    private static func list(
        _ values: [ParameterValue], element: (ParameterValue) -> ParameterValue?
    ) -> ParameterValue? {
        let elements = values.compactMap(element)
        return elements.count == values.count && !elements.isEmpty ? .list(elements) : nil
    }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound == .min, range.upperBound == .max) {
        case (true, true): ""
        case (false, true): " of at least \(range.lowerBound)"
        case (true, false): " of at most \(range.upperBound)"
        case (false, false): " from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    private static func bounds(_ range: ClosedRange<Double>) -> String {
        let limit = Double.greatestFiniteMagnitude
        let (lower, upper) = (ParameterValue.number(range.lowerBound), ParameterValue.number(range.upperBound))
        return switch (range.lowerBound <= -limit, range.upperBound >= limit) {
        case (true, true): ""
        case (false, true): " of at least \(lower)"
        case (true, false): " of at most \(upper)"
        case (false, false): " from \(lower) to \(upper)"
        }
    }
}
