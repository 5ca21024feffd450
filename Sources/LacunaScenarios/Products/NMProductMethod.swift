import LacunaExperiment
import LacunaSolvers

struct NMProductMethod: MatrixProductMethod {
    let name = "nm-2-4"
    let summary = "packed 2:4: two of every four entries of a row, a pattern for every row"
    let citation = Citation(
        authors: "A. Mishra, J. Albericio Latorre, J. Pool, D. Stosic, D. Stosic, G. Venkatesh, C. Yu, P. Micikevicius",
        year: 2021, title: "Accelerating Sparse Deep Neural Networks", source: "arXiv 2104.08378")

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? {
        let columns = problem.weights.columns
        if columns % 4 != 0 { return "\(columns) columns are no multiple of 4" }
        return isTwoOfFour(problem.weights, sharedRows: 1)
            ? nil : "more than two of four consecutive entries are not zero"
    }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        let packed = try NMMatrix(problem.weights, kept: 2, ofEach: 4)
        let x = Buffer(problem.activations), n = problem.vectors
        let y = Buffer<Float>(repeating: 0, count: problem.weights.rows * n)
        let workspaces = [Buffer<Float>(repeating: 0, count: NMMatrix<Float>.workspaceCount)]
        return PreparedProduct(result: y) {
            packed.multiply(x.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspaces: workspaces)
        }
    }
}

/// Whether in r consecutive rows at most two of each four consecutive columns have entries that are not zero.
func isTwoOfFour(_ weights: Matrix<Float>, sharedRows r: Int) -> Bool {
    stride(from: 0, to: weights.rows, by: r).allSatisfy { top in
        stride(from: 0, to: weights.columns, by: 4).allSatisfy { first in
            (first..<first + 4).count { column in (top..<top + r).contains { weights[$0, column] != 0 } } <= 2
        }
    }
}
