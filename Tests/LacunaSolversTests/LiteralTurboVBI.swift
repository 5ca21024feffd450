import LacunaSolvers
import LacunaTestSupport

/// Turbo-VBI with bursts as the paper's equations read, on real numbers with dense inverses and without log odds.
///
/// A complex problem is the stacked real one, [Re A, -Im A; Im A, Re A], whose coefficients n and N + n share one precision:
/// twice the complex one, as is the noise precision. The first `rounds` rounds, without stopping and without refit.
struct LiteralTurboVBI {
    var mean: [Double] = []
    var noiseVariance: Double
    /// q.
    var active: [Double] = []
    private let matrix: Matrix<Double>
    private let y: [Double]
    private let isComplex: Bool
    private var scales: [Double]
    private var moment: [Double] = []
    private var prior: [Double]
    private var transition: MarkovTransition<Double>
    private let options: TurboVBIOptions<Double>

    init<S: Scalar>(
        _ model: LinearModel<S>, _ options: TurboVBIOptions<Double>, _ transition: MarkovTransition<Double>, rounds: Int
    ) throws where S.RealPart == Double {
        let dense = try (0..<model.dictionary.columns).map { column in
            try model.dictionary.apply((0..<model.dictionary.columns).map { $0 == column ? 1 : 0 })
        }
        isComplex = S.isComplex
        let n = dense.count, m = model.measurements.count
        let power = model.measurements.reduce(0) { $0 + $1.squaredModulus }
        let frobenius = dense.reduce(0) { $0 + $1.reduce(0) { $0 + $1.squaredModulus } }
        let unit = (power / frobenius / options.typicalActivity).squareRoot()
        matrix =
            isComplex
            ? Matrix(rows: 2 * m, columns: 2 * n) { row, column in
                let entry = dense[column % n][row % m]
                if (row < m) == (column < n) { return entry.realPart }
                return row < m ? -entry.imaginaryPart : entry.imaginaryPart
            } : Matrix(rows: m, columns: n) { dense[$1][$0].realPart }
        y = (model.measurements.map(\.realPart) + (isComplex ? model.measurements.map(\.imaginaryPart) : []))
            .map { $0 / unit }
        self.options = options
        self.transition = transition
        scales = Array(repeating: 1, count: n)
        prior = Array(repeating: transition.activity, count: n)
        active = prior
        noiseVariance = power / unit / unit / Double(m) / 10

        let h = isComplex ? 1 : 0.5
        for _ in 0..<options.warmStart {
            updatePosterior()
            scales = moment.map { (1e-6 + h * $0) / (1e-6 + h) }
        }
        if options.warmStart > 0 {
            scales = scales.map { min(max($0, options.inactiveRateStart / options.inactiveShape), 1000) }
        } else {
            scales = prior.map { 1 / meanPrecision($0, options.inactiveRateStart) }
        }
        for round in 0..<rounds {
            let rate = max(
                options.inactiveRateEnd,
                options.inactiveRateStart * Double.pow(options.inactiveRateDecay, Double(round)))
            var ratio: [Double] = []
            for _ in 0..<options.innerIterations {
                updatePosterior()
                ratio = updateSupport(rate)
            }
            passMessages(ratio)
            active = zip(prior, ratio).map { p, l in p * Double.exp(l) / (p * Double.exp(l) + 1 - p) }
            scales = moment.indices.map { 1 / precision(active[$0], moment[$0], rate) }
        }
        mean = mean.map { $0 * unit }
        noiseVariance *= unit * unit
    }

    private func meanPrecision(_ q: Double, _ rate: Double) -> Double {
        (q * options.activeShape + (1 - q) * options.inactiveShape) / (q * options.activeRate + (1 - q) * rate)
    }

    /// E given q and e.
    private func precision(_ q: Double, _ e: Double, _ rate: Double) -> Double {
        let h = isComplex ? 1 : 0.5
        let a = options.activeShape, b = options.activeRate, c = options.inactiveShape
        guard options.coupling == .joint else {
            return (q * a + (1 - q) * c + h) / (q * b + (1 - q) * rate + h * e)
        }
        return q * (a + h) / (b + h * e) + (1 - q) * (c + h) / (rate + h * e)
    }

