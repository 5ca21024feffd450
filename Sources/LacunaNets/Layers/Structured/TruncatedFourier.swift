/// The lowest frequencies of real signals on a grid of one or two axes, and the real signals with such a spectrum: exactly the corner of a
/// real-input FFT, and the inverse FFT of a spectrum that is zero elsewhere.
///
/// As products with the few rows of the Fourier matrix that are needed, which are one matrix product for all channels, places and columns
/// and keep the precision of `Element`. With m of n frequencies they cost 4 m n operations per signal where an FFT costs about 2.5 n log₂ n,
/// but at the rate of matrix products and without rearranging: for the 8 to 32 modes in use the faster way.
///
/// Signals are [C, n] or [C, h, w], times columns; spectra [2, C, K]: K = m, frequencies 0 ..< m; or K = 2 m₁ m₂, the first axis with
/// frequencies 0 ..< m₁ and -m₁ ..< 0, the second with 0 ..< m₂.
struct TruncatedFourier<Element: RealScalar>: Sendable {
    let grid: [Int]
    let modes: [Int]
    /// cos and -sin of 2π k t / n for the last axis, 2 m × n: what takes a signal to its spectrum.
    let analysis: [Element]
    /// The same times 1/(size of the grid), and twice that where frequency k stands for -k too: transposed, it takes a spectrum to its signal.
    let synthesis: [Element]
    /// cos and sin of 2π k r / h for the first of two axes, each 2 m₁ × h.
    private let rowCosines: [Element]
    private let rowSines: [Element]

    /// - Throws: `LacunaError` for other than one or two axes, and more frequencies than the grid has.
    init(grid: [Int], modes: [Int]) throws {
        guard grid.count == modes.count, 1...2 ~= grid.count, grid.allSatisfy({ $0 >= 1 }),
            modes.allSatisfy({ $0 >= 1 }), let n = grid.last, let m = modes.last
        else {
            throw LacunaError(
                .shape, "Fourier layer",
                "modes \(describeShape(modes)) on a grid of \(describeShape(grid)); both need one or two axes of at least 1"
            )
        }
        guard m <= n / 2 + 1, grid.count == 1 || 2 * modes[0] <= grid[0] else {
            throw LacunaError(
                .shape, "Fourier layer", "modes \(describeShape(modes)) on a grid of \(describeShape(grid))",
                remedy: "The last axis has ⌊n/2⌋ + 1 frequencies of real signals, the first ⌊h/2⌋ of either sign.")
        }
        self.grid = grid
        self.modes = modes
        func angle(_ k: Int, _ t: Int, _ n: Int) -> Double { 2 * Double.pi * Double(k * t % n) / Double(n) }
        var analysis: [Element] = [], synthesis: [Element] = []
        for plane in 0..<2 {
            for k in 0..<m {
                let weight = (k == 0 || 2 * k == n ? 1 : 2) / Double(grid.reduce(1, *))
                for t in 0..<n {
                    let entry = plane == 0 ? Double.cos(angle(k, t, n)) : -Double.sin(angle(k, t, n))
                    analysis.append(Element(entry))
                    synthesis.append(Element(weight * entry))
                }
            }
        }
        self.analysis = analysis
        self.synthesis = synthesis
        var cosines: [Element] = [], sines: [Element] = []
        if grid.count == 2 {
            for k in Array(0..<modes[0]) + Array(grid[0] - modes[0]..<grid[0]) {
                cosines += (0..<grid[0]).map { Element(Double.cos(angle(k, $0, grid[0]))) }
                sines += (0..<grid[0]).map { Element(Double.sin(angle(k, $0, grid[0]))) }
            }
        }
        rowCosines = cosines
        rowSines = sines
    }

    /// K.
    var frequencyCount: Int { grid.count == 1 ? modes[0] : 2 * modes[0] * modes[1] }

    /// For `channels` signals of `columns`: the transform along the second axis.
    func workspaceCount(channels: Int, columns: Int) -> Int {
        grid.count == 1 ? 0 : channels * grid[0] * 2 * modes[1] * columns
    }

    /// Multiplications and additions for one signal, one way.
    var operationCount: Int {
        grid.count == 1 ? 4 * modes[0] * grid[0] : 4 * modes[1] * grid[1] * grid[0] + 16 * modes[0] * grid[0] * modes[1]
    }

