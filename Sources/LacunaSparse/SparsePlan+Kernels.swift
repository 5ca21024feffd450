import CLacunaKernels

/// Which code runs a product: the kernels for `Float` and `Double`, the plain loops for complex numbers. `values`, where
/// given, stand for the matrix's own: as many, in its order (a network's parameters).
extension SparsePlan {
    package func product(
        blockRows: Range<Int>, columns: Range<Int>, _ x: UnsafePointer<Element>, _ xStride: Int, _ accumulating: Bool,
        _ y: UnsafeMutablePointer<Element>, _ yStride: Int, _ workspace: UnsafeMutablePointer<Element>,
        values: UnsafePointer<Element>? = nil
    ) {
        guard !blockRows.isEmpty, !columns.isEmpty else { return }
        let depth = matrix.columns, accumulate: Int32 = accumulating ? 1 : 0
        if Element.self == Float.self {
            withFloatBlocks(values == nil ? .slices : .rows, values) {
                kernels.pointee.sparse_float.product(
                    $0, blockRows.lowerBound, blockRows.upperBound, columns.lowerBound, columns.upperBound, depth,
                    rebound(x), xStride, accumulate, rebound(y), yStride, rebound(workspace))
            }
        } else if Element.self == Double.self {
            withDoubleBlocks(values == nil ? .slices : .rows, values) {
                kernels.pointee.sparse_double.product(
                    $0, blockRows.lowerBound, blockRows.upperBound, columns.lowerBound, columns.upperBound, depth,
                    rebound(x), xStride, accumulate, rebound(y), yStride, rebound(workspace))
            }
        } else {
            plainProduct(
                blockRows: blockRows, columns: columns, x, xStride, accumulating, y, yStride, values: values)
        }
    }

    package func transposedProduct(
        columns: Range<Int>, _ y: UnsafePointer<Element>, _ yStride: Int, _ accumulating: Bool,
        _ x: UnsafeMutablePointer<Element>, _ xStride: Int, _ workspace: UnsafeMutablePointer<Element>,
        values: UnsafePointer<Element>? = nil
    ) {
        guard !columns.isEmpty else { return }
        let depth = matrix.columns, accumulate: Int32 = accumulating ? 1 : 0
        if Element.self == Float.self {
            withFloatBlocks(values == nil ? .slices : .rows, values) {
                kernels.pointee.sparse_float.transposed_product(
                    $0, matrix.blockRows, columns.lowerBound, columns.upperBound, depth, rebound(y), yStride,
                    accumulate, rebound(x), xStride, rebound(workspace))
            }
        } else if Element.self == Double.self {
            withDoubleBlocks(values == nil ? .slices : .rows, values) {
                kernels.pointee.sparse_double.transposed_product(
                    $0, matrix.blockRows, columns.lowerBound, columns.upperBound, depth, rebound(y), yStride,
                    accumulate, rebound(x), xStride, rebound(workspace))
            }
        } else {
            plainTransposedProduct(columns: columns, y, yStride, accumulating, x, xStride, values: values)
        }
    }

    package func vectorProduct(
        blockRows: Range<Int>, _ x: UnsafePointer<Element>, _ accumulating: Bool, _ y: UnsafeMutablePointer<Element>,
        values: UnsafePointer<Element>? = nil
    ) {
        guard !blockRows.isEmpty else { return }
        let first = blockRows.lowerBound, last = blockRows.upperBound
        let accumulate: Int32 = accumulating ? 1 : 0
        if Element.self == Float.self {
            withFloatBlocks(.whole, values) {
                kernels.pointee.sparse_float.vector_product($0, first, last, rebound(x), accumulate, rebound(y))
            }
        } else if Element.self == Double.self {
            withDoubleBlocks(.whole, values) {
                kernels.pointee.sparse_double.vector_product($0, first, last, rebound(x), accumulate, rebound(y))
            }
        } else {
            plainVectorProduct(blockRows: blockRows, x, accumulating, y, values: values)
        }
    }

