import LacunaNets
import LacunaTestSupport
import Testing

/// Layers that are Hankel matrices by their Fourier factors: the diagonal alone trained, or all factors.
@Suite struct FourierFactorLinearTests {
    typealias Number = Complex<Double>

    /// H[i, j] = h[i + j] times x, columns beside each other.
    private func hankel(_ h: [Double], _ x: [Double], size: Int, columns: Int) -> [Double] {
        product(size, columns, 1).map { i, column, _ in
            (0..<size).reduce(0) { $0 + h[i + $1] * x[$1 * columns + column] }
        }
    }

    /// Eᵀ F⁻¹ diag(D) F E J by sums.
    private func circulant(_ d: [Number], _ u: [Double]) -> [Double] {
        let n = d.count, size = u.count
        func root(_ k: Int) -> Number {
            let angle = 2 * Double.pi * Double(k % n) / Double(n)
            return Number(Double.cos(angle), Double.sin(angle))
        }
        let spectrum = (0..<n).map { k in
            (0..<size).reduce(Number(0, 0)) { $0 + root(k * $1).conjugate * Number(u[size - 1 - $1], 0) } * d[k]
        }
        return (0..<size).map { i in (0..<n).reduce(0.0) { $0 + (spectrum[$1] * root(i * $1)).real } / Double(n) }
    }

    @Test(arguments: [1, 2, 5, 8])
    func diagonalEqualsTheSum(size: Int) throws {
        var random = RandomStream(key: 81)
        let weight: [Double] = random.vector(2 * 2 * size), bias: [Double] = random.vector(2 * size)
        let u: [Double] = random.vector(size)
        let layer = try FourierDiagonalLinear<Double>(size, outputBlocks: 2)
        let y = try output(of: layer, u, ValueShape([size]), batch: 1, parameters: ["weight": weight, "bias": bias])
        for block in 0..<2 {
            let half = Array(weight[block * 2 * size..<(block + 1) * 2 * size])
            let d = (0..<2 * size).map { k in
                k == 0 || k == size
                    ? Number(half[k], 0)
                    : k < size ? Number(half[k], half[2 * size - k]) : Number(half[2 * size - k], -half[k])
            }
            let expected = zip(circulant(d, u), bias[block * size..<(block + 1) * size]).map { $0 + $1 }
            #expect(largestDifference(Array(y[block * size..<(block + 1) * size]), expected) < 1e-12)
        }
    }

    /// All three start as the same Hankel matrices, whichever way they multiply.
    @Test(arguments: [1, 3, 8, 13, 24], [1, 40])
    func startsAsHankel(size: Int, columns: Int) throws {
        var random = RandomStream(key: 82)
        let blocks = 2, count = 2 * size - 1
        let h: [Double] = random.vector(blocks * count), x: [Double] = random.vector(size * columns)
        let expected = (0..<blocks).flatMap {
            hankel(Array(h[$0 * count..<($0 + 1) * count]), x, size: size, columns: columns)
        }
        var layers: [any Layer<Double>] = [
            try FourierDiagonalLinear<Double>(
                size, outputBlocks: blocks, sequences: h)
        ]
        for factors in try [FourierFactors.butterfly(size: size), .monarch(size: size)] {
            layers.append(try FourierFactorLinear<Double>(factors, outputBlocks: blocks, sequences: h))
        }
        layers.append(
            try FourierFactorLinear<Double>(
                FourierFactors(size: size, radices: [3, 2, 3, 3]), outputBlocks: blocks, sequences: h))
        let single = try HankelLinear<Double>(size, size, outputBlocks: blocks)
        let reference = try output(of: single, x, ValueShape([size]), batch: columns, parameters: ["weight": h])
        #expect(largestDifference(reference, expected) < 1e-12)
        for layer in layers {
            let y = try output(of: layer, x, ValueShape([size]), batch: columns)
            #expect(largestDifference(y, expected) < 1e-12 * Double(size), "\(type(of: layer))")
        }
    }

