import LacunaExperiment
import LacunaNets

struct FourierLayerMethod: OperatorNetworkMethod {
    let name = "fourier-layer"
    let summary = "diagonal in frequencies on a line, a Fourier neural operator on a plane"
    let citation = Citation(
        authors: "Z. Li, N. Kovachki, K. Azizzadenesheli, B. Liu, K. Bhattacharya, A. Stuart, A. Anandkumar",
        year: 2021, title: "Fourier Neural Operator for Parametric Partial Differential Equations",
        source: "arXiv 2010.08895")
    let transform = Network<Float>.OperatorTransform.fourier

    func linear(size: Int) throws -> Network<Float> { try .fourierDiagonal(size: size) }
}
