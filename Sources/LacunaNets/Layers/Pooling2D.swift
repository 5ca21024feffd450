/// Largest entry of every k × k window, stride s: X [C, H, W], Y [C, (H - k)/s + 1, (W - k)/s + 1]. The gradient goes to the first
/// largest entry. Rows and columns that fill no window are dropped.
public struct MaxPooling2D<Element: RealScalar>: Layer {
    public let kernel: Int
    public let stride: Int

    /// - Parameter stride: nil is `kernel`: windows beside each other.
    public init(_ kernel: Int, stride: Int? = nil) {
        self.kernel = kernel
        self.stride = stride ?? kernel
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        try pooledShape(oneInput(shapes), kernel, stride)
    }

    /// The tap of each maximum, as a number.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int {
        ((try? outputShape(shapes))?.count ?? 0) * batch
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let batch = pass.batch
        forEachWindow(pass, kernel, stride) { target, source, width in
            let y = pass.output + target, taps = pass.saved + target, x = pass.inputs[0] + source
            for index in 0..<batch {
                y[index] = x[index]
                taps[index] = 0
            }
            for tap in 1..<max(1, kernel * kernel) {
                let other = x + (tap / kernel * width + tap % kernel) * batch, number = Element(tap)
                for index in 0..<batch {
                    let isLarger = other[index] > y[index]
                    taps[index] = isLarger ? number : taps[index]
                    y[index] = isLarger ? other[index] : y[index]
                }
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        let batch = pass.batch
        Elementwise.fill(0, into: gradient, count: pass.count())
        forEachWindow(pass, kernel, stride) { target, source, width in
            let g = pass.outputGradient + target, taps = pass.saved + target
            for tap in 0..<kernel * kernel {
                let dx = gradient + source + (tap / kernel * width + tap % kernel) * batch, number = Element(tap)
                for index in 0..<batch { dx[index] += taps[index] == number ? g[index] : 0 }
            }
        }
    }
}

/// Mean of every k × k window, stride s. Shapes as in `MaxPooling2D`; the gradient is shared out equally.
public struct AveragePooling2D<Element: RealScalar>: Layer {
    public let kernel: Int
    public let stride: Int

    /// - Parameter stride: nil is `kernel`.
    public init(_ kernel: Int, stride: Int? = nil) {
        self.kernel = kernel
        self.stride = stride ?? kernel
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        try pooledShape(oneInput(shapes), kernel, stride)
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let batch = pass.batch, share = 1 / Element(kernel * kernel)
        forEachWindow(pass, kernel, stride) { target, source, width in
            let y = pass.output + target, x = pass.inputs[0] + source
            Elementwise.fill(0, into: y, count: batch)
            for tap in 0..<kernel * kernel {
                let other = x + (tap / kernel * width + tap % kernel) * batch
                for index in 0..<batch { y[index] += share * other[index] }
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        let batch = pass.batch, share = 1 / Element(kernel * kernel)
        Elementwise.fill(0, into: gradient, count: pass.count())
        forEachWindow(pass, kernel, stride) { target, source, width in
            let g = pass.outputGradient + target
            for tap in 0..<kernel * kernel {
                let dx = gradient + source + (tap / kernel * width + tap % kernel) * batch
                for index in 0..<batch { dx[index] += share * g[index] }
            }
        }
    }
}

private func pooledShape(_ input: ValueShape, _ kernel: Int, _ stride: Int) throws -> ValueShape {
    guard kernel > 0, stride > 0 else {
        throw LacunaError(.shape, "pooling", "window \(kernel), stride \(stride); both must be at least 1")
    }
    guard input.features.count == 3, input.positions == 1 else {
        throw LacunaError(.shape, "input", "\(input), pooling takes channels×height×width")
    }
    guard input.features[1] >= kernel, input.features[2] >= kernel else {
        throw LacunaError(.shape, "input", "\(input) is smaller than the window \(kernel)×\(kernel)")
    }
    return ValueShape([
        input.features[0], (input.features[1] - kernel) / stride + 1, (input.features[2] - kernel) / stride + 1,
    ])
}

/// Calls `body` with the offsets of an output pixel and of its window's first pixel (the whole batch lies there), and the image's width.
@inline(__always)
private func forEachWindow<Element>(
    _ pass: LayerPass<Element>, _ kernel: Int, _ stride: Int, _ body: (Int, Int, Int) -> Void
) {
    let height = pass.inputShapes[0].features[1], width = pass.inputShapes[0].features[2]
    let output = pass.outputShape.features
    for channel in 0..<output[0] {
        for row in 0..<output[1] {
            for column in 0..<output[2] {
                body(
                    ((channel * output[1] + row) * output[2] + column) * pass.batch,
                    ((channel * height + row * stride) * width + column * stride) * pass.batch, width)
            }
        }
    }
}
