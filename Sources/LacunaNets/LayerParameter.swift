@_exported import LacunaSolvers

/// A parameter array of a layer: its name and shape (row-major, as PyTorch stores it), how it starts, what may be done to it.
public struct LayerParameter: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        /// Multiplies inputs: decayed, and what pruning may remove.
        case weight
        /// Added or scaling single features (biases, normalisation scales): trained, neither decayed nor pruned by default.
        case offset
        /// Not trained but counted along: running means and variances.
        case statistic
    }

    /// Within the layer: "weight", "bias".
    public let name: String
    public let shape: [Int]
    public let start: ParameterStart
    public let role: Role

    public init(_ name: String, _ shape: [Int], _ start: ParameterStart, role: Role = .weight) {
        self.name = name
        self.shape = shape
        self.start = start
        self.role = role
    }

    public var count: Int { shape.reduce(1, *) }
}

/// How the entries of a parameter array are drawn before training.
public enum ParameterStart: Hashable, Sendable {
    case constant(Double)
    /// N(0, σ²).
    case normal(standardDeviation: Double)
    /// Uniform on [-bound, bound].
    case uniform(bound: Double)
    /// These numbers: a known transform, a trained network.
    case given([Double])

    /// N(0, 2 / fan-in), for layers before a ReLU (He et al. 2015, arXiv 1502.01852).
    public static func heNormal(fanIn: Int) -> ParameterStart {
        .normal(standardDeviation: (2 / Double(max(fanIn, 1))).squareRoot())
    }

    /// Uniform on ±1/√fan-in, PyTorch's default for linear layers and convolutions.
    public static func uniform(fanIn: Int) -> ParameterStart {
        .uniform(bound: 1 / Double(max(fanIn, 1)).squareRoot())
    }

    /// N(0, 2 / (fan-in + fan-out)), for layers before a tanh or a softmax (Glorot & Bengio 2010).
    public static func glorotNormal(fanIn: Int, fanOut: Int) -> ParameterStart {
        .normal(standardDeviation: (2 / Double(max(fanIn + fanOut, 1))).squareRoot())
    }

    /// Fills `values`, in order. Precondition: `.given` has as many numbers.
    func fill<Element: RealScalar>(_ values: UnsafeMutableBufferPointer<Element>, _ random: inout RandomStream) {
        switch self {
        case .constant(let value): for index in values.indices { values[index] = Element(value) }
        case .normal(let deviation):
            for index in values.indices { values[index] = Element(deviation * random.normal()) }
        case .uniform(let bound):
            for index in values.indices { values[index] = Element(bound * (2 * random.uniform() - 1)) }
        case .given(let numbers):
            precondition(numbers.count == values.count, "\(numbers.count) numbers for \(values.count) parameters")
            for index in values.indices { values[index] = Element(numbers[index]) }
        }
    }
}