    package func sampledProduct(
        blockRows: Range<Int>, _ depth: Int, _ a: UnsafePointer<Element>, _ aStride: Int, _ b: UnsafePointer<Element>,
        _ bStride: Int, _ accumulating: Bool, _ values: UnsafeMutablePointer<Element>
    ) {
        guard !blockRows.isEmpty else { return }
        let first = blockRows.lowerBound, last = blockRows.upperBound
        let accumulate: Int32 = accumulating ? 1 : 0
        if Element.self == Float.self {
            withFloatBlocks(.whole, nil) {
                kernels.pointee.sparse_float.sampled_product(
                    $0, first, last, depth, rebound(a), aStride, rebound(b), bStride, accumulate, rebound(values))
            }
        } else if Element.self == Double.self {
            withDoubleBlocks(.whole, nil) {
                kernels.pointee.sparse_double.sampled_product(
                    $0, first, last, depth, rebound(a), aStride, rebound(b), bStride, accumulate, rebound(values))
            }
        } else {
            plainSampledProduct(blockRows: blockRows, depth, a, aStride, b, bStride, accumulating, values)
        }
    }

    /// How the blocks are cut and lie: not at all; by slices, row after row as in the matrix; slice after slice.
    private enum Order {
        case whole, rows, slices
    }

    private func withFloatBlocks(
        _ order: Order, _ values: UnsafePointer<Element>?, _ body: (UnsafePointer<lacuna_blocks_float>) -> Void
    ) {
        withPointers(order, values) { slices, stride, starts, ends, columns, values, narrow in
            var blocks = lacuna_blocks_float(
                r: matrix.block.rows, c: matrix.block.columns, slices: slices, sliceStride: stride, starts: starts,
                ends: ends, columns: columns, values: UnsafeRawPointer(values)?.assumingMemoryBound(to: Float.self),
                narrow: narrow)
            body(&blocks)
        }
    }

    private func withDoubleBlocks(
        _ order: Order, _ values: UnsafePointer<Element>?, _ body: (UnsafePointer<lacuna_blocks_double>) -> Void
    ) {
        withPointers(order, values) { slices, stride, starts, ends, columns, values, narrow in
            var blocks = lacuna_blocks_double(
                r: matrix.block.rows, c: matrix.block.columns, slices: slices, sliceStride: stride, starts: starts,
                ends: ends, columns: columns, values: UnsafeRawPointer(values)?.assumingMemoryBound(to: Double.self),
                narrow: narrow)
            body(&blocks)
        }
    }

    /// Calls `body` with the number of slices, the block rows from one to the next, starts, ends, columns, values and narrow columns.
    private func withPointers(
        _ order: Order, _ values: UnsafePointer<Element>?,
        _ body: (
            Int, Int, UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<Element>?,
            UnsafePointer<UInt16>?
        ) -> Void
    ) {
        let cut = order == .whole ? nil : slices
        let sequential = order == .slices ? slices : nil
        let starts = order == .slices ? cut?.starts : cut?.rowStarts
        let toEnd = cut != nil && order == .rows ? matrix.blockRows : 1
        (starts ?? matrix.starts).withUnsafeBufferPointer { starts in
            (sequential?.columns ?? matrix.blockColumns).withUnsafeBufferPointer { columns in
                (sequential?.values ?? matrix.values).withUnsafeBufferPointer { own in
                    (sequential?.narrowColumns ?? narrowColumns).withUnsafeBufferPointer { narrow in
                        // The address of an empty array need not be nil.
                        body(
                            cut?.count ?? 1, matrix.blockRows, starts.baseAddress,
                            starts.baseAddress.map { $0 + toEnd },
                            columns.baseAddress, values ?? own.baseAddress, narrow.isEmpty ? nil : narrow.baseAddress)
                    }
                }
            }
        }
    }
}

/// The same memory as numbers of the type that has just been tested for.
@inline(__always)
func rebound<From, To>(_ pointer: UnsafePointer<From>) -> UnsafePointer<To> {
    UnsafeRawPointer(pointer).assumingMemoryBound(to: To.self)
}

@inline(__always)
func rebound<From, To>(_ pointer: UnsafeMutablePointer<From>) -> UnsafeMutablePointer<To> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: To.self)
}
