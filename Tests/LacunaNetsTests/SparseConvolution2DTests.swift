import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct SparseConvolution2DTests {
    /// Weights of 8 output and 3 input channels: output channels 2 and 4 to 7 and some entries of the patch have none.
    private func weight<E: RealScalar>(_ random: inout RandomStream, share: Double = 0.4) -> Tensor<E> {
        let patch = 3 * 3 * 3
        let unused = (0..<patch).map { _ in random.uniform() < 0.3 }
        let values = (0..<8 * patch).map { index -> E in
            let row = index / patch, value = E(random.normal())
            return [0, 1, 3].contains(row) && !unused[index % patch] && random.uniform() < share ? value : 0
        }
        return Tensor(dimensions: [8, 3, 3, 3], storage: values)
    }

    private func check<E: RealScalar>(
        _ type: E.Type, stride: Int, padding: Int, block: BlockShape, limit: E
    ) throws {
        var random = RandomStream(key: 91)
        let weight: Tensor<E> = weight(&random), bias: [E] = random.vector(8)
        let support = Support(of: weight.storage), shape = ValueShape([3, 7, 6])
        for (batch, hasBias) in [(1, true), (3, false), (700, true)] {
            let dense = Convolution2D<E>(3, 8, kernel: 3, stride: stride, padding: padding, bias: hasBias)
            let sparse = try SparseConvolution2D(
                keeping: support, of: weight, bias: hasBias ? bias : nil, stride: stride, padding: padding, block: block
            )
            #expect(sparse.entries.count < 27 && sparse.matrix.columns == sparse.entries.count)
            #expect(try sparse.outputShape([shape]) == dense.outputShape([shape]))
            let x: [E] = random.vector(shape.count * batch)
            let parameters = ["weight": weight.storage].merging(hasBias ? ["bias": bias] : [:]) { $1 }
            let expected = try output(of: dense, x, shape, batch: batch, parameters: parameters)
            let y = try output(of: sparse, x, shape, batch: batch)
            #expect(largestDifference(y, expected) < limit)
        }
    }

    @Test(arguments: [(1, 0), (1, 1), (2, 1), (3, 2), (2, 0)], [BlockShape.entry, .rows4])
    func equalsTheDenseConvolution(geometry: (stride: Int, padding: Int), block: BlockShape) throws {
        try check(Double.self, stride: geometry.stride, padding: geometry.padding, block: block, limit: 1e-13)
        try check(Float.self, stride: geometry.stride, padding: geometry.padding, block: block, limit: 2e-5)
    }

    @Test(arguments: [(1, 0), (1, 2), (2, 1), (3, 2)], [BlockShape.entry, .rows4])
    func gradients(geometry: (stride: Int, padding: Int), block: BlockShape) throws {
        var random = RandomStream(key: 92)
        let weight: Tensor<Double> = weight(&random)
        for hasBias in [true, false] {
            let layer = try SparseConvolution2D(
                keeping: Support(of: weight.storage), of: weight, bias: hasBias ? random.vector(8) : nil,
                stride: geometry.stride, padding: geometry.padding, block: block)
            let check = try checkGradient(layer, inputs: [ValueShape([3, 5, 4])], random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
            #expect(check.parameters.count == (hasBias ? 2 : 1))
        }
    }

    /// Without any weight the bias remains.
    @Test func noWeights() throws {
        let layer = try SparseConvolution2D(
            keeping: Support([], of: 8), of: Tensor<Double>(repeating: 1, dimensions: [2, 1, 2, 2]), bias: [3, -4])
        #expect(layer.parameters[0].count == 0)
        let shape = ValueShape([1, 3, 3])
        #expect(layer.operationCount([shape]) == 0)
        let y = try output(of: layer, Array(repeating: 7, count: 18), shape, batch: 2)
        #expect(y == Array(repeating: 3, count: 8) + Array(repeating: -4, count: 8))
    }

    @Test func badShapes() throws {
        let weight = Tensor<Float>(repeating: 1, dimensions: [6, 2, 3, 3]), support = try Support([1, 40], of: 108)
        func make(
            _ support: Support, _ weight: Tensor<Float>, bias: [Float]? = nil, stride: Int = 1, padding: Int = 0,
            block: BlockShape = .entry
        ) throws -> SparseConvolution2D<Float> {
            try SparseConvolution2D(
                keeping: support, of: weight, bias: bias, stride: stride, padding: padding, block: block)
        }
        let layer = try make(support, weight)
        #expect { try layer.outputShape([ValueShape([3, 9, 9])]) } throws: { "\($0)".contains("takes 2×height×width") }
        #expect { try layer.outputShape([ValueShape([2, 9, 2])]) } throws: {
            "\($0)".contains("smaller than the kernel")
        }
        let oblong = Tensor<Float>(repeating: 1, dimensions: [6, 2, 1, 9])
        for (support, weight, bias) in [
            (support, oblong, nil), (try Support([1], of: 107), weight, nil), (support, weight, [1]),
        ] as [(Support, Tensor<Float>, [Float]?)] {
            #expect { try make(support, weight, bias: bias) } throws: { "\($0)".contains("fit together") }
        }
        for (stride, padding, block) in [(0, 0, BlockShape.entry), (1, -1, .entry), (1, 0, BlockShape(2, 3))] {
            #expect { try make(support, weight, stride: stride, padding: padding, block: block) } throws: {
                "\($0)".contains("stride must be positive")
            }
        }
        #expect { try make(support, weight, block: .rows4) } throws: { "\($0)".contains("do not divide") }
        let infinite = Tensor<Float>(repeating: .infinity, dimensions: [6, 2, 3, 3])
        #expect { try make(support, infinite) } throws: { "\($0)".contains("not finite") }
    }
}