    private mutating func updatePosterior() {
        let n = scales.count, size = matrix.columns
        // Precisions and noise precision per real coefficient.
        let factor = isComplex ? 2.0 : 1.0
        let gram = naiveProduct(matrix.transposed, matrix)
        let information = Matrix(rows: size, columns: size) { row, column in
            factor / noiseVariance * gram[row, column] + (row == column ? factor / scales[row % n] : 0)
        }
        let identity = Matrix(rows: size, columns: size) { $0 == $1 ? 1.0 : 0 }
        let covariance = naiveSolve(information, identity).solution
        mean = naiveProduct(covariance, naiveProduct(matrix.transposed, y)).map { $0 * factor / noiseVariance }
        moment = (0..<n).map { index in
            stride(from: index, to: size, by: n).reduce(0) { $0 + mean[$1] * mean[$1] + covariance[$1, $1] }
        }
        let residual = zip(y, naiveProduct(matrix, mean)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let explained = naiveProduct(naiveProduct(matrix, covariance), matrix.transposed)
        let trace = (0..<y.count).reduce(0) { $0 + explained[$1, $1] }
        let h = isComplex ? 1 : 0.5
        noiseVariance = (h * (residual + trace) + 1e-6) / (Double(y.count) / 2 + 1e-6)
    }

    /// ℓ; sets q and the scales. Shapes 1.
    private mutating func updateSupport(_ rate: Double) -> [Double] {
        let h = isComplex ? 1 : 0.5
        let a = options.activeShape, b = options.activeRate, c = options.inactiveShape
        precondition(a == 1 && c == 1)
        var ratio: [Double] = []
        for index in moment.indices {
            let e = moment[index]
            let mean = precision(active[index], e, rate)
            if options.coupling == .meanField {
                ratio.append(Double.log(b) - Double.log(rate) - (b - rate) * mean)
                scales[index] = 1 / mean
            } else {
                ratio.append(Double.log(b / rate) - (1 + h) * Double.log((b + h * e) / (rate + h * e)))
            }
            let odds = prior[index] / (1 - prior[index]) * Double.exp(ratio[index])
            active[index] = odds / (1 + odds)
            if options.coupling == .joint { scales[index] = 1 / precision(active[index], e, rate) }
        }
        return ratio
    }

    /// Forward-backward on probabilities, then the M-step.
    private mutating func passMessages(_ ratio: [Double]) {
        let n = ratio.count
        let step = [[1 - transition.p01, transition.p01], [transition.p10, 1 - transition.p10]]
        let evidence = ratio.map { [1, Double.exp($0)] }
        var forward = [[1 - transition.activity, transition.activity]]
        for index in 1..<n {
            forward.append(
                [0, 1].map { to in
                    [0, 1].reduce(0) { $0 + forward[index - 1][$1] * evidence[index - 1][$1] * step[$1][to] }
                })
        }
        var backward = Array(repeating: [1.0, 1], count: n)
        for index in stride(from: n - 2, through: 0, by: -1) {
            backward[index] = [0, 1].map { from in
                [0, 1].reduce(0) { $0 + step[from][$1] * evidence[index + 1][$1] * backward[index + 1][$1] }
            }
        }
        prior = (0..<n).map { index in
            let weights = [0, 1].map { forward[index][$0] * backward[index][$0] }
            return weights[1] / (weights[0] + weights[1])
        }
        var counts = [[0.0, 0], [0, 0]]
        for index in 0..<n - 1 {
            var pair = [[0.0, 0], [0, 0]], total = 0.0
            for from in 0...1 {
                for to in 0...1 {
                    pair[from][to] =
                        forward[index][from] * evidence[index][from] * step[from][to]
                        * evidence[index + 1][to] * backward[index + 1][to]
                    total += pair[from][to]
                }
            }
            for from in 0...1 { for to in 0...1 { counts[from][to] += pair[from][to] / total } }
        }
        let p01 = (counts[0][1] + 1) / (counts[0][0] + counts[0][1] + 20)
        let p10 = (counts[1][0] + 1) / (counts[1][0] + counts[1][1] + 5)
        transition = MarkovTransition(p01: min(max(p01, 1e-3), 0.5), p10: min(max(p10, 1e-2), 0.9))
    }
}
