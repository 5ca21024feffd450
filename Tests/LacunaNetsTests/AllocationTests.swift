import CAllocationCounter
import LacunaNets
import LacunaTestSupport
import Testing

/// Whether the numerics are specialised: unspecialised generics allocate for their temporaries.
#if DEBUG
    private let isOptimized = false
#else
    private let isOptimized = true
#endif

/// The law of `Layer`: passes allocate nothing.
@Suite(.enabled(if: isOptimized && lacuna_thread_allocations() >= 0, "counted in release builds, with glibc"))
struct AllocationTests {
    private func expectNone<E: RealScalar>(_ layer: some Layer<E>, _ shape: ValueShape) throws {
        var network = Network<E>(input: shape)
        try network.append(layer, "layer")
        let numbers = NetworkParameters(network, random: RandomStream(key: 1))
        let execution = try NetworkExecution(
            network, batch: 3, storage: ParameterStorage(numbers), inputGradient: true)
        for index in 0..<shape.count * 3 { execution.input[index] = E(index % 7) / 7 }
        func passes() {
            execution.forward(isTraining: true)
            execution.backward(isTraining: true)
            execution.updateStatistics()
        }
        passes()
        let before = lacuna_thread_allocations()
        passes()
        #expect(lacuna_thread_allocations() - before == 0, "\(type(of: layer))")
    }

    private func checkAll<E: RealScalar>(_ type: E.Type) throws {
        let flat = ValueShape([12]), sequence = ValueShape([6], positions: 4), image = ValueShape([2, 6, 8])
        try expectNone(Linear<E>(12, 5), flat)
        try expectNone(Convolution2D<E>(2, 3, kernel: 3, padding: 1), image)
        try expectNone(MaxPooling2D<E>(2), image)
        try expectNone(AveragePooling2D<E>(2), image)
        try expectNone(BatchNormalization<E>(2), image)
        try expectNone(LayerNormalization<E>(6), sequence)
        try expectNone(MultiHeadAttention<E>(width: 6, heads: 2), sequence)
        try expectNone(Activation<E>(.gelu), flat)
        try expectNone(Dropout<E>(0.5), flat)
        try expectNone(Softmax<E>(), sequence)
        try expectNone(Concatenation<E>(), flat)
        try expectNone(Reshape<E>([3, 4]), flat)
        try expectNone(MeanOverPositions<E>(), sequence)
        try expectNone(PositionTable<E>(6, positions: 4), sequence)
        try expectNone(FeaturesFromPositions<E>(), sequence)
        try expectNone(PositionsFromFeatures<E>(), image)
        try expectNone(MonarchLinear<E>(12, 10), flat)
        try expectNone(ComplexMonarch<E>(.fourier(size: 8, blockSize: 4), axis: 2), image)
        try expectNone(ComplexMonarch<E>(.fourier(size: 6, blockSize: 3), axis: 1, transposed: true), image)
        try expectNone(SpectralMixing<E>(1, 2, grid: [6, 8], keeping: [3, 7]), image)
        try expectNone(FourierLayer<E>(2, 3, grid: [6, 8], modes: [2, 3]), image)
        try expectNone(FourierLayer<E>(2, 3, grid: [6], modes: [3]), ValueShape([2, 6]))
        let sequences = [Double](repeating: 0.5, count: 23)
        try expectNone(FourierDiagonalLinear<E>(12, sequences: sequences), flat)
        try expectNone(FourierFactorLinear<E>(.butterfly(size: 12), sequences: sequences), flat)
        try expectNone(FourierFactorLinear<E>(.monarch(size: 2), sequences: [1, 2, 3]), ValueShape([2]))
        try expectNone(Swish<E>(), flat)
        try expectNone(ComplexFromReal<E>(), flat)
        try expectNone(RealPart<E>(), image)
        try expectNone(CoilCombination<E>(coils: 6, grid: [8], sensitivities: Array(repeating: 1, count: 48)), image)
        try expectNone(HankelLinear<E>(12, 9, outputBlocks: 2), flat)
        try expectNone(HankelLinear<E>(12, 9, outputBlocks: 2, largestDense: 0), flat)
        try expectNone(Variational(Linear<E>(12, 5)), flat)
        try expectNone(Variational(Convolution2D<E>(2, 3, kernel: 3, padding: 1)), image)
        try expectNone(GaussianGate<E>(12), flat)
        try expectNone(LogNormalGate<E>(6), sequence)
        try expectNone(HorseshoeGate<E>(2), image)
        let matrix = Matrix<E>(rows: 8, columns: 12) { E(($0 + $1) % 3) }
        try expectNone(SparseLinear(SparseMatrix(matrix)), flat)
        try expectNone(SparseLinear(SparseMatrix(matrix, block: .rows4), bias: false), flat)
        let kernels = Tensor(dimensions: [4, 2, 3, 3], storage: (0..<72).map { E($0 % 3) })
        let used = Support(of: kernels.storage)
        try expectNone(SparseConvolution2D(keeping: used, of: kernels, bias: [1, 2, 3, 4], padding: 1), image)
        try expectNone(SparseConvolution2D(keeping: used, of: kernels, bias: nil, stride: 2, block: .rows4), image)
    }

    @Test func passesInSinglePrecision() throws { try checkAll(Float.self) }
    @Test func passesInDoublePrecision() throws { try checkAll(Double.self) }
}
