/// `HankelLinear` with square blocks, written in the frequencies of the circulant of size 2N that holds H: H = Eᵀ F⁻¹ diag(D) F E J with the
/// exchange J, E = [I_N; 0] and the Fourier transform F of length 2N. D, not h, is trained.
///
/// D belongs to a real signal, D_{2N-k} = D̄_k, so 2N real numbers hold it: Re D_0 … Re D_N, Im D_{N-1} … Im D_1 (FFTW's half-complex order).
/// `weight` is [P, Q, 2N] ([P, 2N] if diagonal), `bias` [P N]. The set of operators is that of `HankelLinear`: one direction of D moves only
/// the circulant's entry c_N, which never reaches H, and has gradient 0.
///
/// Forward: h[k] = c[(k + N + 1) mod 2N], c = F⁻¹ D, one transform per matrix and pass, then the Hankel product. Gradients: with the sums
/// dc of `HankelLinear` and S = F dc, dD_0 = S_0 / 2N, dD_N = S_N / 2N, dRe D_k = Re S_k / N, dIm D_k = Im S_k / N.
/// Start: N(0, 1), so that h is near N(0, 1/N); or as given Hankel matrices. Cost: that of `HankelLinear`.
public struct FourierDiagonalLinear<Element: RealScalar>: Layer {
    public var start: ParameterStart
    private let hankel: HankelLinear<Element>
    private let plan: RealFourierPlan

    /// - Parameters:
    ///   - size: N.
    ///   - sequences: the anti-diagonals h of the Hankel matrices at the start, 2N - 1 numbers for each, [P, Q, 2N - 1]; nil draws D.
    /// - Throws: `LacunaError` for a size or a number of blocks below 1, different numbers of blocks on a diagonal,
    ///   and another number of sequences.
    public init(
        _ size: Int, inputBlocks: Int = 1, outputBlocks: Int = 1, diagonal: Bool = false, bias: Bool = true,
        sequences: [Double]? = nil
    ) throws {
        hankel = try HankelLinear(
            size, size, inputBlocks: inputBlocks, outputBlocks: outputBlocks, diagonal: diagonal, bias: bias)
        plan = try RealFourierPlan(length: 2 * size)
        start = .normal(standardDeviation: 1)
        guard let sequences else { return }
        guard sequences.count == matrixCount * hankel.sequenceCount else {
            throw LacunaError(
                .shape, "Fourier diagonal",
                "\(sequences.count) numbers to start \(matrixCount) matrices from, \(hankel.sequenceCount) each are needed"
            )
        }
        start = .given(Self.spectra(sequences, size: size, plan))
    }

    /// N.
    public var size: Int { hankel.inputs }
    public var inputBlocks: Int { hankel.inputBlocks }
    public var outputBlocks: Int { hankel.outputBlocks }
    public var isDiagonal: Bool { hankel.isDiagonal }
    public var hasBias: Bool { hankel.hasBias }
    private var matrixCount: Int { isDiagonal ? outputBlocks : outputBlocks * inputBlocks }
    private var biasCount: Int { hasBias ? outputBlocks * size : 0 }
    /// Parameters of the Hankel layer.
    private var hankelCount: Int { matrixCount * hankel.sequenceCount + biasCount }

    /// Half-complex D of the matrices with these anti-diagonals.
    private static func spectra(_ sequences: [Double], size: Int, _ plan: RealFourierPlan) -> [Double] {
        let signal = Buffer<Double>(repeating: 0, count: 2 * size), count = 2 * size - 1
        let spectrum = Buffer<Complex<Double>>(repeating: 0, count: size + 1)
        defer { withExtendedLifetime((signal, spectrum)) {} }
        var weights: [Double] = []
        for first in stride(from: 0, to: sequences.count, by: count) {
            signal[size] = 0
            for k in 0..<count { signal[(k + size + 1) % (2 * size)] = sequences[first + k] }
            plan.transform(signal.pointer, into: spectrum.pointer)
            weights += (0...size).map { spectrum[$0].real }
            weights += (1..<max(size, 1)).reversed().map { spectrum[$0].imaginary }
        }
        return weights
    }

