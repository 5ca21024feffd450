import LacunaExperiment
import LacunaSolvers

struct Int8ProductMethod: MatrixProductMethod {
    let name = "int8-4x1"
    let summary = "blocks of 4x1 with 8-bit weights and 7-bit activations, against single precision"
    let citation = Citation.shen2023

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? { reasonAgainstBlocks(of: 4, problem) }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        let input = try Quantization(holding: problem.activations)
        let weights = try QuantizedMatrix(SparseMatrix(problem.weights, block: .rows4))
        let product = try QuantizedProduct(weights, input: input)
        let q = Buffer(input.quantize(problem.activations)), n = problem.vectors
        let y = Buffer<Float>(repeating: 0, count: problem.weights.rows * n)
        let workspaces = [Buffer<UInt8>(repeating: 0, count: product.workspaceBytes)]
        return PreparedProduct(result: y) {
            product.multiply(q.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspaces: workspaces)
        }
    }
}