    /// Trained factors: the product of dense matrices written out by the formula.
    @Test(arguments: [[2, 2, 2], [3, 4], [2, 3, 2]])
    func factorsEqualDenseProducts(radices: [Int]) throws {
        var random = RandomStream(key: 83)
        let size = 4, n = radices.reduce(1, *)
        let factors = try FourierFactors(size: size, radices: radices)
        let weight: [Double] = random.vector(2 * factors.complexCount)
        let numbers = (0..<factors.complexCount).map { Number(weight[$0], weight[factors.complexCount + $0]) }
        // P by its definition: the last radix splits into subsequences first.
        func digits(_ radices: ArraySlice<Int>) -> [Int] {
            guard let last = radices.last else { return [0] }
            return (0..<last).flatMap { q in digits(radices.dropLast()).map { q + last * $0 } }
        }
        let order = digits(radices[...])
        for u in 0..<size {
            var value = (0..<n).map { Number(order[$0] == size - 1 - u ? 1 : 0, 0) }
            var offset = 0, span = 1
            func mix(_ radix: Int, _ span: Int) {
                var next = [Number](repeating: 0, count: n)
                var group = 0
                for block in stride(from: 0, to: n, by: radix * span) {
                    for k in 0..<span {
                        for (l, q) in product(radix, radix, 1).map({ ($0.0, $0.1) }) {
                            next[block + l * span + k] +=
                                numbers[offset + (group * radix + l) * radix + q] * value[block + q * span + k]
                        }
                        group += 1
                    }
                }
                offset += n * radix
                value = next
            }
            for radix in radices {
                mix(radix, span)
                span *= radix
            }
            mix(1, 1)
            for radix in radices.reversed() {
                span /= radix
                mix(radix, span)
            }
            var expected = [Double](repeating: 0, count: size)
            for position in 0..<n where order[position] < size { expected[order[position]] = value[position].real }
            let layer = try FourierFactorLinear<Double>(
                factors, bias: false, sequences: [Double](repeating: 0, count: 2 * size - 1))
            for columns in [1, 6] {
                let x = (0..<size * columns).map { $0 == u * columns ? 1.0 : 0 }
                let y = try output(
                    of: layer, x, ValueShape([size]), batch: columns, parameters: ["weight": weight])
                #expect(largestDifference((0..<size).map { y[$0 * columns] }, expected) < 1e-11)
            }
        }
    }

    /// B_L … B_1 P is the Fourier transform, and a butterfly has two non-zeros in each row.
    @Test func factorsOfTheTransform() throws {
        let factors = try FourierFactors.butterfly(size: 8)
        #expect(factors.radices == [2, 2, 2, 2] && factors.length == 16)
        let numbers = try factors.start(sequence: [Double](repeating: 0, count: 15))
        let n = 16
        for column in 0..<n {
            // Bit reversal.
            func reversed(_ i: Int) -> Int { (0..<4).reduce(0) { $0 | (i >> $1 & 1) << (3 - $1) } }
            var value = (0..<n).map { Number(reversed($0) == column ? 1 : 0, 0) }
            for stage in 0..<4 {
                let span = 1 << stage
                var next = [Number](repeating: 0, count: n)
                for group in 0..<8 {
                    let first = group / span * 2 * span + group % span, at = stage * 32 + group * 4
                    next[first] = numbers[at] * value[first] + numbers[at + 1] * value[first + span]
                    next[first + span] = numbers[at + 2] * value[first] + numbers[at + 3] * value[first + span]
                }
                value = next
            }
            for row in 0..<n {
                let angle = -2 * Double.pi * Double(row * column) / Double(n)
                #expect((value[row] - Number(Double.cos(angle), Double.sin(angle))).length < 1e-12)
            }
        }
    }

