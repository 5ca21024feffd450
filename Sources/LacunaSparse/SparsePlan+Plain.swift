/// The products as plain loops over what is stored: for complex numbers, and the reference of the kernels' tests.
extension SparsePlan {
    @specialized(where Element == Complex<Double>)
    func plainProduct(
        blockRows: Range<Int>, columns: Range<Int>, _ x: UnsafePointer<Element>, _ xStride: Int, _ accumulating: Bool,
        _ y: UnsafeMutablePointer<Element>, _ yStride: Int
    ) {
        let r = matrix.block.rows, c = matrix.block.columns
        if !accumulating {
            for row in blockRows.lowerBound * r..<blockRows.upperBound * r {
                for column in columns { y[row * yStride + column] = 0 }
            }
        }
        for blockRow in blockRows {
            for index in Int(matrix.starts[blockRow])..<Int(matrix.starts[blockRow + 1]) {
                for i in 0..<r {
                    let target = y + (blockRow * r + i) * yStride
                    for j in 0..<c {
                        let value = matrix.values[(index * r + i) * c + j]
                        let source = x + (Int(matrix.blockColumns[index]) * c + j) * xStride
                        for column in columns { target[column] += value * source[column] }
                    }
                }
            }
        }
    }

    @specialized(where Element == Complex<Double>)
    func plainTransposedProduct(
        columns: Range<Int>, _ y: UnsafePointer<Element>, _ yStride: Int, _ accumulating: Bool,
        _ x: UnsafeMutablePointer<Element>, _ xStride: Int
    ) {
        if !accumulating {
            for row in 0..<matrix.columns {
                for column in columns { x[row * xStride + column] = 0 }
            }
        }
        matrix.forEachStored { row, column, position in
            let value = matrix.values[position]
            let source = y + row * yStride, target = x + column * xStride
            for index in columns { target[index] += value * source[index] }
        }
    }

    @specialized(where Element == Complex<Double>)
    func plainSampledProduct(
        blockRows: Range<Int>, _ depth: Int, _ a: UnsafePointer<Element>, _ aStride: Int, _ b: UnsafePointer<Element>,
        _ bStride: Int, _ accumulating: Bool, _ values: UnsafeMutablePointer<Element>
    ) {
        let r = matrix.block.rows, c = matrix.block.columns
        for blockRow in blockRows {
            for index in Int(matrix.starts[blockRow])..<Int(matrix.starts[blockRow + 1]) {
                for i in 0..<r {
                    let left = a + (blockRow * r + i) * aStride
                    for j in 0..<c {
                        let right = b + (Int(matrix.blockColumns[index]) * c + j) * bStride
                        var sum = Element.zero
                        for d in 0..<depth { sum += left[d] * right[d] }
                        let position = (index * r + i) * c + j
                        values[position] = accumulating ? values[position] + sum : sum
                    }
                }
            }
        }
    }
}
