/// Looks of known methods. Those of one group may stand in one figure and differ in colour and marker; groups use colours again.
///
/// Colours are those of Okabe and Ito, "Color Universal Design" (2008), which colour-blind readers tell apart, without the yellow that
/// is lost on white, and more as far from them as could be found under simulated protanopia and deuteranopia (Machado et al. 2009).
/// The methods that a study is about are solid, baselines dashed, bounds black or grey and dotted.
extension CurveStyles {
    static let known = groups.reduce(into: [:]) { all, group in all.merge(group) { first, _ in first } }

    static let groups = [recovery, matrices, products, compression, dynamics]

    private static let turboVBI = [
        "turbo-vbi": CurveStyle(color: "#9400d3", marker: .circle),
        "three-layer-vbi": CurveStyle(color: "#2e8b57", marker: .square),
    ]

    private static let recovery = turboVBI.merging([
        "svd-krosbl": CurveStyle(color: "#0072b2", marker: .circle),
        "am-krosbl": CurveStyle(color: "#d55e00", marker: .square),
        "pc-krosbl": CurveStyle(color: "#009e73", marker: .pentagon),
        "pc-krosbl(0.8)": CurveStyle(color: "#009e73", marker: .triangle),
        "pc-krosbl(0.5)": CurveStyle(color: "#cc79a7", marker: .invertedTriangle),
        "ksbl": CurveStyle(color: "#882255", marker: .triangle),
        "sbl": CurveStyle(color: "#e69f00", marker: .diamond),
        "pc-sbl": CurveStyle(color: "#56b4e9", marker: .pentagon),
        "vbi": CurveStyle(color: "#dc143c", marker: .square, dash: .dashed),
        "bg-amp": CurveStyle(color: "#7a7a00", marker: .triangle, dash: .dashed),
        "omp": CurveStyle(color: "#5a3d00", marker: .circle, dash: .dashed),
        "kronecker-omp": CurveStyle(color: "#906030", marker: .square, dash: .dashed),
        "fista": CurveStyle(color: "#332288", marker: .invertedTriangle, dash: .dashed),
        "lmmse": CurveStyle(color: "#304848", marker: .pentagon, dash: .dashed),
        "least-squares": CurveStyle(color: "#808080", marker: .triangle, dash: .dashed),
        "oracle-least-squares": CurveStyle(color: "#000000", marker: .diamond, dash: .dotted),
    ]) { first, _ in first }

    private static let matrices = [
        "monarch": CurveStyle(color: "#d55e00", marker: .diamond),
        "monarch, rank 1": CurveStyle(color: "#d55e00", marker: .circle),
        "monarch, rank 2": CurveStyle(color: "#0072b2", marker: .triangle),
        "monarch-pair": CurveStyle(color: "#882255", marker: .pentagon),
        "low-rank": CurveStyle(color: "#0072b2", marker: .square),
        "kronecker": CurveStyle(color: "#009e73", marker: .circle),
        "block-sparse": CurveStyle(color: "#cc79a7", marker: .square),
        "sparse": CurveStyle(color: "#e69f00", marker: .circle),
    ]

    private static let products = [
        "monarch-product": CurveStyle(color: "#d55e00", marker: .triangle),
        "csr": CurveStyle(color: "#0072b2", marker: .pentagon),
        "block-4x1": CurveStyle(color: "#009e73", marker: .diamond),
        "block-8x1": CurveStyle(color: "#56b4e9", marker: .circle),
        "int8-4x1": CurveStyle(color: "#e69f00", marker: .square),
        "nm-2-4": CurveStyle(color: "#cc79a7", marker: .pentagon),
        "nm-2-4-by-4": CurveStyle(color: "#882255", marker: .square),
        "dense-product": CurveStyle(color: "#000000", marker: .circle, dash: .dashed),
        "density-line": CurveStyle(color: "#808080", marker: .square, dash: .dotted),
        "ideal (density line)": CurveStyle(color: "#808080", marker: .circle, dash: .dotted),
    ]

    private static let compression = turboVBI.merging([
        "ard": CurveStyle(color: "#0072b2", marker: .diamond),
        "sparse-vd": CurveStyle(color: "#d55e00", marker: .invertedTriangle),
        "bayesian-compression": CurveStyle(color: "#e69f00", marker: .pentagon),
        "bayesian-compression(horseshoe)": CurveStyle(color: "#5a3d00", marker: .triangle),
        "vibnet": CurveStyle(color: "#56b4e9", marker: .square),
        "structured-bp": CurveStyle(color: "#cc79a7", marker: .triangle),
        "magnitude": CurveStyle(color: "#808080", marker: .circle, dash: .dashed),
        "gradual-magnitude": CurveStyle(color: "#304848", marker: .square, dash: .dashed),
        "l1": CurveStyle(color: "#332288", marker: .triangle, dash: .dashed),
        "group-lasso": CurveStyle(color: "#882255", marker: .invertedTriangle, dash: .dashed),
        "dense-network": CurveStyle(color: "#000000", marker: .pentagon, dash: .dotted),
    ]) { first, _ in first }

    private static let dynamics = [
        "stlsq": CurveStyle(color: "#0072b2", marker: .circle),
        "sr3": CurveStyle(color: "#d55e00", marker: .invertedTriangle),
        "ensemble-sindy": CurveStyle(color: "#009e73", marker: .triangle),
        "bayesian-sindy": CurveStyle(color: "#e69f00", marker: .diamond),
        "weak-sindy": CurveStyle(color: "#cc79a7", marker: .pentagon),
        "ssr": CurveStyle(color: "#56b4e9", marker: .square),
        "frols": CurveStyle(color: "#882255", marker: .circle),
        "stnn": CurveStyle(color: "#d55e00", marker: .square),
        "stnn(dft-diagonal)": CurveStyle(color: "#e69f00", marker: .invertedTriangle),
        "stnn(butterfly)": CurveStyle(color: "#882255", marker: .diamond),
        "stnn(monarch)": CurveStyle(color: "#cc79a7", marker: .triangle),
        "leads": CurveStyle(color: "#9400d3", marker: .circle),
        "dense(width)": CurveStyle(color: "#000000", marker: .pentagon, dash: .dashed),
        "dense(parameters)": CurveStyle(color: "#808080", marker: .triangle, dash: .dashed),
        "delay-regression": CurveStyle(color: "#009e73", marker: .square, dash: .dashed),
        "dmd": CurveStyle(color: "#332288", marker: .circle, dash: .dashed),
        "hankel-dmd": CurveStyle(color: "#56b4e9", marker: .diamond, dash: .dashed),
        "optimized-dmd": CurveStyle(color: "#906030", marker: .pentagon, dash: .dashed),
        "havok": CurveStyle(color: "#5a3d00", marker: .triangle, dash: .dashed),
        "persistence": CurveStyle(color: "#304848", marker: .circle, dash: .dotted),
    ]
}
