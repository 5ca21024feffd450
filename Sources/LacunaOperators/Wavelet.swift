/// The orthonormal wavelet transform of an image with periodic borders (Daubechies 1992, four-tap filters with two vanishing moments):
/// A x holds, after each of `levels` levels, the means in the leading quarter and the details in the three others; Aᴴ = A⁻¹.
///
/// One level along an axis of n numbers: a_i = Σ_k h_k x_{2i+k}, d_i = Σ_k (-1)^k h_{3-k} x_{2i+k}, indices modulo n. Cost: 16 multiply-adds
/// per point of each level's grid.
public struct WaveletOperator<Element: Scalar>: DenseConvertible {
    public let height: Int
    public let width: Int
    public let levels: Int
    private let means: [Element.RealPart]

    /// - Throws: `LacunaError` unless each level halves both sides of at least 4.
    public init(height: Int, width: Int, levels: Int) throws {
        guard levels >= 1, levels < 30, min(height, width) >> (levels - 1) >= 4, height % (1 << levels) == 0,
            width % (1 << levels) == 0
        else {
            throw LacunaError(
                .shape, "wavelet transform", "\(levels) levels on \(height)×\(width)",
                remedy: "Each level halves both sides, which must be at least 4 before.")
        }
        self.height = height
        self.width = width
        self.levels = levels
        let root = Element.RealPart(3).squareRoot(), scale = 1 / (4 * Element.RealPart(2).squareRoot())
        means = [(1 + root) * scale, (3 + root) * scale, (3 - root) * scale, (1 - root) * scale]
    }

    public var rows: Int { height * width }
    public var columns: Int { height * width }
    public var workspaceCount: Int { max(height, width) }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        y.update(from: x, count: rows)
        for level in 0..<levels {
            let h = height >> level, w = width >> level
            for row in 0..<h { analyse(y + row * width, stride: 1, count: w, workspace) }
            for column in 0..<w { analyse(y + column, stride: width, count: h, workspace) }
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        x.update(from: y, count: rows)
        for level in (0..<levels).reversed() {
            let h = height >> level, w = width >> level
            for column in 0..<w { synthesise(x + column, stride: width, count: h, workspace) }
            for row in 0..<h { synthesise(x + row * width, stride: 1, count: w, workspace) }
        }
    }

    @specialized(where Element == Complex<Double>)
    @specialized(where Element == Double)
    private func analyse(
        _ x: UnsafeMutablePointer<Element>, stride: Int, count: Int, _ line: UnsafeMutablePointer<Element>
    ) {
        let half = count / 2
        for i in 0..<half {
            var mean = Element.zero, detail = Element.zero
            for k in 0..<4 {
                let value = x[(2 * i + k) % count * stride]
                mean += value.scaled(by: means[k])
                detail += value.scaled(by: k % 2 == 0 ? means[3 - k] : -means[3 - k])
            }
            line[i] = mean
            line[half + i] = detail
        }
        for i in 0..<count { x[i * stride] = line[i] }
    }

    @specialized(where Element == Complex<Double>)
    @specialized(where Element == Double)
    private func synthesise(
        _ x: UnsafeMutablePointer<Element>, stride: Int, count: Int, _ line: UnsafeMutablePointer<Element>
    ) {
        let half = count / 2
        for i in 0..<count { line[i] = .zero }
        for i in 0..<half {
            let mean = x[i * stride], detail = x[(half + i) * stride]
            for k in 0..<4 {
                line[(2 * i + k) % count] +=
                    mean.scaled(by: means[k]) + detail.scaled(by: k % 2 == 0 ? means[3 - k] : -means[3 - k])
            }
        }
        for i in 0..<count { x[i * stride] = line[i] }
    }
}
