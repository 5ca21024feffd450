import LacunaSolvers
import LacunaTestSupport
import Testing

/// Both posteriors against the dense formula.
@Suite struct PosteriorTests {
    /// Sizes M_i × N_i: wide, tall and square factors, 1 to 4 of them.
    static let shapes: [[(rows: Int, columns: Int)]] = [
        [(5, 8)], [(8, 5)], [(6, 6)],
        [(3, 5), (4, 6)], [(5, 3), (4, 6)], [(3, 5), (6, 4)], [(5, 3), (6, 4)],
        [(3, 4), (2, 4), (3, 2)], [(4, 2), (2, 3), (4, 3)],
        [(2, 3), (3, 2), (2, 2), (2, 3)],
    ]

    private func compare<P: GaussianPosterior>(
        _ posterior: inout P, _ scales: KroneckerScales<P.Element.RealPart>, _ model: LinearModel<P.Element>,
        noiseVariance: P.Element.RealPart, matrix: Matrix<P.Element>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        typealias Real = P.Element.RealPart
        let full = (0..<scales.modes).reduce([Real(1)]) { naiveKronecker($0, scales.full(mode: $1)) }
        let expected = DensePosterior(matrix, scales: full, measurements: model.measurements, noiseVariance: noiseVariance)
        let active = full.indices.filter { index in
            var remaining = index
            return (0..<scales.modes).reversed().allSatisfy { mode in
                defer { remaining /= scales.dimensions[mode] }
                return scales.active[mode].contains(remaining % scales.dimensions[mode])
            }
        }
        // The condition number of Σ_y, which both sides feel, reaches 1e5 here.
        let tolerance = rounding(1e6, of: P.Element.self)
        posterior.update(scales, noiseVariance: noiseVariance)
        let mean = (0..<active.count).map { posterior.mean[$0] }
        let moment = (0..<active.count).map { posterior.secondMoment[$0] }
        #expect(relativeDistance(mean, active.map { expected.mean[$0] }) < tolerance, sourceLocation: sourceLocation)
        let moments = active.map { expected.variances[$0] + expected.mean[$0].squaredModulus }
        #expect(relativeDistance(moment, moments) < tolerance, sourceLocation: sourceLocation)

        let determined = active.reduce(Real.zero) { $0 + (full[$1] > 0 ? 1 - expected.variances[$1] / full[$1] : 0) }
        #expect((posterior.determinedParameters() - determined).magnitude < tolerance * Real(max(active.count, 10)), sourceLocation: sourceLocation)
        #expect((posterior.logDeterminant - expected.logDeterminant).magnitude < tolerance * 100, sourceLocation: sourceLocation)
        let fitted = naiveProduct(matrix, expected.mean)
        let residual = zip(model.measurements, fitted).reduce(Real.zero) { $0 + ($1.0 - $1.1).squaredModulus }
        #expect((posterior.squaredResidual() - residual).magnitude < tolerance * (residual + 1), sourceLocation: sourceLocation)
        let pointer = posterior.variances(scales)
        let variances = (0..<active.count).map { pointer[$0] }
        #expect(relativeDistance(variances, active.map { expected.variances[$0] }) < tolerance, sourceLocation: sourceLocation)
    }

    /// Full, then pruned mode after mode, so that every factor goes through its forms.
    private func checkKronecker<S: Scalar>(_ shape: [(rows: Int, columns: Int)], _ type: S.Type) throws {
        var stream = RandomStream(key: 41)
        let factors: [Matrix<S>] = shape.map { stream.matrix($0.rows, $0.columns) }
        let matrix = naiveKronecker(factors)
        let model = try LinearModel(
            dictionary: KroneckerOperator(factors), measurements: stream.vector(matrix.rows), noiseVariance: 0.3)
        var posterior = try KroneckerPosterior(model)
        #expect(posterior.dimensions == shape.map(\.columns))
        var scales = try KroneckerScales(shape.map { stream.positives($0.columns, in: 0.1...2) as [S.RealPart] })
        compare(&posterior, scales, model, noiseVariance: 0.3, matrix: matrix)
        compare(&posterior, scales, model, noiseVariance: 0.05, matrix: matrix)
        var kept: [Int] = []
        for (round, relative) in [0.3, 0.5, 0.7, 0.95].enumerated() {
            for mode in 0..<scales.modes where (mode + round) % 2 == 0 {
                let dropped = scales.prune(mode: mode, relative: S.RealPart(relative), absolute: 0, kept: &kept)
                if dropped { posterior.restrict(mode: mode, kept: kept) }
            }
            compare(&posterior, scales, model, noiseVariance: 0.3, matrix: matrix)
        }
    }

    @Test(arguments: shapes.indices)
    func kronecker(shape: Int) throws {
        try checkKronecker(Self.shapes[shape], Double.self)
        try checkKronecker(Self.shapes[shape], Complex<Double>.self)
    }

    @Test func kroneckerInSinglePrecision() throws {
        try checkKronecker([(3, 4), (3, 5)], Float.self)
        try checkKronecker([(3, 4), (4, 3)], Complex<Float>.self)
    }

    private func checkCovariance<S: Scalar>(_ dictionary: any LinearOperator<S>, _ matrix: Matrix<S>) throws {
        var stream = RandomStream(key: 42)
        let n = matrix.columns
        let model = try LinearModel(dictionary: dictionary, measurements: stream.vector(matrix.rows), noiseVariance: 0.3)
        var posterior = try CovariancePosterior(model)
        #expect(posterior.dimensions == [n])
        var scales = try KroneckerScales([stream.positives(n, in: 0.1...2) as [S.RealPart]])
        compare(&posterior, scales, model, noiseVariance: 0.3, matrix: matrix)
        // Scales that vanish without being pruned, as PC-SBL has them.
        scales.values[0][0] = 0
        scales.values[0][n / 2] = 0
        compare(&posterior, scales, model, noiseVariance: 0.3, matrix: matrix)
        var kept: [Int] = []
        for relative in [0.3, 0.6, 0.9] {
            scales.prune(mode: 0, relative: S.RealPart(relative), absolute: 0, kept: &kept)
            posterior.restrict(mode: 0, kept: kept)
            compare(&posterior, scales, model, noiseVariance: 0.3, matrix: matrix)
        }
    }

    private func checkCovariances<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 43)
        for (rows, columns) in [(5, 12), (9, 7)] {
            let matrix: Matrix<S> = stream.matrix(rows, columns)
            try checkCovariance(DenseOperator(matrix), matrix)
        }
        for shape in [[(2, 3), (3, 4)], [(3, 2), (4, 3)], [(2, 3), (2, 2), (2, 3)], [(5, 9)]] {
            let factors: [Matrix<S>] = shape.map { stream.matrix($0.0, $0.1) }
            try checkCovariance(KroneckerOperator(factors), naiveKronecker(factors))
        }
        let khatriRao = try KhatriRaoOperator<S>([stream.matrix(2, 9), stream.matrix(3, 9)])
        try checkCovariance(khatriRao, khatriRao.dense())
    }

    @Test func covarianceInBothForms() throws {
        try checkCovariances(Double.self)
        try checkCovariances(Complex<Double>.self)
    }

    @Test func dictionariesThatCannotServeAreNamed() throws {
        let a = DenseOperator(Matrix<Double>.identity(3))
        let opaque = try LinearModel(dictionary: ScaledOperator(2, a), measurements: [1, 2, 3], noiseVariance: 1)
        #expect(throws: LacunaError.self) { try KroneckerPosterior(opaque) }
        #expect(throws: LacunaError.self) { try CovariancePosterior(opaque) }
    }
}
