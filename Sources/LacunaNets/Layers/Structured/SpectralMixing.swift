/// Z[o, k] = Σ_c W[k, o, c] X[c, k]: complex matrices that mix the channels, one of their own for every frequency k kept; the other
/// frequencies of the output are zero. With one channel it is a diagonal matrix.
///
/// X is [2, C, …], Z [2, O, …], the axes after the channels being the K frequencies, numbered row-major; `weight` is
/// [2, frequencies kept, O, C], the planes real and imaginary parts. Gradients: dW[k] = G_k X_kᴴ, dX_k = W[k]ᴴ G_k.
/// Start: uniform on ±1/(C O) in each part, as the Fourier neural operator's up to the sign. Cost: 8 C O operations per frequency kept.
public struct SpectralMixing<Element: RealScalar>: Layer {
    public let channels: Int
    public let outputs: Int
    /// [K_1, …]: the axes after the channels.
    public let grid: [Int]
    /// Frequencies kept, as positions in the grid; nil is all.
    public let kept: [Int]?
    public var start: ParameterStart

    /// - Parameter start: nil is the rule above.
    public init(_ channels: Int, _ outputs: Int, grid: [Int], keeping kept: [Int]? = nil, start: ParameterStart? = nil)
    {
        self.channels = channels
        self.outputs = outputs
        self.grid = grid
        self.kept = kept
        self.start = start ?? .uniform(bound: 1 / Double(max(channels * outputs, 1)))
    }

    /// Multiplication by these numbers, one per frequency.
    public static func diagonal(_ entries: [Complex<Double>]) -> SpectralMixing {
        SpectralMixing(1, 1, grid: [entries.count], start: ComplexPlanes.start(entries))
    }

    public var frequencyCount: Int { grid.reduce(1, *) }
    private var keptCount: Int { kept?.count ?? frequencyCount }

    public var parameters: [LayerParameter] {
        [LayerParameter("weight", [2, keptCount, outputs, channels], start)]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try complexInput(shapes)
        guard channels > 0, outputs > 0, frequencyCount > 0 else {
            throw LacunaError(
                .shape, "spectral mixing", "\(channels) to \(outputs) channels on \(describeShape(grid)) frequencies",
                remedy: "Each must be at least 1.")
        }
        if let kept, Set(kept).count != kept.count || !kept.allSatisfy({ 0..<frequencyCount ~= $0 }) {
            throw LacunaError(
                .value, "spectral mixing", "frequencies kept must be different and among 0..<\(frequencyCount)")
        }
        // A value of one channel may go without an axis for it.
        guard input.features == [2, channels] + grid || (channels == 1 && input.features == [2] + grid) else {
            throw LacunaError(.shape, "input", "\(input), the mixing takes \(describeShape([2, channels] + grid))")
        }
        return ValueShape(
            input.features.count == grid.count + 1 && outputs == 1 ? input.features : [2, outputs] + grid,
            positions: input.positions)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int {
        8 * channels * outputs * keptCount * shapes[0].positions
    }

    private var product: SpectralProduct<Element> {
        SpectralProduct(channels: channels, outputs: outputs, frequencies: frequencyCount, kept: kept)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        if kept != nil { Elementwise.fill(0, into: pass.output, count: pass.outputCount) }
        product.forward(pass.parameters, pass.inputs[0], columns: pass.columns(), into: pass.output)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        product.addGradient(pass.outputGradient, pass.inputs[0], columns: n, into: pass.parameterGradients)
        guard let dx = pass.inputGradients[0] else { return }
        if kept != nil { Elementwise.fill(0, into: dx, count: pass.count()) }
        product.backward(pass.parameters, pass.outputGradient, columns: n, into: dx)
    }
}

/// The products of `SpectralMixing`: per frequency four real ones, for the planes lie apart. Values are [2, channels, K] × columns, weights
/// [2, kept, O, C].
struct SpectralProduct<Element: RealScalar> {
    let channels: Int
    let outputs: Int
    let frequencies: Int
    let kept: [Int]?

    private var keptCount: Int { kept?.count ?? frequencies }

    func forward(
        _ w: UnsafePointer<Element>, _ x: UnsafePointer<Element>, columns n: Int, into z: UnsafeMutablePointer<Element>
    ) {
        let stride = frequencies * n, imaginary = keptCount * outputs * channels
        for index in 0..<keptCount {
            let k = kept?[index] ?? index, w = w + index * outputs * channels
            let x = x + k * n, xi = x + channels * stride, z = z + k * n, zi = z + outputs * stride
            func add(
                _ w: UnsafePointer<Element>, _ x: UnsafePointer<Element>, _ sign: Double, _ beta: Double,
                _ z: UnsafeMutablePointer<Element>
            ) {
                BLAS<Element>.multiply(
                    .plain, .plain, n, outputs, channels, alpha: sign, x, stride, w, channels, beta: beta, into: z,
                    stride)
            }
            add(w, x, 1, 0, z)
            add(w + imaginary, xi, -1, 1, z)
            add(w + imaginary, x, 1, 0, zi)
            add(w, xi, 1, 1, zi)
        }
    }

    /// dX_k ← W[k]ᴴ G_k.
    func backward(
        _ w: UnsafePointer<Element>, _ g: UnsafePointer<Element>, columns n: Int, into dx: UnsafeMutablePointer<Element>
    ) {
        let stride = frequencies * n, imaginary = keptCount * outputs * channels
        for index in 0..<keptCount {
            let k = kept?[index] ?? index, w = w + index * outputs * channels
            let g = g + k * n, gi = g + outputs * stride, dx = dx + k * n, dxi = dx + channels * stride
            func add(
                _ w: UnsafePointer<Element>, _ g: UnsafePointer<Element>, _ sign: Double, _ beta: Double,
                _ dx: UnsafeMutablePointer<Element>
            ) {
                BLAS<Element>.multiply(
                    .plain, .transposed, n, channels, outputs, alpha: sign, g, stride, w, channels, beta: beta,
                    into: dx, stride)
            }
            add(w, g, 1, 0, dx)
            add(w + imaginary, gi, 1, 1, dx)
            add(w, gi, 1, 0, dxi)
            add(w + imaginary, g, -1, 1, dxi)
        }
    }

    /// dW[k] ← dW[k] + G_k X_kᴴ.
    func addGradient(
        _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>, columns n: Int,
        into dw: UnsafeMutablePointer<Element>
    ) {
        let stride = frequencies * n, imaginary = keptCount * outputs * channels
        for index in 0..<keptCount {
            let k = kept?[index] ?? index, dw = dw + index * outputs * channels
            let g = g + k * n, gi = g + outputs * stride, x = x + k * n, xi = x + channels * stride
            func add(
                _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>, _ sign: Double,
                _ dw: UnsafeMutablePointer<Element>
            ) {
                BLAS<Element>.multiply(
                    .transposed, .plain, channels, outputs, n, alpha: sign, x, stride, g, stride, beta: 1, into: dw,
                    channels)
            }
            add(g, x, 1, dw)
            add(gi, xi, 1, dw)
            add(gi, x, 1, dw + imaginary)
            add(g, xi, -1, dw + imaginary)
        }
    }
}
