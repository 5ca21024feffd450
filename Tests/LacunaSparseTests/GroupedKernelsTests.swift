import LacunaSparse
import Testing

@Suite struct GroupedKernelsTests {
    /// Patterns of 3×3 taps: nothing, the cross, the centre and the left column, shared by groups of filters.
    private func weights(_ groups: Int, _ channels: Int, groupSize: Int) -> Tensor<Float> {
        let patterns = [[], [1, 3, 4, 5, 7], [4], [0, 3, 6]]
        var stream = RandomStream(key: 5)
        var weights = Tensor<Float>(repeating: 0, dimensions: [groups * groupSize, channels, 9])
        for group in 0..<groups {
            for channel in 0..<channels {
                for tap in patterns[(group + 2 * channel) % 4] {
                    for filter in group * groupSize..<(group + 1) * groupSize {
                        weights[filter, channel, tap] = Float(stream.normal())
                    }
                }
            }
        }
        return weights
    }

    @Test(arguments: [1, 4])
    func roundTripAndMatrix(groupSize: Int) throws {
        let weights = weights(3, 5, groupSize: groupSize)
        let kernels = try GroupedKernels(weights, groupSize: groupSize)
        #expect(kernels.dense() == weights)
        #expect(kernels.patterns.count == 4)
        let matrix = try kernels.matrix()
        #expect(matrix.shape == [3 * groupSize, 45] && matrix.block == BlockShape(groupSize, 1))
        #expect(matrix.dense() == Matrix(rows: 3 * groupSize, columns: 45) { weights[$0, $1 / 9, $1 % 9] })
        #expect(kernels.density == matrix.density)
    }

    /// A convolution over the interior of an image, by its definition and through the unfolded input.
    @Test func convolves() throws {
        let weights = weights(2, 3, groupSize: 4), size = 6
        let image: Tensor<Float> = randomTensor([3, size, size], seed: 2)
        var unfolded = Tensor<Float>(repeating: 0, dimensions: [27, 16])
        for channel in 0..<3 {
            for tap in 0..<9 {
                for pixel in 0..<16 {
                    unfolded[channel * 9 + tap, pixel] = image[channel, pixel / 4 + tap / 3, pixel % 4 + tap % 3]
                }
            }
        }
        let result = try SparsePlan(GroupedKernels(weights, groupSize: 4).matrix()).multiply(unfolded)
        for filter in 0..<8 {
            for pixel in 0..<16 {
                var sum = 0.0
                for channel in 0..<3 {
                    for tap in 0..<9 {
                        let value = image[channel, pixel / 4 + tap / 3, pixel % 4 + tap % 3]
                        sum += Double(weights[filter, channel, tap]) * Double(value)
                    }
                }
                #expect(abs(Double(result[filter, pixel]) - sum) < 1e-5)
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let weights = weights(3, 5, groupSize: 4)
        #expect(throws: LacunaError.self) { try GroupedKernels(weights, groupSize: 5) }
        #expect(throws: LacunaError.self) { try GroupedKernels(weights, groupSize: 0) }
        #expect(throws: LacunaError.self) { try GroupedKernels(weights, groupSize: 4, patternLimit: 3) }
        #expect(throws: LacunaError.self) {
            try GroupedKernels(Tensor<Float>(repeating: 0, dimensions: [4, 9]), groupSize: 4)
        }
        #expect(throws: LacunaError.self) {
            try GroupedKernels(Tensor<Float>(repeating: .nan, dimensions: [4, 1, 1]), groupSize: 4)
        }
        #expect(try GroupedKernels(Tensor<Float>(repeating: 0, dimensions: [0, 3, 9]), groupSize: 4).density == 0)
    }
}
