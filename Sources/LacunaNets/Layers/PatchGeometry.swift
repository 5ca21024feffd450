/// The patches of one pass of a convolution ("im2col"): entry e = (i k + u) k + v of a patch is what tap (u, v) of the kernel sees of channel
/// i. Gathered, each entry is a row with a column per output pixel and sample; copies are made for the entries asked for only.
struct PatchGeometry<Element: RealScalar> {
    let kernel: Int, stride: Int, padding: Int, batch: Int
    let height: Int, width: Int, outputHeight: Int, outputWidth: Int

    init(_ pass: LayerPass<Element>, kernel: Int, stride: Int, padding: Int) {
        (self.kernel, self.stride, self.padding, batch) = (kernel, stride, padding, pass.batch)
        (height, width) = (pass.inputShapes[0].features[1], pass.inputShapes[0].features[2])
        (outputHeight, outputWidth) = (pass.outputShape.features[1], pass.outputShape.features[2])
    }

    /// Columns of an output channel.
    var outputCount: Int { outputHeight * outputWidth * batch }

    /// Output rows gathered at a time: their patches are to fit in half a megabyte.
    private static func rowsAtATime(_ entries: Int, _ width: Int, _ batch: Int) -> Int {
        max(1, 131_072 / max(1, entries * width * batch))
    }

    /// Elements that a block of patches takes.
    static func workspaceCount(entries: Int, _ output: ValueShape, batch: Int) -> Int {
        let height = output.features[1], width = output.features[2]
        return entries * min(rowsAtATime(entries, width, batch), height) * width * batch
    }

    /// Calls `body` with a few output rows whose patches fit the workspace (entries × n), with the first of their output columns and
    /// their number n.
    func forEachBlock(entries: Int, _ body: (Range<Int>, Int, Int) -> Void) {
        let columns = outputWidth * batch, atATime = Self.rowsAtATime(entries, outputWidth, batch)
        for start in Swift.stride(from: 0, to: outputHeight, by: atATime) {
            let rows = start..<min(start + atATime, outputHeight)
            body(rows, rows.lowerBound * columns, rows.count * columns)
        }
    }

    /// Output columns whose tap v lies inside the image.
    private func inside(_ v: Int) -> Range<Int> {
        let first = max(0, (padding - v + stride - 1) / stride)
        let last = (width - 1 + padding - v) / stride
        return first..<max(first, min(outputWidth, width - 1 + padding - v < 0 ? 0 : last + 1))
    }

    /// Copies some output rows of the entries `chosen[i]`, or of the entries i where nothing is chosen, for the i given.
    func gather(
        _ image: UnsafePointer<Element>, _ rows: Range<Int>, _ entries: Range<Int>, chosen: UnsafePointer<Int>? = nil,
        into patches: UnsafeMutablePointer<Element>
    ) {
        var target = patches
        for index in entries {
            let entry = chosen?[index] ?? index
            let channel = entry / (kernel * kernel), u = entry / kernel % kernel, v = entry % kernel
            let inside = inside(v)
            for row in rows {
                let imageRow = row * stride + u - padding
                if imageRow < 0 || imageRow >= height || inside.isEmpty {
                    target.update(repeating: 0, count: outputWidth * batch)
                } else {
                    target.update(repeating: 0, count: inside.lowerBound * batch)
                    let source = image + ((channel * height + imageRow) * width) * batch
                    if stride == 1 {
                        (target + inside.lowerBound * batch).update(
                            from: source + (inside.lowerBound + v - padding) * batch, count: inside.count * batch)
                    } else {
                        for column in inside {
                            (target + column * batch).update(
                                from: source + (column * stride + v - padding) * batch, count: batch)
                        }
                    }
                    (target + inside.upperBound * batch).update(
                        repeating: 0, count: (outputWidth - inside.upperBound) * batch)
                }
                target += outputWidth * batch
            }
        }
    }

    /// The transpose of `gather`: adds patches to the image.
    func scatter(
        _ patches: UnsafePointer<Element>, _ rows: Range<Int>, _ entries: Range<Int>, chosen: UnsafePointer<Int>? = nil,
        into image: UnsafeMutablePointer<Element>
    ) {
        var source = patches
        for index in entries {
            let entry = chosen?[index] ?? index
            let channel = entry / (kernel * kernel), u = entry / kernel % kernel, v = entry % kernel
            let inside = inside(v)
            for row in rows {
                let imageRow = row * stride + u - padding
                if imageRow >= 0 && imageRow < height && !inside.isEmpty {
                    let target = image + ((channel * height + imageRow) * width) * batch
                    if stride == 1 {
                        Elementwise.add(
                            source + inside.lowerBound * batch,
                            into: target + (inside.lowerBound + v - padding) * batch, count: inside.count * batch)
                    } else {
                        for column in inside {
                            Elementwise.add(
                                source + column * batch,
                                into: target + (column * stride + v - padding) * batch, count: batch)
                        }
                    }
                }
                source += outputWidth * batch
            }
        }
    }
}
