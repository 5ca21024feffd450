import CLacunaKernels
import LacunaArrays
import Testing

/// The kernels of this machine against the portable ones and against the definitions.
@Suite struct KernelTests {
    private let sets = [lacuna_kernels(), lacuna_portable_kernels()].compactMap { $0?.pointee }

    private func random(_ count: Int, seed: UInt64) -> [Double] {
        var stream = RandomStream(key: seed)
        return stream.normals(count: count)
    }

    @Test func bothSetsAreThere() {
        #expect(sets.count == 2)
        #expect(String(cString: sets[1].name) == "portable")
        #expect(["portable", "avx2"].contains(kernelName))
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 33], [1, 2, 3, 4, 5, 6, 9])
    func combinations(length: Int, outputs: Int) {
        for depth in [1, 2, 7] {
            for parts in [1, 2] {
                let x = random(parts * depth * (length + 2), seed: 1)
                let c = random(parts * depth * outputs, seed: 2)
                for byOutput in [true, false] {
                    let (outputStride, depthStride) = byOutput ? (depth, 1) : (1, outputs)
                    let results = sets.map { set in
                        var out = Array(repeating: 99.0, count: parts * outputs * (length + 1))
                        let kernel = parts == 1 ? set.combine : set.combine_complex
                        kernel?(length, outputs, depth, x, length + 2, c, outputStride, depthStride, &out, length + 1)
                        return out
                    }
                    #expect(maximumDifference(results[0], results[1]) < 1e-13)
                    for output in 0..<outputs {
                        for index in 0..<length {
                            var expected = Complex<Double>.zero
                            for j in 0..<depth {
                                expected +=
                                    element(c, parts, output * outputStride + j * depthStride)
                                    * element(x, parts, j * (length + 2) + index)
                            }
                            let found = element(results[0], parts, output * (length + 1) + index)
                            #expect((found - expected).modulus < 1e-13)
                        }
                        // Nothing is written behind an output.
                        #expect(results[0][parts * (output * (length + 1) + length)] == 99)
                    }
                }
            }
        }
    }

    /// The same bits with every set, and the formulas.
    @Test(arguments: [0, 1, 7, 8, 9, 31, 64, 101])
    func optimiserSteps(count: Int) {
        let w = random(count, seed: 3), g = random(count, seed: 4), m = random(count, seed: 5)
        let v = random(count, seed: 6).map { $0 * $0 }
        let results = sets.map { set in
            var (wd, md, vd) = (w, m, v)
            set.adam_double?(count, &wd, g, &md, &vd, 0.1, 0.99, 0.9, 0.1, 0.999, 0.001, 0.01, 1.1, 1e-8)
            var (wf, mf, vf) = (w.map(Float.init), m.map(Float.init), v.map(Float.init))
            set.adam_float?(
                count, &wf, g.map(Float.init), &mf, &vf, 0.1, 0.99, 0.9, 0.1, 0.999, 0.001, 0.01, 1.1, 1e-8)
            var (ws, ms) = (w, m)
            set.momentum_double?(count, &ws, g, &ms, 0.9, 0.1, 0.01, 0)
            var (wn, mn) = (w.map(Float.init), m.map(Float.init))
            set.momentum_float?(count, &wn, g.map(Float.init), &mn, 0.9, 0.1, 0.01, 1)
            return wd + md + vd + ws + ms + (wf + mf + vf + wn + mn).map(Double.init)
        }
        #expect(results[0] == results[1])
        for index in 0..<count {
            let slope = g[index] + 0.1 * w[index]
            let mean = 0.9 * m[index] + 0.1 * slope, square = 0.999 * v[index] + 0.001 * slope * slope
            let expected = 0.99 * w[index] - 0.01 * mean / (square.squareRoot() * 1.1 + 1e-8)
            #expect(abs(results[0][index] - expected) < 1e-15)
            let velocity = 0.9 * m[index] + slope
            #expect(abs(results[0][3 * count + index] - (w[index] - 0.01 * velocity)) < 1e-15)
            let looking = Float(w[index] - 0.01 * (slope + 0.9 * velocity))
            #expect(abs(results[0][8 * count + index] - Double(looking)) < 1e-6)
        }
    }

    /// The same bits with every set, within 3 units of the last place of libm's, and the ends of the scale.
    @Test(arguments: [0, 1, 7, 64, 1003])
    func hyperbolicTangents(count: Int) {
        let special = [0, -0.0, .infinity, -.infinity, .nan, 1e-300, -.leastNonzeroMagnitude, 21.9, 22.1, -1e300]
        var stream = RandomStream(key: UInt64(count))
        let x = special + (0..<count).map { _ in stream.normal() * Double.exp(3 * stream.normal()) }
        let found = sets.map { set in
            var (y, z) = ([Double](repeating: 2, count: x.count), [Float](repeating: 2, count: x.count))
            set.tanh_double?(x.count, x, &y)
            set.tanh_float?(x.count, x.map(Float.init), &z)
            return (y, z)
        }
        #expect(found[0].0.map(\.bitPattern) == found[1].0.map(\.bitPattern))
        #expect(found[0].1.map(\.bitPattern) == found[1].1.map(\.bitPattern))
        for (x, (y, z)) in zip(x, zip(found[0].0, found[0].1)) {
            guard !x.isNaN else {
                #expect(y.isNaN && z.isNaN)
                continue
            }
            let exact = Double.tanh(x), single = Float.tanh(Float(x))
            #expect(abs(y - exact) <= 3 * exact.ulp && y.sign == x.sign, "tanh \(x): \(y)")
            #expect(abs(z - single) <= 3 * single.ulp && z.sign == x.sign, "tanh \(x): \(z)")
        }
    }

    private func element(_ values: [Double], _ parts: Int, _ index: Int) -> Complex<Double> {
        parts == 1 ? Complex(values[index], 0) : Complex(values[2 * index], values[2 * index + 1])
    }

    private func maximumDifference(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13], [1, 3, 4, 7, 16, 21])
    func rowProductsAndGram(rows: Int, length: Int) {
        let t = random(rows * length, seed: 3), v = random(length, seed: 4)
        for set in sets {
            var products = Array(repeating: 0.0, count: rows), gram = Array(repeating: 0.0, count: rows * rows)
            set.row_products(rows, length, t, v, &products)
            set.row_gram(rows, length, t, &gram)
            for i in 0..<rows {
                let expected = (0..<length).reduce(0.0) { $0 + t[i * length + $1] * v[$1] }
                #expect(abs(products[i] - expected) < 1e-12)
                for j in 0..<rows {
                    let inner = (0..<length).reduce(0.0) { $0 + t[i * length + $1] * t[j * length + $1] }
                    #expect(abs(gram[i + j * rows] - inner) < 1e-12)
                }
            }
        }
    }

    @Test func secondMoments() {
        let g = random(11, seed: 5).map(abs), mean = random(22, seed: 6), reduction = random(11, seed: 7)
        for set in sets {
            var real = reduction, complex = reduction
            set.second_moment(11, 0.7, g, mean, &real)
            set.second_moment_complex(11, 0.7, g, mean, &complex)
            for i in 0..<11 {
                let variance = max(0.7 * g[i] - reduction[i], 0)
                #expect(abs(real[i] - variance - mean[i] * mean[i]) < 1e-14)
                let power = mean[2 * i] * mean[2 * i] + mean[2 * i + 1] * mean[2 * i + 1]
                #expect(abs(complex[i] - variance - power) < 1e-14)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 13, 16, 31, 32])
    func eigendecompositionsAgree(n: Int) {
        for parts in [1, 2] {
            let b = random(parts * n * n, seed: 8)
            var a = Array(repeating: 0.0, count: parts * n * n)
            for i in 0..<n {
                for j in 0..<n {
                    var sum = Complex<Double>.zero
                    for k in 0..<n { sum += element(b, parts, i + k * n) * element(b, parts, j + k * n).conjugate }
                    a[parts * (i + j * n)] = sum.real
                    if parts == 2 { a[2 * (i + j * n) + 1] = sum.imaginary }
                }
            }
            let spectra = sets.map { set in
                var vectors = a
                var values = Array(repeating: 0.0, count: n)
                let kernel = parts == 1 ? set.eigen : set.eigen_complex
                #expect(kernel?(n, &vectors, &values) == 0)
                return values.sorted()
            }
            #expect(maximumDifference(spectra[0], spectra[1]) < 1e-11)
        }
    }
}
