/// Fits over a range of thresholds, with the error on samples that a fit has not seen: the Pareto curve of error against number of
/// terms, and a threshold to choose.
///
/// Samples are held out in blocks of time, since neighbours are nearly copies of each other, or by trajectory. A fit on the other folds
/// runs on their sums. Cost: that of one problem, and of folds × thresholds fits on sums and predictions.
public struct ThresholdScan: Sendable {
    public enum Folds: Hashable, Sendable {
        /// So many consecutive blocks of equal length.
        case blocks(Int)
        /// Every trajectory in turn.
        case trajectories
    }

    public var thresholds: [Double]
    public var folds: Folds
    public var regression: @Sendable (Double) -> any SparseRegression

    public init(
        thresholds: [Double], folds: Folds = .blocks(5),
        regression: @escaping @Sendable (Double) -> any SparseRegression = { STLSQ(threshold: $0) }
    ) {
        self.thresholds = thresholds
        self.folds = folds
        self.regression = regression
    }

    /// One threshold's result, errors relative: √(‖r_e‖² / ‖y_e‖²).
    public struct Point: Hashable, Sendable {
        public let threshold: Double
        /// Fitted to all samples.
        public let coefficients: SparseCoefficients
        /// Terms of each equation.
        public let complexity: [Int]
        public let trainingErrors: [Double]
        /// On held-out samples, over all folds.
        public let validationErrors: [Double]
        /// Standard errors of the validation errors over folds.
        public let validationDeviations: [Double]
    }

    /// - Throws: `LacunaError` for no or negative thresholds, folds that the samples do not make, and what the regression throws.
    public func run(_ problem: IdentificationProblem) throws -> [Point] {
        let regression = problem.regression, d = regression.equationCount
        guard !thresholds.isEmpty, thresholds.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw LacunaError(
                .value, "threshold scan", "thresholds \(thresholds); at least one is needed, none negative")
        }
        let ranges = try foldRanges(problem)
        let parts = try ranges.map { try regression.part($0) }
        let training = try ranges.indices.map { left in
            try RegressionProblem.sum(of: parts.indices.filter { $0 != left }.map { parts[$0] })
        }
        let whole = RegressionWorkspace(regression), held = parts.map(RegressionWorkspace.init)
        func squares(_ workspace: RegressionWorkspace, _ found: SparseCoefficients, _ equation: Int) -> Double {
            let support = found.support(equation: equation)
            for (index, term) in support.enumerated() {
                workspace.solution[index] = found.values[equation, term]
            }
            return workspace.squaredResidual(support, equation: equation)
        }
        return try thresholds.map { threshold in
            let method = self.regression(threshold)
            let all = try method.fit(regression)
            let models = try training.map { try method.fit($0) }
            var trainingErrors: [Double] = [], validation: [Double] = [], deviations: [Double] = []
            for equation in 0..<d {
                let energy = regression.targetSquares[equation]
                func relative(_ squares: Double, _ energy: Double) -> Double {
                    energy > 0 ? (squares / energy).squareRoot() : squares.squareRoot()
                }
                trainingErrors.append(relative(squares(whole, all, equation), energy))
                let parts = models.indices.map { squares(held[$0], models[$0], equation) }
                validation.append(relative(parts.reduce(0, +), energy))
                let errors = parts.indices.map { relative(parts[$0], held[$0].problem.targetSquares[equation]) }
                let count = Double(errors.count), mean = errors.reduce(0, +) / count
                let spread = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
                deviations.append((spread / count).squareRoot())
            }
            return Point(
                threshold: threshold, coefficients: all,
                complexity: (0..<d).map { all.support(equation: $0).count }, trainingErrors: trainingErrors,
                validationErrors: validation, validationDeviations: deviations)
        }
    }

    private func foldRanges(_ problem: IdentificationProblem) throws -> [Range<Int>] {
        let rows = problem.regression.features.rows, terms = problem.regression.termCount
        let ranges: [Range<Int>]
        switch folds {
        case .blocks(let count):
            guard count >= 2 else {
                throw LacunaError(.value, "cross-validation", "\(count) blocks; at least 2 are needed")
            }
            ranges = (0..<count).map { (0..<rows).part($0, of: count) }
        case .trajectories:
            ranges = problem.segments
            guard ranges.count >= 2 else {
                throw LacunaError(
                    .shape, "cross-validation", "there is \(ranges.count) trajectory, at least 2 are needed",
                    remedy: "Hold out blocks of time.")
            }
        }
        guard ranges.allSatisfy({ !$0.isEmpty && rows - $0.count >= terms }) else {
            throw LacunaError(
                .shape, "cross-validation", "\(rows) samples in \(ranges.count) folds leave too few for \(terms) terms")
        }
        return ranges
    }
}

extension [ThresholdScan.Point] {
    /// The fewest terms whose validation error is within one standard error of the least, for an equation; of equals the largest
    /// threshold (Breiman et al. 1984, the one-standard-error rule).
    public func choice(equation: Int) -> ThresholdScan.Point? {
        let best = self.min { $0.validationErrors[equation] < $1.validationErrors[equation] }
        guard let best else { return nil }
        let limit = best.validationErrors[equation] + best.validationDeviations[equation]
        return filter { $0.validationErrors[equation] <= limit }
            .min { ($0.complexity[equation], -$0.threshold) < ($1.complexity[equation], -$1.threshold) }
    }

    /// The points that no other beats in both number of terms and validation error, by number of terms.
    public func paretoFront(equation: Int) -> [ThresholdScan.Point] {
        var front: [ThresholdScan.Point] = []
        let ordered = sorted {
            ($0.complexity[equation], $0.validationErrors[equation])
                < ($1.complexity[equation], $1.validationErrors[equation])
        }
        for point in ordered {
            if let last = front.last, point.validationErrors[equation] >= last.validationErrors[equation] { continue }
            front.append(point)
        }
        return front
    }
}

extension RegressionProblem {
    /// Some of the samples, which may be fewer than the terms.
    func part(_ rows: Range<Int>) throws -> RegressionProblem {
        func taken(_ matrix: Matrix<Double>) -> Matrix<Double> {
            let storage = (0..<matrix.columns).flatMap { column in
                matrix.storage[column * matrix.rows + rows.lowerBound..<column * matrix.rows + rows.upperBound]
            }
            return Matrix(rows: rows.count, columns: matrix.columns, storage: storage)
        }
        return try RegressionProblem(
            samples: taken(features), targets: taken(targets), featureNames: featureNames)
    }

    /// The sums of several problems with the same terms.
    static func sum(of parts: [RegressionProblem]) throws -> RegressionProblem {
        guard let first = parts.first else { throw LacunaError(.shape, "regression", "there is nothing to add") }
        let count = first.termCount, d = first.equationCount
        var lower = [Double](repeating: 0, count: count * count)
        var moments = [Double](repeating: 0, count: count * d), squares = [Double](repeating: 0, count: d)
        for part in parts {
            for column in 0..<count {
                for row in column..<count {
                    lower[row + column * count] += part.gram[row, column] * part.norms[row] * part.norms[column]
                }
                for equation in 0..<d {
                    moments[column + equation * count] += part.moments[column, equation] * part.norms[column]
                }
            }
            for equation in 0..<d { squares[equation] += part.targetSquares[equation] }
        }
        return try RegressionProblem(
            featureNames: first.featureNames, sampleCount: parts.reduce(0) { $0 + $1.sampleCount }, lowerGram: lower,
            moments: moments, targetSquares: squares)
    }
}
