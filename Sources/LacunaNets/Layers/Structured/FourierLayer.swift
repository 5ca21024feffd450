/// Spectral convolution of the Fourier neural operator (Li et al. 2021, arXiv 2010.08895): of each channel the lowest frequencies, mixed over
/// the channels by complex matrices, one per frequency, as a real signal again; higher frequencies are dropped.
///
/// X is [C, n] or [C, h, w] (real, a row of columns per grid point), Y [O, n] or [O, h, w]; with F the real-input FFT,
/// Y_o = F⁻¹ Σ_c W[k, o, c] (F X_c)_k. `weight` is [2, K, O, C], the planes real and imaginary parts; K = m of [n] (frequencies 0 ..< m), or
/// 2 m₁ m₂ of [h, w] (frequencies 0 ..< m₁, then -m₁ ..< 0, by 0 ..< m₂). As in an inverse FFT to real signals, imaginary parts at frequency
/// 0 and n/2 have no effect on one axis.
///
/// Gradients: those of `SpectralMixing` between the transposes of the transforms. Start: uniform on ±1/(C O) in each part.
/// Cost per sample: (C + O) transforms of `TruncatedFourier`, and 8 C O K operations.
public struct FourierLayer<Element: RealScalar>: Layer {
    public let channels: Int
    public let outputs: Int
    public var start: ParameterStart
    private let transform: TruncatedFourier<Element>

    /// - Parameters:
    ///   - grid: [n] or [h, w].
    ///   - modes: [m] with m ≤ n/2 + 1, or [m₁, m₂] with m₁ ≤ h/2 besides.
    ///   - start: nil is the rule above.
    /// - Throws: `LacunaError` for a grid and modes that do not go together.
    public init(_ channels: Int, _ outputs: Int, grid: [Int], modes: [Int], start: ParameterStart? = nil) throws {
        self.channels = channels
        self.outputs = outputs
        self.start = start ?? .uniform(bound: 1 / Double(max(channels * outputs, 1)))
        transform = try TruncatedFourier(grid: grid, modes: modes)
    }

    public var grid: [Int] { transform.grid }
    public var modes: [Int] { transform.modes }
    /// K.
    public var frequencyCount: Int { transform.frequencyCount }

    public var parameters: [LayerParameter] {
        [LayerParameter("weight", [2, frequencyCount, outputs, channels], start)]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard channels > 0, outputs > 0 else {
            throw LacunaError(.shape, "Fourier layer", "\(channels) to \(outputs) channels; both must be at least 1")
        }
        guard input.features == [channels] + grid else {
            throw LacunaError(.shape, "input", "\(input), the layer takes \(describeShape([channels] + grid))")
        }
        return ValueShape([outputs] + grid, positions: input.positions)
    }

    /// The input's spectrum.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int {
        2 * channels * frequencyCount * shapes[0].columns(batch: batch)
    }

    /// The spectra of output and input, and what the transforms need.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        let n = shapes[0].columns(batch: batch)
        return 2 * (channels + outputs) * frequencyCount * n
            + transform.workspaceCount(channels: max(channels, outputs), columns: n)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int {
        ((channels + outputs) * transform.operationCount + 8 * channels * outputs * frequencyCount)
            * shapes[0].positions
    }

    private var product: SpectralProduct<Element> {
        SpectralProduct(channels: channels, outputs: outputs, frequencies: frequencyCount, kept: nil)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), mixed = pass.workspace, scratch = mixed + 2 * outputs * frequencyCount * n
        transform.forward(
            transform.analysis, pass.inputs[0], channels: channels, columns: n, into: pass.saved, workspace: scratch)
        product.forward(pass.parameters, pass.saved, columns: n, into: mixed)
        transform.inverse(
            transform.synthesis, mixed, channels: outputs, columns: n, into: pass.output, workspace: scratch)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), mixed = pass.workspace, spectrum = mixed + 2 * outputs * frequencyCount * n
        let scratch = spectrum + 2 * channels * frequencyCount * n
        transform.forward(
            transform.synthesis, pass.outputGradient, channels: outputs, columns: n, into: mixed, workspace: scratch)
        product.addGradient(mixed, pass.saved, columns: n, into: pass.parameterGradients)
        guard let dx = pass.inputGradients[0] else { return }
        product.backward(pass.parameters, mixed, columns: n, into: spectrum)
        transform.inverse(
            transform.analysis, spectrum, channels: channels, columns: n, into: dx, workspace: scratch)
    }
}