    /// Spectra of `channels` signals, with `analysis` along the last axis (or `synthesis`, for the gradient of `inverse`).
    func forward(
        _ matrix: [Element], _ x: UnsafePointer<Element>, channels: Int, columns b: Int,
        into spectrum: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = grid[grid.count - 1], m = modes[modes.count - 1], plane = channels * frequencyCount * b
        matrix.withUnsafeBufferPointer { matrix in
            guard let matrix = matrix.baseAddress else { return }
            guard grid.count == 2 else {
                for c in 0..<channels {
                    for p in 0..<2 {
                        BLAS<Element>.multiply(
                            .plain, .plain, b, m, n, x + c * n * b, b, matrix + p * m * n, n,
                            into: spectrum + p * plane + c * m * b, b)
                    }
                }
                return
            }
            // [C, h, 2, m₂]: both planes of a row beside each other.
            for row in 0..<channels * grid[0] {
                BLAS<Element>.multiply(
                    .plain, .plain, b, 2 * m, n, x + row * n * b, b, matrix, n, into: workspace + row * 2 * m * b, b)
            }
        }
        forEachRowProduct(channels, b, plane) { rows, table, sign, part, beta, planePart in
            BLAS<Element>.multiply(
                .plain, .plain, m * b, 2 * modes[0], grid[0], alpha: sign, workspace + rows + part * m * b, 2 * m * b,
                table, grid[0], beta: beta, into: spectrum + planePart, m * b)
        }
    }

    /// The transpose of `forward` as a real map: signals from spectra, with `synthesis` (or the gradient of `forward`, with `analysis`).
    func inverse(
        _ matrix: [Element], _ spectrum: UnsafePointer<Element>, channels: Int, columns b: Int,
        into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = grid[grid.count - 1], m = modes[modes.count - 1], plane = channels * frequencyCount * b
        if grid.count == 2 {
            Elementwise.fill(0, into: workspace, count: workspaceCount(channels: channels, columns: b))
        }
        forEachRowProduct(channels, b, plane) { rows, table, sign, part, _, planePart in
            BLAS<Element>.multiply(
                .plain, .transposed, m * b, grid[0], 2 * modes[0], alpha: sign, spectrum + planePart, m * b, table,
                grid[0], beta: 1, into: workspace + rows + part * m * b, 2 * m * b)
        }
        matrix.withUnsafeBufferPointer { matrix in
            guard let matrix = matrix.baseAddress else { return }
            guard grid.count == 2 else {
                for c in 0..<channels {
                    for p in 0..<2 {
                        BLAS<Element>.multiply(
                            .plain, .transposed, b, n, m, spectrum + p * plane + c * m * b, b, matrix + p * m * n, n,
                            beta: p == 0 ? 0 : 1, into: x + c * n * b, b)
                    }
                }
                return
            }
            for row in 0..<channels * grid[0] {
                BLAS<Element>.multiply(
                    .plain, .transposed, b, n, 2 * m, workspace + row * 2 * m * b, b, matrix, n, into: x + row * n * b,
                    b)
            }
        }
    }

    /// The four products along the first axis of each channel, e^{-iθ} = cos θ - i sin θ: V_re = C U_re + S U_im, V_im = C U_im - S U_re.
    /// `body` gets where the channel's rows begin, the table, its sign, the plane of U, whether V is added to, and where V begins.
    @inline(__always)
    private func forEachRowProduct(
        _ channels: Int, _ b: Int, _ plane: Int, _ body: (Int, UnsafePointer<Element>, Double, Int, Double, Int) -> Void
    ) {
        guard grid.count == 2 else { return }
        rowCosines.withUnsafeBufferPointer { cosines in
            rowSines.withUnsafeBufferPointer { sines in
                guard let cosines = cosines.baseAddress, let sines = sines.baseAddress else { return }
                for c in 0..<channels {
                    let rows = c * grid[0] * 2 * modes[1] * b, real = c * frequencyCount * b, imaginary = plane + real
                    body(rows, cosines, 1, 0, 0, real)
                    body(rows, sines, 1, 1, 1, real)
                    body(rows, cosines, 1, 1, 0, imaginary)
                    body(rows, sines, -1, 0, 1, imaginary)
                }
            }
        }
    }
}
