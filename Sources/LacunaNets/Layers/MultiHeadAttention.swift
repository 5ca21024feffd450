/// Y = W_o concat_h(V_h softmax(K_hᵀ Q_h/√(d/H))) + b_o, with [Q; K; V] = W X + b cut into H heads of d/H features: self-attention over the
/// positions of each sample (Vaswani et al. 2017, arXiv 1706.03762, eq. 1). The softmax is over the keys of each query; `isCausal`
/// leaves out keys after the query.
///
/// X and Y are d × columns; parameters `in_proj_weight` [3d, d], `in_proj_bias`, `out_proj.weight` [d, d], `out_proj.bias`, as PyTorch
/// stores them. Kept for the backward pass: Q, K, V, the T × T probabilities and the heads' outputs.
/// Cost per sample: 8 d² T + 4 d T² operations.
public struct MultiHeadAttention<Element: RealScalar>: Layer {
    public let width: Int
    public let heads: Int
    public let isCausal: Bool

    public init(width: Int, heads: Int, causal: Bool = false) {
        self.width = width
        self.heads = heads
        isCausal = causal
    }

    public var parameters: [LayerParameter] {
        [
            LayerParameter("in_proj_weight", [3 * width, width], .glorotNormal(fanIn: width, fanOut: width)),
            LayerParameter("in_proj_bias", [3 * width], .constant(0), role: .offset),
            LayerParameter("out_proj.weight", [width, width], .uniform(fanIn: width)),
            LayerParameter("out_proj.bias", [width], .constant(0), role: .offset),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard width > 0, heads > 0, width % heads == 0 else {
            throw LacunaError(.shape, "attention", "\(heads) heads do not divide a width of \(width)")
        }
        guard input.featureCount == width else {
            throw LacunaError(.shape, "input", "\(input), the attention is \(width) wide")
        }
        return ValueShape([width], positions: input.positions)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int {
        let t = shapes[0].positions
        return 8 * width * width * t + 4 * width * t * t
    }

    /// [Q; K; V], the heads' outputs, and the probabilities.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int {
        let t = shapes[0].positions
        return 4 * width * t * batch + heads * t * t * batch
    }

    /// Gradients of [Q; K; V] and of the heads' outputs, and one T × T matrix.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        let t = shapes[0].positions
        return 4 * width * t * batch + t * t
    }

