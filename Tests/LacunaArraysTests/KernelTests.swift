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
