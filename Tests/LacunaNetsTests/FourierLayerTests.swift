import LacunaNets
import LacunaTestSupport
import Testing

private typealias C = Complex<Double>

@Suite struct FourierLayerTests {
    /// Σ_t x_t exp(∓2πi k t / n) for all k, by the definition.
    private func transform(_ x: [C], inverse: Bool = false) -> [C] {
        let n = x.count
        return (0..<n).map { k in
            (0..<n).reduce(C.zero) { sum, t in
                let angle = (inverse ? 2 : -2) * Double.pi * Double(k * t % n) / Double(n)
                return sum + x[t] * C(Double.cos(angle), Double.sin(angle))
            }
        }
    }

    /// Real signal of the frequencies 0 ..< spectrum.count ≤ n/2 + 1, the others zero: an inverse real FFT.
    private func realSignal(_ spectrum: [C], _ n: Int) -> [Double] {
        var full = Array(repeating: C.zero, count: n)
        for (k, value) in spectrum.enumerated() {
            if k == 0 || 2 * k == n {
                full[k] = C(value.real, 0)
            } else {
                full[k] = value
                full[n - k] = value.conjugate
            }
        }
        return transform(full, inverse: true).map { $0.real / Double(n) }
    }

    static let lines = [(8, 3), (8, 5), (9, 5), (7, 1), (1, 1)]