    private var headWidth: Int { width / heads }
    private var scale: Double { 1 / Double(headWidth).squareRoot() }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), d = width, t = pass.inputShapes[0].positions
        let projections = pass.saved, joined = pass.saved + 3 * d * n, probabilities = joined + d * n
        let inputBias = pass.parameters + 3 * d * d, outputWeight = inputBias + 3 * d, outputBias = outputWeight + d * d
        Elementwise.fillRows(inputBias, into: projections, rows: 3 * d, columns: n)
        BLAS<Element>.multiply(
            .plain, .plain, n, 3 * d, d, pass.inputs[0], n, pass.parameters, d, beta: 1, into: projections, n)
        forEachHead(pass) { index, offset in
            let q = projections + offset, k = q + d * n, v = k + d * n
            let p = probabilities + index * t * t
            // Row-major P[query, key] = Σ_f Q[f, query] K[f, key].
            BLAS<Element>.multiply(.plain, .transposed, t, t, headWidth, alpha: scale, k, n, q, n, into: p, t)
            softmaxRows(p, t)
            // O[f, query] = Σ_key V[f, key] P[query, key].
            BLAS<Element>.multiply(.transposed, .plain, t, headWidth, t, p, t, v, n, into: joined + offset, n)
        }
        Elementwise.fillRows(outputBias, into: pass.output, rows: d, columns: n)
        BLAS<Element>.multiply(.plain, .plain, n, d, d, joined, n, outputWeight, d, beta: 1, into: pass.output, n)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), d = width, t = pass.inputShapes[0].positions
        let projections = pass.saved, joined = pass.saved + 3 * d * n, probabilities = joined + d * n
        let outputWeight = pass.parameters + 3 * d * d + 3 * d
        let gradients = pass.parameterGradients, g = pass.outputGradient
        let inputBiasGradient = gradients + 3 * d * d, outputGradients = inputBiasGradient + 3 * d
        let dProjections = pass.workspace, dJoined = pass.workspace + 3 * d * n, dP = dJoined + d * n

        BLAS<Element>.multiply(.transposed, .plain, d, d, n, joined, n, g, n, beta: 1, into: outputGradients, d)
        Elementwise.addRowSums(g, rows: d, columns: n, into: outputGradients + d * d)
        BLAS<Element>.multiply(.plain, .transposed, n, d, d, g, n, outputWeight, d, into: dJoined, n)
        forEachHead(pass) { index, offset in
            let q = projections + offset, k = q + d * n, v = k + d * n
            let dq = dProjections + offset, dk = dq + d * n, dv = dk + d * n
            let p = probabilities + index * t * t, dO = dJoined + offset
            // dV[f, key] = Σ_query dO[f, query] P[query, key]; dP[query, key] = Σ_f dO[f, query] V[f, key].
            BLAS<Element>.multiply(.plain, .plain, t, headWidth, t, p, t, dO, n, into: dv, n)
            BLAS<Element>.multiply(.plain, .transposed, t, t, headWidth, v, n, dO, n, into: dP, t)
            softmaxRowsGradient(p, dP, t)
            // S = scale QᵀK: dQ[f, query] = scale Σ_key K[f, key] dS[query, key], dK likewise.
            BLAS<Element>.multiply(.transposed, .plain, t, headWidth, t, alpha: scale, dP, t, k, n, into: dq, n)
            BLAS<Element>.multiply(.plain, .plain, t, headWidth, t, alpha: scale, dP, t, q, n, into: dk, n)
        }
        BLAS<Element>.multiply(
            .transposed, .plain, d, 3 * d, n, pass.inputs[0], n, dProjections, n, beta: 1, into: gradients, d)
        Elementwise.addRowSums(dProjections, rows: 3 * d, columns: n, into: inputBiasGradient)
        if let dx = pass.inputGradients[0] {
            BLAS<Element>.multiply(.plain, .transposed, n, d, 3 * d, dProjections, n, pass.parameters, d, into: dx, n)
        }
    }

    /// Calls `body` with the number of every (sample, head) and where its block begins in a features × columns matrix.
    @inline(__always)
    private func forEachHead(_ pass: LayerPass<Element>, _ body: (Int, Int) -> Void) {
        let n = pass.columns(), t = pass.inputShapes[0].positions
        for sample in 0..<pass.batch {
            for head in 0..<heads { body(sample * heads + head, head * headWidth * n + sample * t) }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    private func softmaxRows(_ p: UnsafeMutablePointer<Element>, _ t: Int) {
        for query in 0..<t {
            let row = p + query * t, keys = isCausal ? query + 1 : t
            var largest = row[0]
            for key in 1..<max(1, keys) { largest = max(largest, row[key]) }
            var sum = Element.zero
            for key in 0..<keys {
                row[key] = Element.exp(row[key] - largest)
                sum += row[key]
            }
            for key in 0..<keys { row[key] /= sum }
            for key in keys..<t { row[key] = 0 }
        }
    }

    /// dS ← P ∘ (dP - Σ_key P dP), row by row.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    private func softmaxRowsGradient(_ p: UnsafePointer<Element>, _ dP: UnsafeMutablePointer<Element>, _ t: Int) {
        for query in 0..<t {
            let row = p + query * t, gradient = dP + query * t
            var sum = Element.zero
            for key in 0..<t { sum += row[key] * gradient[key] }
            for key in 0..<t { gradient[key] = row[key] * (gradient[key] - sum) }
        }
    }
}
