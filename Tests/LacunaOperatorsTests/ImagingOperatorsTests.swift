import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct ImagingOperatorsTests {
    private typealias C = Complex<Double>

    /// Ω F S_c written down.
    private func encodingMatrix(_ h: Int, _ w: Int, _ sensitivities: [C], _ samples: [Int]) -> Matrix<C> {
        let n = h * w
        return Matrix(rows: sensitivities.count / n * samples.count, columns: n) { row, point in
            let coil = row / samples.count, sample = samples[row % samples.count]
            let turns =
                Double(sample / w * (point / w)) / Double(h) + Double(sample % w * (point % w)) / Double(w)
            let angle = -2 * Double.pi * turns, scale = 1 / Double(n).squareRoot()
            return sensitivities[coil * n + point] * C(scale * Double.cos(angle), scale * Double.sin(angle))
        }
    }

    @Test func coilEncodingIsItsMatrix() throws {
        var stream = RandomStream(key: 21)
        for (height, width, coils, samples) in [(3, 4, 2, [0, 7, 2]), (4, 4, 1, [5]), (2, 5, 3, Array(0..<10))] {
            let sensitivities: [C] = stream.vector(coils * height * width)
            let operation = try CoilEncodingOperator(
                height: height, width: width, sensitivities: sensitivities, samples: samples)
            try expectLaws(
                of: operation, equals: encodingMatrix(height, width, sensitivities, samples), givesColumns: false)
        }
    }

    @Test func allFrequenciesOfNormalisedCoilsGiveTheImageBack() throws {
        var stream = RandomStream(key: 22)
        let n = 16, coils = 3
        var sensitivities: [C] = stream.vector(coils * n)
        for point in 0..<n {
            let norm = (0..<coils).reduce(0) { $0 + sensitivities[$1 * n + point].squaredModulus }.squareRoot()
            for coil in 0..<coils {
                sensitivities[coil * n + point] = sensitivities[coil * n + point].scaled(by: 1 / norm)
            }
        }
        let operation = try CoilEncodingOperator(
            height: 4, width: 4, sensitivities: sensitivities, samples: Array(0..<n))
        let x: [C] = stream.vector(n)
        #expect(relativeDistance(try operation.applyAdjoint(operation.apply(x)), x) < 1e-14)
    }

    @Test func badEncodings() throws {
        let ones = [C](repeating: 1, count: 4)
        for samples in [[4], [-1], [1, 1], []] {
            #expect(throws: LacunaError.self, "\(samples)") {
                try CoilEncodingOperator(height: 2, width: 2, sensitivities: ones, samples: samples)
            }
        }
        #expect(throws: LacunaError.self) {
            try CoilEncodingOperator(height: 2, width: 2, sensitivities: [1, 1, 1], samples: [0])
        }
        #expect(throws: LacunaError.self) {
            try CoilEncodingOperator(height: 2, width: 2, sensitivities: [1, 1, 1, C(.nan, 0)], samples: [0])
        }
    }

    /// One level, from the definition along each axis.
    @Test func waveletIsItsMatrix() throws {
        let root = 3.0.squareRoot(), scale = 1 / (4 * 2.0.squareRoot())
        let h = [1 + root, 3 + root, 3 - root, 1 - root].map { $0 * scale }
        func axis(_ n: Int) -> Matrix<Double> {
            var matrix = Matrix<Double>(repeating: 0, rows: n, columns: n)
            for i in 0..<n / 2 {
                for k in 0..<4 {
                    matrix[i, (2 * i + k) % n] += h[k]
                    matrix[n / 2 + i, (2 * i + k) % n] += (k % 2 == 0 ? 1 : -1) * h[3 - k]
                }
            }
            return matrix
        }
        let real = naiveKronecker([axis(4), axis(6)])
        try expectLaws(
            of: WaveletOperator<Double>(height: 4, width: 6, levels: 1), equals: real, givesColumns: false)
        try expectLaws(
            of: WaveletOperator<C>(height: 4, width: 6, levels: 1),
            equals: Matrix(rows: 24, columns: 24, storage: real.storage.map { C($0, 0) }), givesColumns: false)
    }

    @Test(arguments: [1, 2, 3])
    func waveletIsOrthonormal(levels: Int) throws {
        let wavelet = try WaveletOperator<Double>(height: 16, width: 16, levels: levels)
        var stream = RandomStream(key: 23)
        let x: [Double] = stream.vector(256), y = try wavelet.apply(x)
        #expect(relativeDistance(try wavelet.applyAdjoint(y), x) < 1e-14)
        func squares(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 } }
        #expect(abs(squares(y) / squares(x) - 1) < 1e-13)
        // A constant image has means only.
        let flat = try wavelet.apply(Array(repeating: 1, count: 256)), kept = 16 >> levels
        for index in 0..<256 {
            let isMean = index / 16 < kept && index % 16 < kept
            #expect(abs(flat[index] - (isMean ? Double(1 << levels) : 0)) < 1e-12)
        }
    }

    /// Two vanishing moments: details of a straight line vanish where the border does not wrap.
    @Test func linesHaveNoDetails() throws {
        let wavelet = try WaveletOperator<Double>(height: 4, width: 16, levels: 1)
        let y = try wavelet.apply((0..<64).map { Double($0 % 16) })
        for column in 8..<15 { #expect(abs(y[column]) < 1e-13) }
        #expect(abs(y[15]) > 0.1)
    }

    @Test func badWavelets() {
        for (height, width, levels) in [(6, 8, 2), (8, 8, 3), (8, 8, 0), (2, 8, 1), (8, 8, 100)] {
            #expect(throws: LacunaError.self) {
                try WaveletOperator<Double>(height: height, width: width, levels: levels)
            }
        }
    }
}
