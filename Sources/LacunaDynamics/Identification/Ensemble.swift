/// Ensemble SINDy (Fasel, Kutz, Brunton & Brunton 2022): the equations of many bags of samples, of many smaller libraries, or both; their
/// median or mean, how often each term was in, and the spread of its coefficient.
///
/// A bag only enters through its sums over samples, ΘᵀWΘ and ΘᵀWY with counts W, which one matrix product makes for many bags at once
/// (`BagSums`); `regression` then runs on the sums. Cost: bags × samples × (terms² / 2 + terms × equations) multiply-adds.
public struct Ensemble: Sendable {
    /// Which samples make a bag. nil is all of them with replacement, three fifths without.
    public enum Rows: Hashable, Sendable {
        case all
        case withReplacement(Int? = nil)
        case withoutReplacement(Int? = nil)
    }

    public enum Aggregation: String, Hashable, Sendable, CaseIterable { case median, mean }

    public var regression: any SparseRegression
    public var bags: Int
    public var rows: Rows
    /// Library terms that each bag goes without, chosen at random.
    public var droppedTerms: Int
    public var aggregation: Aggregation

    public init(
        regression: any SparseRegression = STLSQ(), bags: Int = 20, rows: Rows = .withReplacement(),
        droppedTerms: Int = 0, aggregation: Aggregation = .median
    ) {
        self.regression = regression
        self.bags = bags
        self.rows = rows
        self.droppedTerms = droppedTerms
        self.aggregation = aggregation
    }

    /// - Throws: `LacunaError` for settings out of range and what `regression` throws.
    public func fit(_ problem: RegressionProblem, randomness: inout RandomStream) throws -> EnsembleCoefficients {
        let m = problem.sampleCount
        guard droppedTerms >= 0, droppedTerms < problem.candidates.count, bags >= 1 else {
            throw LacunaError(
                .value, "ensemble", "\(bags) bags, each without \(droppedTerms) of \(problem.candidates.count) terms")
        }
        let size: Int
        switch rows {
        case .all: size = m
        case .withReplacement(let count): size = count ?? m
        case .withoutReplacement(let count): size = count ?? max(1, 3 * m / 5)
        }
        var isPossible = size >= 1
        if case .withoutReplacement = rows { isPossible = isPossible && size <= m }
        guard isPossible, size >= problem.candidates.count - droppedTerms else {
            throw LacunaError(
                .value, "ensemble",
                "bags of \(size) from \(m) samples for \(problem.candidates.count - droppedTerms) terms",
                remedy: "Take at least as many as terms, and without replacement at most all.")
        }
        var stream = randomness
        defer { randomness = stream }
        var order: [Int] = []
        if case .withoutReplacement = rows { order = Array(0..<m) }
        var draw: ((Int, UnsafeMutablePointer<UInt16>) -> Void)?
        switch rows {
        case .all: break
        case .withReplacement:
            draw = { _, counts in
                for _ in 0..<size {
                    let row = stream.integer(below: m)
                    // More than 65535 of one sample is out of the question but for tiny problems, where it hardly matters.
                    if counts[row] < .max { counts[row] += 1 }
                }
            }
        case .withoutReplacement:
            draw = { _, counts in
                for position in 0..<size {
                    order.swapAt(position, position + stream.integer(below: m - position))
                    counts[order[position]] = 1
                }
            }
        }
        var models: [Matrix<Double>] = []
        models.reserveCapacity(bags)
        func fitBag(_ sums: RegressionProblem) throws {
            let candidates = problem.candidates
            let dropped = stream.choose(droppedTerms, of: candidates.count).map { candidates[$0] }
            models.append(try regression.fit(dropped.isEmpty ? sums : sums.leavingOut(dropped)).values)
        }
        if let draw {
            try BagSums.each(of: problem, bags: bags, draw: draw, body: fitBag)
        } else {
            for _ in 0..<bags { try fitBag(problem) }
        }
        return aggregate(models)
    }

    /// The same with bags that the caller draws: `draw` is given the number of a bag and a zero for every sample, and writes how often
    /// each is in the bag.
    public func fit(
        _ problem: RegressionProblem, draw: @escaping (_ bag: Int, _ counts: UnsafeMutablePointer<UInt16>) -> Void
    ) throws -> EnsembleCoefficients {
        guard bags >= 1 else { throw LacunaError(.value, "ensemble", "\(bags) bags; at least 1 is needed") }
        var models: [Matrix<Double>] = []
        try BagSums.each(of: problem, bags: bags, draw: draw) { models.append(try regression.fit($0).values) }
        return aggregate(models)
    }

    private func aggregate(_ models: [Matrix<Double>]) -> EnsembleCoefficients {
        let d = models[0].rows, count = models[0].columns, number = Double(models.count)
        var inclusion = Matrix<Double>(repeating: 0, rows: d, columns: count)
        var deviations = inclusion, values = inclusion
        for place in values.storage.indices {
            let found = models.map { $0.storage[place] }
            let mean = found.reduce(0, +) / number
            inclusion.storage[place] = Double(found.count { $0 != 0 }) / number
            let squares = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            deviations.storage[place] = (squares / max(number - 1, 1)).squareRoot()
            let sorted = found.sorted(), half = found.count / 2
            let median = found.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
            values.storage[place] = aggregation == .median ? median : mean
        }
        return EnsembleCoefficients(
            coefficients: SparseCoefficients(values: values, iterations: Array(repeating: models.count, count: d)),
            inclusion: inclusion, deviations: deviations, models: models)
    }
}

/// What an ensemble of models says; all matrices are equations × terms.
public struct EnsembleCoefficients: Hashable, Sendable {
    /// The median or mean.
    public let coefficients: SparseCoefficients
    /// The share of the models that have the term.
    public let inclusion: Matrix<Double>
    /// Standard deviations over the models, those without the term counted as zeros.
    public let deviations: Matrix<Double>
    /// One per bag.
    public let models: [Matrix<Double>]
}

extension RegressionProblem {
    /// The same sums with columns that take no part.
    func leavingOut(_ terms: [Int]) throws -> RegressionProblem {
        var lower = [Double](repeating: 0, count: termCount * termCount)
        let dropped = Set(terms)
        for column in 0..<termCount where !dropped.contains(column) {
            for row in column..<termCount where !dropped.contains(row) {
                lower[row + column * termCount] = gram[row, column] * norms[row] * norms[column]
            }
        }
        let products = (0..<equationCount).flatMap { equation in
            (0..<termCount).map { moments[$0, equation] * norms[$0] }
        }
        return try RegressionProblem(
            features: features, targets: targets, featureNames: featureNames, sampleCount: sampleCount,
            lowerGram: lower, moments: products, targetSquares: targetSquares)
    }
}
