/// The sums over samples of many bags by matrix products: products θ_i θ_j, θ_i y_e and y_e² of all samples (columns Q) against counts
/// (samples × bags).
///
/// For P terms and d equations Q = P (P + 1) / 2 + P d + d, and the product takes 2 Q operations per sample and bag: 176 for P = 10 and
/// 3534 for P = 56 with d = 3. It runs at the speed of a matrix product, where copies of bags would wait for memory.
enum BagSums {
    /// Samples and bags of one matrix product: products of a block of rows and the sums of a group of bags stay in the last cache.
    private static let block = 256
    private static let group = 256

    /// Calls `body` with the sums of each bag, in order.
    /// - Parameter draw: writes how often each sample is in a bag.
    static func each(
        of problem: RegressionProblem, bags: Int, draw: (Int, UnsafeMutablePointer<UInt16>) -> Void,
        body: (RegressionProblem) throws -> Void
    ) throws {
        let m = problem.features.rows, count = problem.termCount, d = problem.equationCount
        guard m > 0 else { throw LacunaError(.shape, "ensemble", "there are no samples to draw from") }
        let gramCount = count * (count + 1) / 2, width = gramCount + count * d + d
        let group = min(Self.group, bags)
        try requireMemory(elements: [m, group], bytesEach: 2, "counts of an ensemble")
        let counts = Buffer<UInt16>(repeating: 0, count: m * group)
        let weights = Buffer<Double>(repeating: 0, count: block * group)
        let products = Buffer<Double>(repeating: 0, count: block * width)
        let sums = Buffer<Double>(repeating: 0, count: width * group)
        for start in stride(from: 0, to: bags, by: group) {
            let size = min(group, bags - start)
            counts.pointer.update(repeating: 0, count: m * size)
            for bag in 0..<size { draw(start + bag, counts.pointer + bag * m) }
            sums.pointer.update(repeating: 0, count: width * size)
            for first in stride(from: 0, to: m, by: block) {
                let rows = min(block, m - first)
                fill(products.pointer, problem, first, rows)
                for bag in 0..<size {
                    let source = counts.pointer + bag * m + first, target = weights.pointer + bag * rows
                    for row in 0..<rows { target[row] = Double(source[row]) }
                }
                BLAS<Double>.multiply(
                    .transposed, .plain, width, size, rows, products.pointer, rows, weights.pointer, rows, beta: 1,
                    into: sums.pointer, width)
            }
            for bag in 0..<size {
                let own = sums.pointer + bag * width
                var lower = [Double](repeating: 0, count: count * count)
                var next = 0
                for column in 0..<count {
                    for row in column..<count {
                        lower[row + column * count] = own[next]
                        next += 1
                    }
                }
                let moments = Array(UnsafeBufferPointer(start: own + gramCount, count: count * d))
                let squares = Array(UnsafeBufferPointer(start: own + gramCount + count * d, count: d))
                try body(
                    RegressionProblem(
                        featureNames: problem.featureNames, sampleCount: problem.sampleCount, lowerGram: lower,
                        moments: moments, targetSquares: squares))
            }
        }
        withExtendedLifetime((counts, weights, products, sums)) {}
    }

    /// The products of some rows, in the order lower triangle of the Gram matrix by columns, moments by equations, squares.
    private static func fill(
        _ out: UnsafeMutablePointer<Double>, _ problem: RegressionProblem, _ first: Int, _ rows: Int
    ) {
        let m = problem.features.rows, count = problem.termCount, d = problem.equationCount
        problem.features.storage.withUnsafeBufferPointer { x in
            problem.targets.storage.withUnsafeBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                var target = out
                func append(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) {
                    for row in 0..<rows { target[row] = a[row] * b[row] }
                    target += rows
                }
                for column in 0..<count {
                    for row in column..<count { append(x + first + row * m, x + first + column * m) }
                }
                for equation in 0..<d {
                    for column in 0..<count { append(x + first + column * m, y + first + equation * m) }
                }
                for equation in 0..<d { append(y + first + equation * m, y + first + equation * m) }
            }
        }
    }
}