    @Test(arguments: [2, 5])
    func gradients(batch: Int) throws {
        var random = RandomStream(key: 84)
        func check(_ layer: any Layer<Double>, _ features: Int) throws {
            let check = try checkGradient(layer, inputs: [ValueShape([features])], batch: batch, random: &random)
            #expect(check.discrepancy < 1e-7, "\(type(of: layer)) \(check)")
        }
        try check(FourierDiagonalLinear<Double>(3, outputBlocks: 2), 3)
        try check(FourierDiagonalLinear<Double>(4, inputBlocks: 2, outputBlocks: 2, diagonal: true, bias: false), 8)
        try check(FourierDiagonalLinear<Double>(2, inputBlocks: 2, outputBlocks: 3), 4)
        // Two columns go through the factors, five through the matrix.
        let size = 3, zeros = [Double](repeating: 0, count: 4 * 5)
        for factors in try [FourierFactors.butterfly(size: size), .monarch(size: size)] {
            try check(FourierFactorLinear<Double>(factors, outputBlocks: 4, sequences: zeros), 3)
            try check(
                FourierFactorLinear<Double>(
                    factors, inputBlocks: 4, outputBlocks: 4, diagonal: true, bias: false, sequences: zeros), 12)
            try check(
                FourierFactorLinear<Double>(factors, inputBlocks: 2, outputBlocks: 2, sequences: zeros), 6)
        }
    }

    /// Complex numbers of all factors: the table of the notes.
    @Test(arguments: [
        (8, 272), (16, 672), (32, 1600), (64, 3712), (128, 8448), (256, 18944), (1024, 92160),
    ])
    func counts(size: Int, complex: Int) throws {
        let factors = try FourierFactors.butterfly(size: size)
        #expect(factors.complexCount == complex)
        let start = try factors.start(sequence: [Double](repeating: 0, count: 2 * size - 1))
        #expect(start.count == complex)
        let monarch = try FourierFactors.monarch(size: size)
        #expect(monarch.length >= 2 * size - 1 && monarch.radices.count == 2)
        #expect(monarch.complexCount == monarch.length * (2 * (monarch.radices[0] + monarch.radices[1]) + 1))
        #expect(try FourierDiagonalLinear<Double>(size, bias: false).parameters.map(\.count) == [2 * size])
    }

    @Test func singlePrecision() throws {
        var random = RandomStream(key: 85)
        let size = 40, h: [Double] = random.vector(2 * size - 1), x: [Float] = random.vector(size * 50)
        let reference = hankel(h, x.map(Double.init), size: size, columns: 50)
        let layers: [any Layer<Float>] = [
            try FourierDiagonalLinear<Float>(size, sequences: h),
            try FourierFactorLinear<Float>(.butterfly(size: size), sequences: h),
        ]
        for layer in layers {
            let y = try output(of: layer, x, ValueShape([size]), batch: 50)
            #expect(relativeDistance(y.map(Double.init), reference) < 1e-5)
        }
    }

    @Test func badInput() throws {
        #expect { try FourierFactors(size: 8, radices: [2, 7]) } throws: { "\($0)".contains("radices [2, 7]") }
        #expect { try FourierFactors(size: 2, radices: [4, 1]) } throws: { "\($0)".contains("at least 2") }
        #expect { try FourierFactors.butterfly(size: 2).start(sequence: [1]) } throws: { "\($0)".contains("1 numbers") }
        #expect {
            try FourierFactorLinear<Double>(.butterfly(size: 2), outputBlocks: 2, sequences: [1, 2, 3])
        } throws: {
            "\($0)".contains("takes 3 numbers")
        }
        #expect { try FourierDiagonalLinear<Double>(0) } throws: { "\($0)".contains("of 0 inputs") }
        #expect { try FourierDiagonalLinear<Double>(2, sequences: [1, 2]) } throws: {
            "\($0)".contains("2 numbers to start 1")
        }
        let layer = try FourierFactorLinear<Double>(.butterfly(size: 2), bias: false, sequences: [1, 2, 3])
        #expect { try layer.outputShape([ValueShape([3])]) } throws: { "\($0)".contains("takes 2") }
    }
}
