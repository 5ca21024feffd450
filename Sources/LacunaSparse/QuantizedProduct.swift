import CLacunaKernels

/// Products of an 8-bit block-sparse matrix with quantised activations, prepared: Y = W X + bias for
/// X = s (Q - z), by integer sums that are exact.
///
/// Cost: a quarter of the multiply instructions of single precision for 7-bit activations, half for 8-bit ones.
public struct QuantizedProduct: Sendable {
    public let weights: QuantizedMatrix
    public let input: Quantization
    /// Quantisation of Y; none: Y in single precision.
    public let output: Quantization?
    private let scales: [Float]
    private let bias: [Float]

    /// - Throws: `LacunaError` for a bias that is not one finite number per row, and for scales whose products
    ///   overflow.
    public init(
        _ weights: QuantizedMatrix, input: Quantization, bias: [Float] = [], output: Quantization? = nil
    ) throws {
        guard bias.isEmpty || bias.count == weights.rows, bias.allSatisfy(\.isFinite) else {
            throw LacunaError(
                .shape, "quantised product", "\(bias.count) biases for \(weights.rows) rows, or one is not finite")
        }
        self.weights = weights
        self.input = input
        self.output = output
        let unit = output?.scale ?? 1
        // In double precision, where neither product nor quotient of two scales leaves the range.
        scales = weights.scales.map { Float(Double($0) * Double(input.scale) / Double(unit)) }
        self.bias = bias.map { $0 / unit }
        if let row = scales.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(
                .value, "quantised product",
                "scales of row \(row), \(weights.scales[row]), and of the activations, \(input.scale), multiply to "
                    + "\(scales[row]) in the unit of the result",
                remedy: "Scale the weights or the activations.")
        }
        if let row = self.bias.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(
                .value, "quantised product", "bias \(row) is \(bias[row]), too large for the output scale \(unit)")
        }
    }

    /// Bytes of scratch for each thread.
    public var workspaceBytes: Int {
        withWeights { lacuna_int8_workspace($0) }
    }

    /// Y ← W X + bias in single precision, for `columns` columns of Q (row-major, values up to `input.largest`).
    /// No overlap; one workspace of `workspaceBytes` per thread. Precondition: `output` is nil.
    public func multiply(
        _ q: UnsafePointer<UInt8>, stride qStride: Int, columns n: Int, into y: UnsafeMutablePointer<Float>,
        stride yStride: Int, workspaces: [Buffer<UInt8>]
    ) {
        precondition(output == nil, "the product is quantised")
        run(q, qStride, n, into: y, yStride, workspaces)
    }

    /// Y ← W X + bias, quantised by `output`. Precondition: there is one.
    public func multiply(
        _ q: UnsafePointer<UInt8>, stride qStride: Int, columns n: Int, into y: UnsafeMutablePointer<UInt8>,
        stride yStride: Int, workspaces: [Buffer<UInt8>]
    ) {
        precondition(output != nil, "the product is not quantised")
        run(q, qStride, n, into: y, yStride, workspaces)
    }

    private func run(
        _ q: UnsafePointer<UInt8>, _ qStride: Int, _ n: Int, into y: UnsafeMutableRawPointer, _ yStride: Int,
        _ workspaces: [Buffer<UInt8>]
    ) {
        withWeights { weights in
            let needed = lacuna_int8_workspace(weights)
            precondition(
                !workspaces.isEmpty && workspaces.allSatisfy { $0.count >= needed },
                "one workspace of \(needed) bytes per thread is needed")
            scales.withUnsafeBufferPointer { scales in
                bias.withUnsafeBufferPointer { bias in
                    concurrently(workspaces.count) { thread, threads in
                        let part = (0..<n).part(thread, of: threads, multiple: 32)
                        guard !part.isEmpty else { return }
                        var epilogue = lacuna_int8_output(
                            scales: scales.baseAddress, bias: bias.isEmpty ? nil : bias.baseAddress,
                            quantised: output == nil ? 0 : 1, zeroPoint: Int32(output?.zeroPoint ?? 0),
                            largest: Int32(output?.largest ?? 255), y: y, stride: yStride)
                        kernels.pointee.int8_products(
                            weights, 0, self.weights.rows / 4, part.lowerBound, part.upperBound, q, qStride,
                            Int32(input.zeroPoint), input.largest == 127 ? 1 : 0, &epilogue,
                            workspaces[thread].pointer)
                    }
                }
            }
        }
    }

    private func withWeights<Result>(_ body: (UnsafePointer<lacuna_int8_blocks>) -> Result) -> Result {
        weights.starts.withUnsafeBufferPointer { starts in
            weights.offsets.withUnsafeBufferPointer { offsets in
                weights.values.withUnsafeBufferPointer { values in
                    var blocks = lacuna_int8_blocks(
                        rows: weights.rows, columns: weights.columns, starts: starts.baseAddress,
                        offsets: offsets.baseAddress, values: values.baseAddress)
                    return body(&blocks)
                }
            }
        }
    }
}

/// The same with arrays, checked.
extension QuantizedProduct {
    /// W X + bias for Q of columns × n. - Throws: `LacunaError` for another shape, values above `input.largest`, and where
    /// the result is to be quantised.
    public func multiply(_ q: Tensor<UInt8>, threads: Int = 1) throws -> Tensor<Float> {
        guard output == nil else {
            throw LacunaError(.value, "quantised product", "the result is quantised: ask for `multiplyQuantized`")
        }
        return try result(q, threads, zero: 0) {
            multiply($0, stride: $1, columns: $1, into: $2, stride: $1, workspaces: $3)
        }
    }

    /// The same, quantised by `output`. - Throws: as `multiply`, and where there is no `output`.
    public func multiplyQuantized(_ q: Tensor<UInt8>, threads: Int = 1) throws -> Tensor<UInt8> {
        guard output != nil else {
            throw LacunaError(.value, "quantised product", "no quantisation of the result was given")
        }
        return try result(q, threads, zero: 0) {
            multiply($0, stride: $1, columns: $1, into: $2, stride: $1, workspaces: $3)
        }
    }

    private func result<Output>(
        _ q: Tensor<UInt8>, _ threads: Int, zero: Output,
        _ body: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<Output>, [Buffer<UInt8>]) -> Void
    ) throws -> Tensor<Output> {
        guard q.dimensions.count == 2, q.dimensions[0] == weights.columns else {
            throw LacunaError(
                .shape, "quantised product",
                "the matrix is \(describeShape(weights.shape)), the operand \(describeShape(q.dimensions)), not "
                    + "\(weights.columns)×N")
        }
        if let index = q.storage.firstIndex(where: { Int($0) > input.largest }) {
            throw LacunaError(
                .value, "quantised product", "activation \(index) is \(q.storage[index]), above \(input.largest)")
        }
        let n = q.dimensions[1]
        let source = Buffer(q.storage), target = Buffer(repeating: zero, count: weights.rows * n)
        defer { withExtendedLifetime(source) {} }
        let workspaces = (0..<max(threads, 1)).map { _ in Buffer<UInt8>(repeating: 0, count: workspaceBytes) }
        body(source.pointer, n, target.pointer, workspaces)
        return Tensor(dimensions: [weights.rows, n], storage: target.prefix(weights.rows * n))
    }
}
