import LacunaDynamics

/// Reads what users write about single coefficients: `x'[y] = -y'[x]; z'[x y] = 1`, the coefficient of y in the equation of x being x'[y], or x[y].
struct ConstraintText {
    let stateNames: [String]
    let terms: [String]

    /// Linear equations between coefficients, semicolons between them: both sides are sums of numbers, and of coefficients with a number before
    /// them or without.
    /// - Throws: `LacunaError` in one line for what cannot be read, and variables or terms that there are not.
    func constraints(_ text: String) throws -> [CoefficientConstraint] {
        try Self.parts(text).map { part in
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2 else { throw refuse(part, "has no two sides of one '='") }
            let left = try sum(sides[0], of: part), right = try sum(sides[1], of: part)
            let entries =
                left.entries
                + right.entries.map {
                    CoefficientConstraint.Entry(equation: $0.equation, term: $0.term, weight: -$0.weight)
                }
            guard !entries.isEmpty else { throw refuse(part, "has no coefficient") }
            return CoefficientConstraint(entries, equals: right.constant - left.constant)
        }
    }

    /// `x y = 0.01; 1 = 5`: the threshold of each term, `other` where there is none.
    func thresholds(_ text: String, other: Double) throws -> [Double] {
        var values = Array(repeating: other, count: terms.count), seen: Set<Int> = []
        for part in Self.parts(text) {
            guard let sign = part.lastIndex(of: "="),
                let value = Double(Self.trimmed(part[part.index(after: sign)...])),
                value >= 0, value.isFinite
            else {
                throw LacunaError(
                    .value, "term_thresholds", "cannot read '\(part)'", remedy: "Write term = number; term = number")
            }
            let term = try term(part[..<sign], option: "term_thresholds")
            guard seen.insert(term).inserted else {
                throw LacunaError(.value, "term_thresholds", "the term '\(terms[term])' is given twice")
            }
            values[term] = value
        }
        return values
    }

    private func sum(
        _ side: Substring, of part: String
    ) throws -> (entries: [CoefficientConstraint.Entry], constant: Double) {
        var rest = Self.trimmed(side), entries: [CoefficientConstraint.Entry] = [], constant = 0.0
        guard !rest.isEmpty else { throw refuse(part, "has an empty side") }
        var isFirst = true
        while !rest.isEmpty {
            var weight = 1.0
            if let sign = rest.first, sign == "+" || sign == "-" {
                weight = sign == "-" ? -1 : 1
                rest = Self.trimmed(rest.dropFirst())
            } else if !isFirst {
                throw refuse(part, "has no sign before '\(rest)'")
            }
            isFirst = false
            let digits = Self.number(rest)
            if !digits.isEmpty {
                guard let number = Double(digits) else { throw refuse(part, "has no number '\(digits)'") }
                weight *= number
                rest = Self.trimmed(rest.dropFirst(digits.count))
                if rest.first == "*" { rest = Self.trimmed(rest.dropFirst()) }
                if rest.isEmpty || rest.first == "+" || rest.first == "-" {
                    constant += weight
                    continue
                }
            }
            guard let open = rest.firstIndex(of: "["), let close = rest.firstIndex(of: "]"), open < close else {
                throw refuse(part, "has no coefficient at '\(rest)'")
            }
            var name = Self.trimmed(rest[..<open])
            if name.last == "'" { name = Self.trimmed(name.dropLast()) }
            guard let equation = stateNames.firstIndex(of: String(name)) else {
                throw LacunaError(
                    .value, "constraints", "'\(part)': there is no equation of '\(name)'",
                    remedy: "There are \(stateNames.joined(separator: ", "))")
            }
            entries.append(
                CoefficientConstraint.Entry(
                    equation: equation, term: try term(rest[rest.index(after: open)..<close], option: "constraints"),
                    weight: weight))
            rest = Self.trimmed(rest[rest.index(after: close)...])
        }
        return (entries, constant)
    }

    /// Factors in any order.
    private func term(_ text: Substring, option: String) throws -> Int {
        func factors(_ name: Substring) -> [String] { name.split { $0.isWhitespace }.map(String.init).sorted() }
        let wanted = factors(text)
        guard let index = terms.firstIndex(where: { factors($0[...]) == wanted }) else {
            throw LacunaError(
                .value, option, "there is no term '\(Self.trimmed(text))' in the library",
                remedy: "There are \(terms.prefix(20).joined(separator: ", "))\(terms.count > 20 ? ", …" : "")")
        }
        return index
    }

    private func refuse(_ part: String, _ problem: String) -> LacunaError {
        LacunaError(
            .value, "constraints", "'\(part)' \(problem)",
            remedy: "Write sums of coefficients on both sides, as in x'[y] = -2 y'[x]; z'[x y] = 1")
    }

    private static func parts(_ text: String) -> [String] {
        text.split(separator: ";").map { String(trimmed($0)) }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// The digits at the beginning, with a point and an exponent if there are some.
    private static func number(_ text: Substring) -> Substring {
        var end = text.prefix { $0.isNumber || $0 == "." }.endIndex
        guard end > text.startIndex, end < text.endIndex, text[end] == "e" || text[end] == "E" else {
            return text[..<end]
        }
        var after = text.index(after: end)
        if after < text.endIndex, text[after] == "-" || text[after] == "+" { after = text.index(after: after) }
        let exponent = text[after...].prefix { $0.isNumber }
        if !exponent.isEmpty { end = exponent.endIndex }
        return text[..<end]
    }
}
