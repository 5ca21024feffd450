import LacunaExperiment
import LacunaSolvers

struct KroneckerMethod: MatrixApproximationMethod {
    let name = "kronecker"
    let summary = "nearest sum of Kronecker products, factors as square as the sizes allow"
    let citation = Citation(
        authors: "C. F. Van Loan, N. Pitsianis", year: 1993, title: "Approximation with Kronecker Products",
        source: "Linear Algebra for Large Scale and Real-Time Applications, Kluwer")

    func reasonToSkip(rows: Int, columns: Int, parameterCount count: Int) -> String? {
        let least = termCount(rows, columns)
        return count < least ? "\(count) numbers do not pay for one product, which takes \(least)" : nil
    }

    func approximate<S: Scalar>(
        _ matrix: Matrix<S>, parameterCount count: Int, options: ParameterValues
    ) throws -> ApproximatedMatrix<S> where S.RealPart == Double {
        let (m, n) = (matrix.rows, matrix.columns)
        let (a, b) = (middleDivisor(m), middleDivisor(n))
        return ApproximatedMatrix(
            try KroneckerSet<S>(
                leftRows: m / a, leftColumns: n / b, rightRows: a, rightColumns: b, terms: count / termCount(m, n)
            ).project(matrix))
    }

    private func termCount(_ m: Int, _ n: Int) -> Int {
        let (a, b) = (middleDivisor(m), middleDivisor(n))
        return (m / a) * (n / b) + a * b
    }

    /// The largest divisor up to √n.
    private func middleDivisor(_ n: Int) -> Int {
        (1...max(1, Int(Double(n).squareRoot()))).last { n % $0 == 0 } ?? 1
    }
}
