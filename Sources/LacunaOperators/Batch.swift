/// Products with many vectors at once, X being n×count and row-major (features × batch).
extension LinearOperator {
    public var adjoint: any LinearOperator<Element> { AdjointOperator(self) }

    public func workspaceCount(vectors count: Int) -> Int { rows + columns + workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let input = workspace, output = workspace + columns, rest = workspace + columns + rows
        for vector in 0..<count {
            BatchProduct.copy(columns, x + vector, stride: count, into: input, stride: 1)
            apply(input, into: output, workspace: rest)
            BatchProduct.copy(rows, output, stride: 1, into: y + vector, stride: count)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let input = workspace, output = workspace + rows, rest = workspace + columns + rows
        for vector in 0..<count {
            BatchProduct.copy(rows, y + vector, stride: count, into: input, stride: 1)
            applyAdjoint(input, into: output, workspace: rest)
            BatchProduct.copy(columns, output, stride: 1, into: x + vector, stride: count)
        }
    }

    /// A X for a row-major n×count tensor. - Throws: `LacunaError` if X does not have two axes, the first of n.
    public func apply(_ x: Tensor<Element>) throws -> Tensor<Element> {
        try product(x, length: columns, result: rows, name: "A X") {
            apply($0, vectors: $1, into: $2, workspace: $3)
        }
    }

    /// Aᴴ Y for a row-major m×count tensor. - Throws: `LacunaError` if Y does not have two axes, the first of m.
    public func applyAdjoint(_ y: Tensor<Element>) throws -> Tensor<Element> {
        try product(y, length: rows, result: columns, name: "Aᴴ Y") {
            applyAdjoint($0, vectors: $1, into: $2, workspace: $3)
        }
    }

    private func product(
        _ input: Tensor<Element>, length: Int, result: Int, name: String,
        _ body: (UnsafePointer<Element>, Int, UnsafeMutablePointer<Element>, UnsafeMutablePointer<Element>) -> Void
    ) throws -> Tensor<Element> {
        guard input.dimensions.count == 2, input.dimensions[0] == length else {
            throw LacunaError(
                .shape, name,
                "the operator is \(describeShape(shape)), the vectors are \(describeShape(input.dimensions)), not \(length)×count"
            )
        }
        let count = input.dimensions[1]
        let x = Buffer<Element>(input.storage)
        defer { withExtendedLifetime(x) {} }
        let y = Buffer<Element>(repeating: 0, count: result * count)
        let workspace = Buffer<Element>(repeating: 0, count: workspaceCount(vectors: count))
        defer { withExtendedLifetime(workspace) {} }
        body(x.pointer, count, y.pointer, workspace.pointer)
        return Tensor(dimensions: [result, count], storage: y.prefix(result * count))
    }
}

/// The loops that the kinds share: over plain memory, hence specialised for the four scalars.
enum BatchProduct<S: Scalar> {
    /// out_c ← Σ_j coefficients[c, j] x_j for rows x_j, out_c of `length` elements: as `BLAS.combine`, but always by BLAS,
    /// which is twice as fast on long rows. One of the coefficients' two strides is 1.
    static func combine(
        length: Int, outputs: Int, depth: Int, _ x: UnsafePointer<S>, stride xStride: Int,
        coefficients: UnsafePointer<S>, outputStride: Int, depthStride: Int, accumulating: Bool = false,
        into out: UnsafeMutablePointer<S>, stride outStride: Int
    ) {
        let plain = depthStride == 1
        // A single output may come with any stride; BLAS wants one that holds the column.
        BLAS<S>.multiply(
            .plain, plain ? .plain : .transposed, length, outputs, depth, x, xStride, coefficients,
            plain ? max(outputStride, depth) : depthStride, beta: accumulating ? 1 : 0, into: out, outStride)
    }

    /// target ← 0.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func clear(_ count: Int, _ target: UnsafeMutablePointer<S>) {
        for index in 0..<count { target[index] = 0 }
    }

    /// What `conjugate(_:_:into:)` needs: nothing for real numbers.
    static func workspaceCount(_ count: Int) -> Int { S.isComplex ? count : 0 }

    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func copy(
        _ count: Int, _ source: UnsafePointer<S>, stride sourceStride: Int, into target: UnsafeMutablePointer<S>,
        stride targetStride: Int
    ) {
        for index in 0..<count { target[index * targetStride] = source[index * sourceStride] }
    }

    /// target ← target + source.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func add(_ count: Int, _ source: UnsafePointer<S>, into target: UnsafeMutablePointer<S>) {
        for index in 0..<count { target[index] += source[index] }
    }

    /// target_i ← d_i source_i, or d̄_i source_i, for rows of `count` elements.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func scaleRows(
        _ diagonal: [S], conjugated: Bool, vectors count: Int, _ source: UnsafePointer<S>,
        into target: UnsafeMutablePointer<S>
    ) {
        for row in 0..<diagonal.count {
            let entry = conjugated ? diagonal[row].conjugated : diagonal[row]
            for index in row * count..<(row + 1) * count { target[index] = entry * source[index] }
        }
    }

    /// target_t ← source[order_t], for rows of `count` elements.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func gatherRows(
        _ order: [Int], vectors count: Int, _ source: UnsafePointer<S>, into target: UnsafeMutablePointer<S>
    ) {
        for row in 0..<order.count { copyRow(count, source + order[row] * count, into: target + row * count) }
    }

    @inline(__always)
    private static func copyRow(_ count: Int, _ source: UnsafePointer<S>, into target: UnsafeMutablePointer<S>) {
        for index in 0..<count { target[index] = source[index] }
    }

    /// The conjugate of `count` numbers, in `workspace`; real numbers as they stand.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func conjugate(
        _ source: UnsafePointer<S>, _ count: Int, into workspace: UnsafeMutablePointer<S>
    ) -> UnsafePointer<S> {
        guard S.isComplex else { return source }
        for index in 0..<count { workspace[index] = source[index].conjugated }
        return UnsafePointer(workspace)
    }

    /// In place.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @specialized(where S == Complex<Float>)
    @specialized(where S == Complex<Double>)
    static func conjugate(_ target: UnsafeMutablePointer<S>, _ count: Int) {
        guard S.isComplex else { return }
        for index in 0..<count { target[index] = target[index].conjugated }
    }
}