    @Test(arguments: lines)
    func oneAxisEqualsTheTransforms(n: Int, m: Int) throws {
        var random = RandomStream(key: 61)
        let (channels, outputs, batch) = (3, 2, 2)
        let layer = try FourierLayer<Double>(channels, outputs, grid: [n], modes: [m])
        let w: [Double] = random.vector(2 * m * outputs * channels), plane = w.count / 2
        let x: [Double] = random.vector(channels * n * batch)
        let y = try output(of: layer, x, ValueShape([channels, n]), batch: batch, parameters: ["weight": w])
        for b in 0..<batch {
            let spectra = (0..<channels).map { c in
                transform((0..<n).map { C(x[(c * n + $0) * batch + b], 0) })
            }
            for o in 0..<outputs {
                let mixed = (0..<m).map { k in
                    (0..<channels).reduce(C.zero) { sum, c in
                        let index = (k * outputs + o) * channels + c
                        return sum + C(w[index], w[plane + index]) * spectra[c][k]
                    }
                }
                let expected = realSignal(mixed, n)
                for t in 0..<n { #expect(abs(y[(o * n + t) * batch + b] - expected[t]) < 1e-12) }
            }
        }
    }

    static let planes = [([6, 8], [2, 3]), ([6, 8], [3, 5]), ([5, 7], [2, 4]), ([4, 1], [1, 1])]

    @Test(arguments: planes)
    func twoAxesEqualTheTransforms(grid: [Int], modes: [Int]) throws {
        var random = RandomStream(key: 62)
        let (channels, outputs, batch) = (2, 3, 2)
        let (h, n, m) = (grid[0], grid[1], modes[1])
        let layer = try FourierLayer<Double>(channels, outputs, grid: grid, modes: modes)
        let rows = Array(0..<modes[0]) + Array(h - modes[0]..<h)
        #expect(layer.frequencyCount == rows.count * m)
        let w: [Double] = random.vector(2 * layer.frequencyCount * outputs * channels), plane = w.count / 2
        let x: [Double] = random.vector(channels * h * n * batch)
        let y = try output(of: layer, x, ValueShape([channels] + grid), batch: batch, parameters: ["weight": w])
        for b in 0..<batch {
            // Spectra by columns k₂, entries k₁.
            let spectra: [[[C]]] = (0..<channels).map { c in
                let lines = (0..<h).map { r in transform((0..<n).map { C(x[((c * h + r) * n + $0) * batch + b], 0) }) }
                return (0..<m).map { k in transform(lines.map { $0[k] }) }
            }
            for o in 0..<outputs {
                let columns: [[C]] = (0..<m).map { k in
                    var mixed = Array(repeating: C.zero, count: h)
                    for (position, row) in rows.enumerated() {
                        for c in 0..<channels {
                            let index = ((position * m + k) * outputs + o) * channels + c
                            mixed[row] += C(w[index], w[plane + index]) * spectra[c][k][row]
                        }
                    }
                    return transform(mixed, inverse: true).map { $0.scaled(by: 1 / Double(h)) }
                }
                for r in 0..<h {
                    let expected = realSignal(columns.map { $0[r] }, n)
                    for t in 0..<n { #expect(abs(y[((o * h + r) * n + t) * batch + b] - expected[t]) < 1e-12) }
                }
            }
        }
    }

    @Test func gradients() throws {
        var random = RandomStream(key: 63)
        for (grid, modes) in Self.lines.map({ ([$0.0], [$0.1]) }) + Self.planes {
            let layer = try FourierLayer<Double>(2, 3, grid: grid, modes: modes)
            let check = try checkGradient(layer, inputs: [ValueShape([2] + grid)], batch: 2, random: &random)
            #expect(check.discrepancy < 1e-8, "\(grid) \(check)")
            #expect(layer.parameters[0].count == 2 * 6 * layer.frequencyCount)
        }
    }

    /// All frequencies and the identity matrix give the signal back; in single precision too.
    @Test func allFrequenciesAreTheSignal() throws {
        var random = RandomStream(key: 64)
        let n = 16, x = (0..<n).map { _ in Float(random.normal()) }
        let layer = try FourierLayer<Float>(1, 1, grid: [n], modes: [9], start: .constant(0))
        let ones = Array(repeating: Float(1), count: 9) + Array(repeating: Float(0), count: 9)
        let y = try output(of: layer, x, ValueShape([1, n]), batch: 1, parameters: ["weight": ones])
        #expect(largestDifference(x, y) < 1e-6)
        // Both ways 4 m n operations, and 8 per frequency.
        #expect(layer.operationCount([ValueShape([1, n])]) == 2 * 4 * 9 * 16 + 8 * 9)
    }

    @Test func mixingEqualsTheSum() throws {
        var random = RandomStream(key: 65)
        let (channels, outputs, batch, kept) = (2, 3, 2, [4, 0, 3])
        let layer = SpectralMixing<Double>(channels, outputs, grid: [2, 3], keeping: kept)
        let w: [Double] = random.vector(2 * 3 * 6), x: [Double] = random.vector(2 * channels * 6 * batch)
        let shape = ValueShape([2, channels, 2, 3])
        let y = try output(of: layer, x, shape, batch: batch, parameters: ["weight": w])
        for (o, k, b) in product(outputs, 6, batch) {
            var sum = C.zero
            if let index = kept.firstIndex(of: k) {
                for c in 0..<channels {
                    let weight = (index * outputs + o) * channels + c, from = (c * 6 + k) * batch + b
                    sum += C(w[weight], w[18 + weight]) * C(x[from], x[channels * 6 * batch + from])
                }
            }
            let to = (o * 6 + k) * batch + b
            #expect((C(y[to], y[outputs * 6 * batch + to]) - sum).modulus < 1e-14)
        }
        for kept in [kept, nil] {
            let check = try checkGradient(
                SpectralMixing<Double>(channels, outputs, grid: [2, 3], keeping: kept), inputs: [shape], batch: 2,
                random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
        }
        #expect(layer.operationCount([shape]) == 8 * 6 * 3)
    }

    @Test func badShapes() throws {
        for (grid, modes) in [
            ([8], [6]), ([8, 8], [5, 3]), ([8], [0]), ([8, 8], [2]), ([], []), ([4, 4, 4], [1, 1, 1]),
        ] {
            #expect(throws: LacunaError.self, "\(grid) \(modes)") {
                try FourierLayer<Float>(1, 1, grid: grid, modes: modes)
            }
        }
        let layer = try FourierLayer<Float>(2, 2, grid: [8], modes: [3])
        #expect { try layer.outputShape([ValueShape([2, 9])]) } throws: { "\($0)".contains("takes 2×8") }
        let mixing = SpectralMixing<Float>(2, 2, grid: [4], keeping: [0, 4])
        #expect { try mixing.outputShape([ValueShape([2, 2, 4])]) } throws: { "\($0)".contains("among 0..<4") }
        #expect { try SpectralMixing<Float>(2, 2, grid: [4]).outputShape([ValueShape([2, 3, 4])]) } throws: {
            "\($0)".contains("takes 2×2×4")
        }
    }
}
