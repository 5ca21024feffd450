import LacunaExperiment
import LacunaSolvers

/// W as the unfolded kernels of a convolution with four taps: four filters share a pattern of taps for each channel.
struct GroupedKernelsProductMethod: MatrixProductMethod {
    let name = "grouped-kernels"
    let summary = "patterns of 4 taps that 4 filters share, a pattern per channel from a small dictionary"
    let citation = Citation(
        authors: "M. Lin, Y. Zhang, Y. Li, B. Chen, F. Chao, M. Wang, S. Li, Y. Tian, R. Ji", year: 2022,
        title: "1xN Pattern for Pruning Convolutional Neural Networks", source: "arXiv 2105.14713")

    func reasonToSkip(_ problem: MatrixProductProblem) -> String? {
        if let reason = reasonAgainstBlocks(of: 4, problem) { return reason }
        let columns = problem.weights.columns
        return columns % 4 == 0 ? nil : "\(columns) columns are no multiple of 4 taps"
    }

    func prepare(_ problem: MatrixProductProblem) throws -> PreparedProduct {
        let weights = problem.weights
        let kernels = try GroupedKernels(
            Tensor(dimensions: [weights.rows, weights.columns / 4, 4], storage: weights.transposed.storage),
            groupSize: 4)
        return sparseProduct(problem, try kernels.matrix())
    }
}
