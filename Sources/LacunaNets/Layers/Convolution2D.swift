/// Y[o, r, c] = b[o] + Σ_{i, u, v} W[o, i, u, v] X[g(o) C/G + i, s r + u - p, s c + v - p], zero outside: a two-dimensional cross-correlation
/// with kernel k × k, stride s, padding p and G groups (G = C: depthwise), g(o) the group of output channel o.
///
/// X is [C, H, W], Y is [O, (H + 2p - k)/s + 1, (W + 2p - k)/s + 1], W [O, C/G, k, k], b [O]. Gradients: dW = G colsᵀ, dX scatters
/// Wᵀ G back, db sums G. Start: He's normal rule, b zero. Patches are gathered a few output rows at a time into a block that stays
/// in cache ("im2col"): the batch is the last axis, so a gather copies runs of contiguous numbers.
/// Cost: 2 O C/G k² operations per output pixel.
public struct Convolution2D<Element: RealScalar>: AffineLayer {
    public let inputChannels: Int
    public let outputChannels: Int
    public let kernel: Int
    public let stride: Int
    public let padding: Int
    public let groups: Int
    public let hasBias: Bool

    public init(
        _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
        bias: Bool = true
    ) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.groups = groups
        hasBias = bias
    }

    /// Entries of a patch of one group: C/G k².
    var patchCount: Int { inputChannels / groups * kernel * kernel }

    public var weightCount: Int { outputChannels * patchCount }
    public var biasCount: Int { hasBias ? outputChannels : 0 }

    public var parameters: [LayerParameter] {
        let weight = LayerParameter(
            "weight", [outputChannels, inputChannels / groups, kernel, kernel], .heNormal(fanIn: patchCount))
        return hasBias ? [weight, LayerParameter("bias", [outputChannels], .constant(0), role: .offset)] : [weight]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard inputChannels > 0, outputChannels > 0, kernel > 0, stride > 0, padding >= 0, groups > 0,
            inputChannels % groups == 0, outputChannels % groups == 0
        else {
            throw LacunaError(
                .shape, "convolution",
                "\(inputChannels) to \(outputChannels) channels, kernel \(kernel), stride \(stride), padding \(padding), \(groups) groups",
                remedy: "Sizes must be positive and the groups must divide both channel counts.")
        }
        guard input.features.count == 3, input.positions == 1, input.features[0] == inputChannels else {
            throw LacunaError(.shape, "input", "\(input), the convolution takes \(inputChannels)×height×width")
        }
        let height = input.features[1] + 2 * padding - kernel, width = input.features[2] + 2 * padding - kernel
        guard height >= 0, width >= 0 else {
            throw LacunaError(.shape, "input", "\(input) is smaller than the kernel \(kernel)×\(kernel)")
        }
        return ValueShape([outputChannels, height / stride + 1, width / stride + 1])
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int {
        guard let output = try? outputShape(shapes) else { return 0 }
        return 2 * patchCount * output.count
    }

    /// Entries of all patches, channel by channel, that are one group's.
    private func entries(of group: Int) -> Range<Int> { group * patchCount..<(group + 1) * patchCount }

    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        guard let output = try? outputShape(shapes) else { return 0 }
        return PatchGeometry<Element>.workspaceCount(entries: patchCount, output, batch: batch)
    }

    public func multiply(
        _ pass: LayerPass<Element>, weight: UnsafePointer<Element>, _ x: UnsafePointer<Element>, adding: Bool,
        into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let geometry = PatchGeometry(pass, kernel: kernel, stride: stride, padding: padding),
            size = geometry.outputCount, perGroup = outputChannels / groups
        forEachBlock(geometry) { group, rows, first, n in
            geometry.gather(x, rows, entries(of: group), into: workspace)
            BLAS<Element>.multiply(
                .plain, .plain, n, perGroup, patchCount, workspace, n, weight + group * perGroup * patchCount,
                patchCount, beta: adding ? 1 : 0, into: y + group * perGroup * size + first, size)
        }
    }

    public func addWeightGradient(
        _ pass: LayerPass<Element>, _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>,
        into dw: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let geometry = PatchGeometry(pass, kernel: kernel, stride: stride, padding: padding),
            size = geometry.outputCount, perGroup = outputChannels / groups
        forEachBlock(geometry) { group, rows, first, n in
            geometry.gather(x, rows, entries(of: group), into: workspace)
            BLAS<Element>.multiply(
                .transposed, .plain, patchCount, perGroup, n, workspace, n, g + group * perGroup * size + first, size,
                beta: 1, into: dw + group * perGroup * patchCount, patchCount)
        }
    }

    public func multiplyAdjoint(
        _ pass: LayerPass<Element>, weight: UnsafePointer<Element>, _ g: UnsafePointer<Element>,
        into dx: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let geometry = PatchGeometry(pass, kernel: kernel, stride: stride, padding: padding),
            size = geometry.outputCount, perGroup = outputChannels / groups
        Elementwise.fill(0, into: dx, count: pass.count())
        forEachBlock(geometry) { group, rows, first, n in
            BLAS<Element>.multiply(
                .plain, .transposed, n, patchCount, perGroup, g + group * perGroup * size + first, size,
                weight + group * perGroup * patchCount, patchCount, into: workspace, n)
            geometry.scatter(workspace, rows, entries(of: group), into: dx)
        }
    }

    /// Calls `body` with each group and a few output rows whose patches fit the workspace (patchCount × n), with the first of their
    /// output columns and their number n.
    private func forEachBlock(_ geometry: PatchGeometry<Element>, _ body: (Int, Range<Int>, Int, Int) -> Void) {
        for group in 0..<groups {
            geometry.forEachBlock(entries: patchCount) { rows, first, n in body(group, rows, first, n) }
        }
    }
}
