/// The products as plain loops over what is stored, for complex numbers.
extension SparsePlan {
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    func plainProduct(
        blockRows: Range<Int>, columns: Range<Int>, _ x: UnsafePointer<Element>, _ xStride: Int, _ accumulating: Bool,
        _ y: UnsafeMutablePointer<Element>, _ yStride: Int, values: UnsafePointer<Element>? = nil
    ) {
        let r = matrix.block.rows, c = matrix.block.columns
        if !accumulating {
            for row in blockRows.lowerBound * r..<blockRows.upperBound * r {
                for column in columns { y[row * yStride + column] = 0 }
            }
        }
        withStored(values) { blockColumns, values in
            for blockRow in blockRows {
                for index in blocks(of: blockRow) {
                    for i in 0..<r {
                        let target = y + (blockRow * r + i) * yStride
                        for j in 0..<c {
                            let value = values[(index * r + i) * c + j]
                            let source = x + (Int(blockColumns[index]) * c + j) * xStride
                            for column in columns { target[column] += value * source[column] }
                        }
                    }
                }
            }
        }
    }

    /// One sum per row: products with one vector.
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    func plainVectorProduct(
        blockRows: Range<Int>, _ x: UnsafePointer<Element>, _ accumulating: Bool, _ y: UnsafeMutablePointer<Element>,
        values: UnsafePointer<Element>? = nil
    ) {
        let r = matrix.block.rows, c = matrix.block.columns
        withStored(values) { blockColumns, values in
            for blockRow in blockRows {
                let blocks = blocks(of: blockRow)
                for i in 0..<r {
                    let row = blockRow * r + i
                    var sum = accumulating ? y[row] : .zero
                    for index in blocks {
                        let first = (index * r + i) * c, source = x + Int(blockColumns[index]) * c
                        for j in 0..<c { sum += values[first + j] * source[j] }
                    }
                    y[row] = sum
                }
            }
        }
    }

    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    func plainTransposedProduct(
        columns: Range<Int>, _ y: UnsafePointer<Element>, _ yStride: Int, _ accumulating: Bool,
        _ x: UnsafeMutablePointer<Element>, _ xStride: Int, values: UnsafePointer<Element>? = nil
    ) {
        let r = matrix.block.rows, c = matrix.block.columns
        if !accumulating {
            for row in 0..<matrix.columns {
                for column in columns { x[row * xStride + column] = 0 }
            }
        }
        withStored(values) { blockColumns, values in
            for blockRow in 0..<matrix.blockRows {
                for index in blocks(of: blockRow) {
                    for i in 0..<r {
                        let source = y + (blockRow * r + i) * yStride
                        for j in 0..<c {
                            let value = values[(index * r + i) * c + j]
                            let target = x + (Int(blockColumns[index]) * c + j) * xStride
                            for column in columns { target[column] += value * source[column] }
                        }
                    }
                }
            }
        }
    }

    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    func plainSampledProduct(
        blockRows: Range<Int>, _ depth: Int, _ a: UnsafePointer<Element>, _ aStride: Int, _ b: UnsafePointer<Element>,
        _ bStride: Int, _ accumulating: Bool, _ values: UnsafeMutablePointer<Element>
    ) {
        let r = matrix.block.rows, c = matrix.block.columns
        withStored(nil) { blockColumns, _ in
            for blockRow in blockRows {
                for index in blocks(of: blockRow) {
                    for i in 0..<r {
                        let left = a + (blockRow * r + i) * aStride
                        for j in 0..<c {
                            let right = b + (Int(blockColumns[index]) * c + j) * bStride
                            let position = (index * r + i) * c + j
                            var sum = Element.zero
                            for d in 0..<depth { sum += left[d] * right[d] }
                            values[position] = accumulating ? values[position] + sum : sum
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func blocks(of blockRow: Int) -> Range<Int> {
        Int(matrix.starts[blockRow])..<Int(matrix.starts[blockRow + 1])
    }

    /// Block columns and values (`values` in their place, if given) without the checks of arrays, which cost more than the products.
    @inline(__always)
    private func withStored(
        _ values: UnsafePointer<Element>?, _ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Element>) -> Void
    ) {
        matrix.blockColumns.withUnsafeBufferPointer { blockColumns in
            matrix.values.withUnsafeBufferPointer { own in
                body(blockColumns, values.map { UnsafeBufferPointer(start: $0, count: own.count) } ?? own)
            }
        }
    }
}
