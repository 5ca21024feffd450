import CLacunaKernels

/// Products. Dense operands are row-major, with strides between their rows in elements. Fewer than one thread are one.
extension SparsePlan {
    /// SpMM: Y ← W X, or Y + W X if `accumulating`: X has n = `columns` columns and as many rows as W columns, Y as many as W rows.
    /// No two overlap. Cost: 2 n multiply-adds per stored entry; with 4×1 blocks near the machine's peak from 16 columns on.
    public func multiply(
        _ x: UnsafePointer<Element>, stride xStride: Int, columns: Int, into y: UnsafeMutablePointer<Element>,
        stride yStride: Int, accumulating: Bool = false, workspace: SparseWorkspace<Element>
    ) {
        let threads = workspace.threads
        workspace.require(depth: matrix.columns)
        // By columns where every thread has panels enough of its own; by rows, each packing the same panel, where not.
        let byColumns = threads == 1 || columns >= 32 * threads
        concurrently(threads) { thread, threads in
            product(
                blockRows: byColumns ? 0..<matrix.blockRows : blockRows(thread, of: threads),
                columns: byColumns ? (0..<columns).part(thread, of: threads, multiple: 8) : 0..<columns,
                x, xStride, accumulating, y, yStride, workspace.buffers[thread].pointer)
        }
    }

    /// SpMV: y ← W x for one vector, or y + W x if `accumulating`. Bound by the bytes of W; 8×1 blocks are the fastest.
    public func multiply(
        vector x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, accumulating: Bool = false,
        threads: Int = 1
    ) {
        concurrently(threads) { vectorProduct(blockRows: blockRows($0, of: $1), x, accumulating, y) }
    }

    /// X ← Wᵀ Y, or X + Wᵀ Y if `accumulating`: the gradient of `multiply` for X. For one column or few, the plan of
    /// `matrix.transposed()` is faster.
    public func multiplyTransposed(
        _ y: UnsafePointer<Element>, stride yStride: Int, columns: Int, into x: UnsafeMutablePointer<Element>,
        stride xStride: Int, accumulating: Bool = false, workspace: SparseWorkspace<Element>
    ) {
        workspace.require(depth: matrix.columns)
        // Rows scatter, so threads share out the columns only.
        concurrently(workspace.threads) { thread, threads in
            transposedProduct(
                columns: (0..<columns).part(thread, of: threads, multiple: 8), y, yStride, accumulating, x,
                xStride, workspace.buffers[thread].pointer)
        }
    }

    /// SDDMM: the entries of A Bᵀ that W stores, in the order of its values: v_p = Σ_d A[i_p, d] B[j_p, d] for A (rows × depth) and
    /// B (columns × depth). The gradient of `multiply` for W is A = ∂Y, B = X. Cost: 2 `depth` operations per stored entry.
    public func sample(
        _ a: UnsafePointer<Element>, stride aStride: Int, _ b: UnsafePointer<Element>, stride bStride: Int, depth: Int,
        into values: UnsafeMutablePointer<Element>, accumulating: Bool = false, threads: Int = 1
    ) {
        concurrently(threads) {
            sampledProduct(
                blockRows: blockRows($0, of: $1), depth, a, aStride, b, bStride, accumulating, values)
        }
    }
}

/// The same with arrays, checked.
extension SparsePlan {
    /// SpMM, W X for X of K×N. - Throws: `LacunaError` unless X has as many rows as W columns.
    public func multiply(_ x: Tensor<Element>, threads: Int = 1) throws -> Tensor<Element> {
        try product(x, expecting: matrix.columns, rows: matrix.rows, "W X") { source, n, target in
            multiply(
                source, stride: n, columns: n, into: target, stride: n,
                workspace: SparseWorkspace(for: self, threads: threads))
        }
    }

    /// Wᵀ Y for Y of M×N. - Throws: `LacunaError` unless Y has as many rows as W.
    public func multiplyTransposed(_ y: Tensor<Element>, threads: Int = 1) throws -> Tensor<Element> {
        try product(y, expecting: matrix.rows, rows: matrix.columns, "Wᵀ Y") { source, n, target in
            multiplyTransposed(
                source, stride: n, columns: n, into: target, stride: n,
                workspace: SparseWorkspace(for: self, threads: threads))
        }
    }

    /// SpMV, W x. - Throws: `LacunaError` unless x has as many elements as W columns.
    public func multiply(_ x: [Element], threads: Int = 1) throws -> [Element] {
        guard x.count == matrix.columns else {
            throw LacunaError(
                .shape, "W x", "the matrix is \(describeShape(matrix.shape)), the vector has \(x.count) elements")
        }
        let source = Buffer(x), target = Buffer<Element>(repeating: 0, count: matrix.rows)
        defer { withExtendedLifetime(source) {} }
        multiply(vector: source.pointer, into: target.pointer, threads: threads)
        return target.prefix(matrix.rows)
    }

    /// SDDMM: the entries of A Bᵀ that W stores, as a matrix of W's pattern.
    /// - Throws: `LacunaError` unless A is rows × d and B columns × d.
    public func sample(_ a: Tensor<Element>, _ b: Tensor<Element>, threads: Int = 1) throws -> SparseMatrix<Element> {
        guard a.dimensions.count == 2, b.dimensions.count == 2, a.dimensions[0] == matrix.rows,
            b.dimensions[0] == matrix.columns, a.dimensions[1] == b.dimensions[1]
        else {
            throw LacunaError(
                .shape, "sampled product",
                "A is \(describeShape(a.dimensions)) and B \(describeShape(b.dimensions)), not \(matrix.rows)×d and "
                    + "\(matrix.columns)×d")
        }
        let left = Buffer(a.storage), right = Buffer(b.storage)
        defer { withExtendedLifetime((left, right)) {} }
        let values = Buffer<Element>(repeating: 0, count: matrix.storedCount)
        let depth = a.dimensions[1]
        sample(
            left.pointer, stride: depth, right.pointer, stride: depth, depth: depth, into: values.pointer,
            threads: threads)
        var sampled = matrix
        sampled.values = values.prefix(matrix.storedCount)
        return sampled
    }

    private func product(
        _ input: Tensor<Element>, expecting inputRows: Int, rows: Int, _ name: String,
        _ body: (UnsafePointer<Element>, Int, UnsafeMutablePointer<Element>) -> Void
    ) throws -> Tensor<Element> {
        guard input.dimensions.count == 2, input.dimensions[0] == inputRows else {
            throw LacunaError(
                .shape, name,
                "the matrix is \(describeShape(matrix.shape)), the operand \(describeShape(input.dimensions)), not \(inputRows)×N"
            )
        }
        let n = input.dimensions[1]
        let source = Buffer(input.storage), target = Buffer<Element>(repeating: 0, count: rows * n)
        defer { withExtendedLifetime(source) {} }
        body(source.pointer, n, target.pointer)
        return Tensor(dimensions: [rows, n], storage: target.prefix(rows * n))
    }
}
