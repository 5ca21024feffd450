extension Network {
    /// How the layers of a neural operator go to frequencies and back.
    public enum OperatorTransform: Hashable, Sendable {
        /// By Fourier transforms (Li et al. 2021, arXiv 2010.08895).
        case fourier
        /// By Monarch matrices along each axis that start as Fourier transforms and are trained (Dao et al. 2022, arXiv 2204.00595, section 5.1;
        /// the paper gives no more than that they replace the transforms). One pair of them per layer, shared by all channels.
        case monarch
    }

    /// A neural operator on an image of [channels, height, width]: a pointwise lift to `width` channels, `layers` times
    /// σ(K X + W X + b) with K diagonal over the `modes` lowest frequencies and mixing channels, W pointwise, σ = GELU but for the last layer,
    /// and a pointwise network of one hidden layer of 2 `width` down to one channel.
    ///
    /// Under both transforms the frequencies kept are those of `FourierLayer`, with as many weights.
    /// - Throws: `LacunaError` for sizes that do not go together.
    public static func neuralOperator(
        input: [Int], width: Int, layers: Int, modes: [Int], transform: OperatorTransform
    ) throws -> Network {
        guard input.count == 3, layers >= 1 else {
            throw LacunaError(
                .shape, "neural operator",
                "\(layers) layers on \(describeShape(input)); at least 1 on channels×height×width are needed")
        }
        let grid = Array(input[1...])
        var network = Network(input: ValueShape(input))
        var value = try network.append(Convolution2D(input[0], width, kernel: 1), "lift")
        for layer in 1...layers {
            let pointwise = try network.append(
                Convolution2D(width, width, kernel: 1), "pointwise\(layer)", inputs: [value])
            let spectral: Value
            switch transform {
            case .fourier:
                spectral = try network.append(
                    FourierLayer(width, width, grid: grid, modes: modes), "spectral\(layer)", inputs: [value])
            case .monarch:
                spectral = try network.appendMonarchSpectral(
                    width, grid: grid, modes: modes, name: "spectral\(layer)", input: value)
            }
            value = try network.append(Sum(), "sum\(layer)", inputs: [spectral, pointwise])
            if layer < layers { value = try network.append(Activation(.gelu), "gelu\(layer)") }
        }
        try network.append(Convolution2D(width, 2 * width, kernel: 1), "project1")
        try network.append(Activation(.gelu), "gelu")
        try network.append(Convolution2D(2 * width, 1, kernel: 1), "project2")
        return network
    }

    /// Re(M₁' ⊗ M₂' D M₁ ⊗ M₂) X: what `FourierLayer` computes, at the start up to weights twice as large beyond frequency 0 of the last axis.
    mutating func appendMonarchSpectral(
        _ channels: Int, grid: [Int], modes: [Int], name: String, input: Value
    ) throws -> Value {
        guard grid.count == 2, modes.count == 2, modes[0] >= 1, modes[1] >= 1, 2 * modes[0] <= grid[0],
            modes[1] <= grid[1] / 2 + 1
        else {
            throw LacunaError(
                .shape, "Monarch layer", "modes \(describeShape(modes)) on a grid of \(describeShape(grid))")
        }
        let rows = Array(0..<modes[0]) + Array(grid[0] - modes[0]..<grid[0])
        let kept = rows.flatMap { row in (0..<modes[1]).map { row * grid[1] + $0 } }
        try append(ComplexFromReal(), "\(name).complex", inputs: [input])
        for (axis, size) in grid.enumerated() {
            try append(ComplexMonarch(.fourier(size: size), axis: axis + 2), "\(name).forward\(axis + 1)")
        }
        try append(SpectralMixing(channels, channels, grid: grid, keeping: kept), name)
        for (axis, size) in grid.enumerated() {
            try append(
                ComplexMonarch(.fourier(size: size, inverse: true), axis: axis + 2), "\(name).inverse\(axis + 1)")
        }
        return try append(RealPart(), "\(name).real")
    }

    /// y = Re(M₁ D M₂ᵀ x) on n numbers, all three trained, the real part of a matrix in MM* (Dao et al. 2022): starts as the identity, with Fourier matrices and
    /// D = 1.
    /// - Throws: `LacunaError` for a size below 1.
    public static func monarchPair(size n: Int) throws -> Network {
        var network = Network(input: ValueShape([n]))
        try network.append(ComplexFromReal(), "complex")
        try network.append(ComplexMonarch(.fourier(size: n), transposed: true), "forward")
        try network.append(SpectralMixing.diagonal(Array(repeating: 1, count: n)), "diagonal")
        try network.append(ComplexMonarch(.fourier(size: n, inverse: true)), "inverse")
        try network.append(RealPart(), "real")
        return network
    }

    /// y = F⁻¹ D F x on n numbers with D trained: a circular convolution, the linear part of a Fourier neural operator. Starts as the identity.
    /// - Throws: `LacunaError` for a size below 1.
    public static func fourierDiagonal(size n: Int) throws -> Network {
        guard n >= 1 else { throw LacunaError(.shape, "grid", "\(n) points; at least 1 is needed") }
        let modes = n / 2 + 1
        var network = Network(input: ValueShape([1, n]))
        try network.append(
            FourierLayer(
                1, 1, grid: [n], modes: [modes],
                start: .given(Array(repeating: 1, count: modes) + Array(repeating: 0, count: modes))), "spectral")
        return network
    }

    /// SENSE with trained transforms (Dao et al. 2022, section 5.1, mSENSE): zero-filled spectra of several coils, [2, coils, height, width],
    /// to an image, Σ_c S̄_c (M₁ ⊗ M₂ Y_c), with Monarch matrices that start as unitary inverse Fourier transforms.
    /// - Throws: `LacunaError` for sensitivities of another size.
    public static func monarchSENSE(
        coils: Int, height: Int, width: Int, sensitivities: [Complex<Element>]
    ) throws -> Network {
        var network = Network(input: ValueShape([2, coils, height, width]))
        for (axis, size) in [height, width].enumerated() {
            try network.append(
                ComplexMonarch(.fourier(size: size, inverse: true, orthonormal: true), axis: axis + 2),
                "inverse\(axis + 1)")
        }
        try network.append(
            CoilCombination(coils: coils, grid: [height, width], sensitivities: sensitivities), "coils")
        return network
    }
}

extension MonarchTransform where Element == Complex<Double> {
    /// In blocks of the size that divides n and has the fewest parameters.
    fileprivate static func fourier(
        size n: Int, inverse: Bool = false, orthonormal: Bool = false
    ) throws -> MonarchTransform {
        let divisors = (1...max(n, 1)).filter { n % $0 == 0 }
        let block = divisors.min { ($0 + n / $0, $0) < ($1 + n / $1, $1) } ?? 1
        return try .fourier(size: n, blockSize: block, inverse: inverse, orthonormal: orthonormal)
    }
}
