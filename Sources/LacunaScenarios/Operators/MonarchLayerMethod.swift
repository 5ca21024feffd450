import LacunaExperiment
import LacunaNets

struct MonarchLayerMethod: OperatorNetworkMethod {
    let name = "monarch-layer"
    let summary = "the same with Monarch matrices that start as the Fourier transforms and are trained"
    let citation = Citation.dao2022
    let transform = Network<Float>.OperatorTransform.monarch

    func linear(size: Int) throws -> Network<Float> { try .monarchPair(size: size) }
}
