/// Loops over contiguous numbers that layers and optimisers share. Written so that the compiler vectorises them.
enum Elementwise {
    @inline(__always)
    static func copy<Element: RealScalar>(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, count: Int
    ) {
        y.update(from: x, count: count)
    }

    /// y ← y + x.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func add<Element: RealScalar>(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, count: Int
    ) {
        for index in 0..<count { y[index] += x[index] }
    }

    /// y ← value.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func fill<Element: RealScalar>(_ value: Element, into y: UnsafeMutablePointer<Element>, count: Int) {
        y.update(repeating: value, count: count)
    }

    /// y ← c y.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func scale<Element: RealScalar>(_ y: UnsafeMutablePointer<Element>, by c: Element, count: Int) {
        for index in 0..<count { y[index] *= c }
    }

    /// Whether no number of x is infinite or NaN.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func isFinite<Element: RealScalar>(_ x: UnsafePointer<Element>, count: Int) -> Bool {
        for index in 0..<count where !x[index].isFinite { return false }
        return true
    }

    /// Row r of y (rows × columns) ← value r.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func fillRows<Element: RealScalar>(
        _ values: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, rows: Int, columns: Int
    ) {
        for row in 0..<rows { (y + row * columns).update(repeating: values[row], count: columns) }
    }

    /// sums[r] ← sums[r] + Σ of row r of x (rows × columns). Four partial sums, in a fixed order.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func addRowSums<Element: RealScalar>(
        _ x: UnsafePointer<Element>, rows: Int, columns: Int, into sums: UnsafeMutablePointer<Element>
    ) {
        for row in 0..<rows { sums[row] += sum(x + row * columns, count: columns) }
    }

    /// Σ x, in four interleaved partial sums: four times shorter chains of roundings.
    @inline(__always)
    static func sum<Element: RealScalar>(_ x: UnsafePointer<Element>, count: Int) -> Element {
        var a = Element.zero, b = Element.zero, c = Element.zero, d = Element.zero
        var index = 0
        while index + 4 <= count {
            a += x[index]
            b += x[index + 1]
            c += x[index + 2]
            d += x[index + 3]
            index += 4
        }
        while index < count {
            a += x[index]
            index += 1
        }
        return (a + b) + (c + d)
    }

    /// Σ (x - m)².
    @inline(__always)
    static func squaredDeviation<Element: RealScalar>(
        _ x: UnsafePointer<Element>, from mean: Element, count: Int
    ) -> Element {
        var a = Element.zero, b = Element.zero, c = Element.zero, d = Element.zero
        var index = 0
        while index + 4 <= count {
            a += (x[index] - mean) * (x[index] - mean)
            b += (x[index + 1] - mean) * (x[index + 1] - mean)
            c += (x[index + 2] - mean) * (x[index + 2] - mean)
            d += (x[index + 3] - mean) * (x[index + 3] - mean)
            index += 4
        }
        while index < count {
            a += (x[index] - mean) * (x[index] - mean)
            index += 1
        }
        return (a + b) + (c + d)
    }

    /// Σ (x - m) g.
    @inline(__always)
    static func centredProduct<Element: RealScalar>(
        _ x: UnsafePointer<Element>, _ mean: Element, _ g: UnsafePointer<Element>, count: Int
    ) -> Element {
        var a = Element.zero, b = Element.zero, c = Element.zero, d = Element.zero
        var index = 0
        while index + 4 <= count {
            a += (x[index] - mean) * g[index]
            b += (x[index + 1] - mean) * g[index + 1]
            c += (x[index + 2] - mean) * g[index + 2]
            d += (x[index + 3] - mean) * g[index + 3]
            index += 4
        }
        while index < count {
            a += (x[index] - mean) * g[index]
            index += 1
        }
        return (a + b) + (c + d)
    }

    /// Σ x².
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func squaredNorm<Element: RealScalar>(_ x: UnsafePointer<Element>, count: Int) -> Double {
        var sum = 0.0
        for index in 0..<count { sum += Double(x[index]) * Double(x[index]) }
        return sum
    }

    /// Row-major `source` (rows × columns) into `target` (columns × rows), in tiles that stay in the first-level cache.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    static func transpose<Element: RealScalar>(
        _ source: UnsafePointer<Element>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Element>,
        targetStride: Int
    ) {
        let tile = 16
        for rowStart in stride(from: 0, to: rows, by: tile) {
            let rowEnd = min(rowStart + tile, rows)
            for columnStart in stride(from: 0, to: columns, by: tile) {
                for column in columnStart..<min(columnStart + tile, columns) {
                    for row in rowStart..<rowEnd {
                        target[column * targetStride + row] = source[row * columns + column]
                    }
                }
            }
        }
    }
}
