import Lacuna

/// The posterior of y = A x + n, n ~ N(0, s² I), x ~ N(0, diag(g)), by its formula on full matrices.
///
///     Σ_y = s² I + A diag(g) Aᴴ,  Σ = diag(g) - diag(g) Aᴴ Σ_y⁻¹ A diag(g),  mean = diag(g) Aᴴ Σ_y⁻¹ y
public struct DensePosterior<S: Scalar> {
    public let mean: [S]
    public let variances: [S.RealPart]
    /// log det Σ_y.
    public let logDeterminant: S.RealPart
    /// yᴴ Σ_y⁻¹ y.
    public let quadraticForm: S.RealPart

    public init(_ a: Matrix<S>, scales g: [S.RealPart], measurements y: [S], noiseVariance: S.RealPart) {
        let weighted = Matrix<S>(rows: a.rows, columns: a.columns) { a[$0, $1].scaled(by: g[$1]) }
        var covariance = naiveProduct(weighted, a.adjoint)
        for row in 0..<a.rows { covariance[row, row] += S(noiseVariance) }
        let right = Matrix(rows: a.rows, columns: a.columns + 1) { row, column in
            column < a.columns ? weighted[row, column] : y[row]
        }
        let (solution, logDeterminant) = naiveSolve(covariance, right)
        self.logDeterminant = logDeterminant
        var mean: [S] = [], variances: [S.RealPart] = []
        for n in 0..<a.columns {
            var inner = S.zero, form = S.zero
            for row in 0..<a.rows {
                inner += weighted[row, n].conjugated * solution[row, a.columns]
                form += weighted[row, n].conjugated * solution[row, n]
            }
            mean.append(inner)
            variances.append(g[n] - form.realPart)
        }
        self.mean = mean
        self.variances = variances
        quadraticForm = (0..<a.rows).reduce(S.RealPart.zero) {
            $0 + (y[$1].conjugated * solution[$1, a.columns]).realPart
        }
    }
}
