/// An elementwise function y = f(x) of any value.
public struct Activation<Element: RealScalar>: Layer {
    public enum Function: Hashable, Sendable {
        /// max(x, 0); derivative 0 at 0.
        case relu
        /// x for x > 0, slope · x otherwise.
        case leakyReLU(slope: Double)
        /// x Φ(x) with the normal distribution's Φ: the exact form, not the one by tanh (Hendrycks & Gimpel 2016, arXiv 1606.08415).
        case gelu
        /// x σ(x) (Ramachandran et al. 2017, arXiv 1710.05941).
        case silu
        case tanh
        /// σ(x) = 1/(1 + e^-x).
        case sigmoid
    }

    public let function: Function

    public init(_ function: Function) {
        self.function = function
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape { try oneInput(shapes) }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let x = pass.inputs[0], y = pass.output, n = pass.count()
        switch function {
        case .relu: ActivationLoops<Element>.leaky(x, 0, into: y, n)
        case .leakyReLU(let slope): ActivationLoops<Element>.leaky(x, Element(slope), into: y, n)
        case .gelu: ActivationLoops<Element>.gelu(x, into: y, n)
        case .silu: ActivationLoops<Element>.silu(x, into: y, n)
        case .tanh: ActivationLoops<Element>.tanh(x, into: y, n)
        case .sigmoid: ActivationLoops<Element>.sigmoid(x, into: y, n)
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let dx = pass.inputGradients[0] else { return }
        let x = pass.inputs[0], y = UnsafePointer(pass.output), g = pass.outputGradient, n = pass.count()
        switch function {
        case .relu: ActivationLoops<Element>.leakyGradient(x, g, 0, into: dx, n)
        case .leakyReLU(let slope): ActivationLoops<Element>.leakyGradient(x, g, Element(slope), into: dx, n)
        case .gelu: ActivationLoops<Element>.geluGradient(x, g, into: dx, n)
        case .silu: ActivationLoops<Element>.siluGradient(x, g, into: dx, n)
        case .tanh: ActivationLoops<Element>.tanhGradient(y, g, into: dx, n)
        case .sigmoid: ActivationLoops<Element>.sigmoidGradient(y, g, into: dx, n)
        }
    }
}

extension Layer {
    /// max(x, 0).
    public static func relu<E>() -> Self where Self == Activation<E> { Activation(.relu) }
}

private enum ActivationLoops<E: RealScalar> {
    typealias Source = UnsafePointer<E>
    typealias Target = UnsafeMutablePointer<E>

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func leaky(_ x: Source, _ slope: E, into y: Target, _ n: Int) {
        for index in 0..<n { y[index] = x[index] > 0 ? x[index] : slope * x[index] }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func leakyGradient(_ x: Source, _ g: Source, _ slope: E, into dx: Target, _ n: Int) {
        for index in 0..<n { dx[index] = x[index] > 0 ? g[index] : slope * g[index] }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func gelu(_ x: Source, into y: Target, _ n: Int) {
        for index in 0..<n { y[index] = x[index] * normalDistribution(x[index]) }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func geluGradient(_ x: Source, _ g: Source, into dx: Target, _ n: Int) {
        let scale = 1 / (2 * E.pi).squareRoot()
        for index in 0..<n {
            let value = x[index]
            let density = scale * E.exp(-value * value / 2)
            dx[index] = g[index] * (normalDistribution(value) + value * density)
        }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func silu(_ x: Source, into y: Target, _ n: Int) {
        for index in 0..<n { y[index] = x[index] * logistic(x[index]) }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func siluGradient(_ x: Source, _ g: Source, into dx: Target, _ n: Int) {
        for index in 0..<n {
            let s = logistic(x[index])
            dx[index] = g[index] * s * (1 + x[index] * (1 - s))
        }
    }

    static func tanh(_ x: Source, into y: Target, _ n: Int) {
        FunctionKernels.tanh(x, into: y, count: n)
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func tanhGradient(_ y: Source, _ g: Source, into dx: Target, _ n: Int) {
        for index in 0..<n { dx[index] = g[index] * (1 - y[index] * y[index]) }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func sigmoid(_ x: Source, into y: Target, _ n: Int) {
        for index in 0..<n { y[index] = logistic(x[index]) }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func sigmoidGradient(_ y: Source, _ g: Source, into dx: Target, _ n: Int) {
        for index in 0..<n { dx[index] = g[index] * y[index] * (1 - y[index]) }
    }

    @inline(__always)
    static func logistic(_ x: E) -> E { 1 / (1 + E.exp(-x)) }

    @inline(__always)
    static func normalDistribution(_ x: E) -> E { E.erfc(-x / E(2).squareRoot()) / 2 }
}