    public var parameters: [LayerParameter] {
        let shape = (isDiagonal ? [outputBlocks] : [outputBlocks, inputBlocks]) + [2 * size]
        return [LayerParameter("weight", shape, start)] + hankel.parameters.dropFirst()
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape { try hankel.outputShape(shapes) }

    public func operationCount(_ shapes: [ValueShape]) -> Int { hankel.operationCount(shapes) }

    /// The Hankel layer's parameters, their gradients and its scratch; a signal and its spectrum in double precision.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        let bytes = 2 * size * MemoryLayout<Double>.stride + (size + 1) * MemoryLayout<Complex<Double>>.stride
        return 2 * hankelCount + hankel.workspaceCount(shapes, batch: batch)
            + (bytes + MemoryLayout<Double>.alignment) / MemoryLayout<Element>.stride + 1
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        writeSequences(pass)
        hankel.forward(hankelPass(pass), context)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        writeSequences(pass)
        let gradients = pass.workspace + hankelCount
        Elementwise.fill(0, into: gradients, count: hankelCount)
        hankel.backward(hankelPass(pass), context)
        let (signal, spectrum) = signals(pass)
        for matrix in 0..<matrixCount {
            let dh = gradients + matrix * hankel.sequenceCount
            FourierDiagonal.addGradient(
                dh, size: size, plan, signal, spectrum, into: pass.parameterGradients + matrix * 2 * size)
        }
        Elementwise.add(
            gradients + matrixCount * hankel.sequenceCount, into: pass.parameterGradients + matrixCount * 2 * size,
            count: biasCount)
    }

    /// The Hankel layer's parameters, at the beginning of the workspace.
    private func writeSequences(_ pass: LayerPass<Element>) {
        let (signal, spectrum) = signals(pass)
        for matrix in 0..<matrixCount {
            FourierDiagonal.writeSequence(
                pass.parameters + matrix * 2 * size, size: size, plan, signal, spectrum,
                into: pass.workspace + matrix * hankel.sequenceCount)
        }
        Elementwise.copy(
            pass.parameters + matrixCount * 2 * size, into: pass.workspace + matrixCount * hankel.sequenceCount,
            count: biasCount)
    }

    /// Behind the Hankel layer's parameters, gradients and scratch.
    private func signals(
        _ pass: LayerPass<Element>
    ) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Complex<Double>>) {
        let begin = pass.workspace + 2 * hankelCount + hankel.workspaceCount(pass.inputShapes, batch: pass.batch)
        let signal = UnsafeMutableRawPointer(begin).alignedUp(for: Double.self)
            .bindMemory(to: Double.self, capacity: 2 * size)
        let spectrum = UnsafeMutableRawPointer(signal + 2 * size)
            .bindMemory(to: Complex<Double>.self, capacity: size + 1)
        return (signal, spectrum)
    }

    private func hankelPass(_ pass: LayerPass<Element>) -> LayerPass<Element> {
        LayerPass(
            batch: pass.batch, inputShapes: pass.inputShapes, outputShape: pass.outputShape, inputs: pass.inputs,
            output: pass.output, parameters: UnsafePointer(pass.workspace), statistics: pass.statistics,
            saved: pass.saved, workspace: pass.workspace + 2 * hankelCount, outputGradient: pass.outputGradient,
            inputGradients: pass.inputGradients, parameterGradients: pass.workspace + hankelCount)
    }
}

/// From a half-complex spectrum to the anti-diagonals of its Hankel matrix and back.
private enum FourierDiagonal {
    /// h ← the kept entries of F⁻¹ D.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func writeSequence<Element: RealScalar>(
        _ d: UnsafePointer<Element>, size n: Int, _ plan: RealFourierPlan, _ signal: UnsafeMutablePointer<Double>,
        _ spectrum: UnsafeMutablePointer<Complex<Double>>, into h: UnsafeMutablePointer<Element>
    ) {
        spectrum[0] = Complex(Double(d[0]), 0)
        spectrum[n] = Complex(Double(d[n]), 0)
        for k in 1..<max(n, 1) { spectrum[k] = Complex(Double(d[k]), Double(d[2 * n - k])) }
        plan.inverse(consuming: spectrum, into: signal)
        let scale = 1 / Double(2 * n)
        for k in 0..<2 * n - 1 { h[k] = Element(scale * signal[(k + n + 1) % (2 * n)]) }
    }

    /// dD ← dD + the adjoint of that, applied to dh.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func addGradient<Element: RealScalar>(
        _ dh: UnsafePointer<Element>, size n: Int, _ plan: RealFourierPlan, _ signal: UnsafeMutablePointer<Double>,
        _ spectrum: UnsafeMutablePointer<Complex<Double>>, into dd: UnsafeMutablePointer<Element>
    ) {
        signal[n] = 0
        for k in 0..<2 * n - 1 { signal[(k + n + 1) % (2 * n)] = Double(dh[k]) }
        plan.transform(signal, into: spectrum)
        let scale = 1 / Double(2 * n)
        dd[0] += Element(scale * spectrum[0].real)
        dd[n] += Element(scale * spectrum[n].real)
        for k in 1..<max(n, 1) {
            dd[k] += Element(2 * scale * spectrum[k].real)
            dd[2 * n - k] += Element(2 * scale * spectrum[k].imaginary)
        }
    }
}
