/// How a gradient becomes a step: w ← w + Δ(g, w, moments).
///
/// An optimiser is a value without state; the moments belong to the training. Law: nothing is allocated, and every element is
/// treated by itself, so that ranges may be updated in any order.
public protocol Optimizer<Element>: Sendable {
    associatedtype Element: RealScalar

    /// Vectors of the parameters' length that are counted along, 0 at the start.
    var momentCount: Int { get }
    /// The learning rate where the schedule's factor is 1.
    var learningRate: Double { get }

    /// - Throws: `LacunaError` (value) for settings that make no sense.
    func validate() throws

    /// One step (number `step`, from 1) on `count` parameters that share a decay: `values` change, moments are counted along.
    func update(
        _ values: UnsafeMutablePointer<Element>, gradient: UnsafePointer<Element>,
        moments: [UnsafeMutablePointer<Element>], offset: Int, count: Int, rate: Double, step: Int, decays: Bool)
}

/// Stochastic gradient descent with momentum, as PyTorch's: v ← μ v + g + λ w, w ← w - η v (Nesterov: w - η (g + λ w + μ v)).
public struct SGD<Element: RealScalar>: Optimizer {
    public var learningRate: Double
    public var momentum: Double
    /// λ, on parameters of role `.weight`.
    public var weightDecay: Double
    public var isNesterov: Bool

    public init(learningRate: Double = 0.1, momentum: Double = 0.9, weightDecay: Double = 0, nesterov: Bool = false) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.weightDecay = weightDecay
        isNesterov = nesterov
    }

    public var momentCount: Int { momentum == 0 ? 0 : 1 }

    public func validate() throws {
        try requireSetting(learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "positive")
        try requireSetting(momentum >= 0 && momentum < 1, "momentum", momentum, "in [0, 1)")
        try requireSetting(weightDecay >= 0 && weightDecay.isFinite, "weight decay", weightDecay, "≥ 0")
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func update(
        _ values: UnsafeMutablePointer<Element>, gradient: UnsafePointer<Element>,
        moments: [UnsafeMutablePointer<Element>], offset: Int, count: Int, rate: Double, step: Int, decays: Bool
    ) {
        let w = values + offset, g = gradient + offset
        let decay = Element(decays ? weightDecay : 0), rate = Element(rate)
        guard let first = moments.first else {
            for index in 0..<count { w[index] -= rate * (g[index] + decay * w[index]) }
            return
        }
        OptimizerKernels.momentum(
            count, w, g, first + offset, momentum: Element(momentum), decay: decay, rate: rate, nesterov: isNesterov)
    }
}

/// Adam (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1) with weight decay in the gradient, or decoupled from it as AdamW (Loshchilov &
/// Hutter 2019, arXiv 1711.05101): m ← β₁ m + (1-β₁) g, v ← β₂ v + (1-β₂) g², w ← w - η m̂ / (√v̂ + ε), bias-corrected.
public struct Adam<Element: RealScalar>: Optimizer {
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    /// λ, on parameters of role `.weight`.
    public var weightDecay: Double
    /// w ← (1 - η λ) w instead of λ w in the gradient.
    public var isDecoupled: Bool

    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, decoupled: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        isDecoupled = decoupled
    }

    public var momentCount: Int { 2 }

    public func validate() throws {
        try requireSetting(learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "positive")
        try requireSetting(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)")
        try requireSetting(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)")
        try requireSetting(epsilon > 0, "epsilon", epsilon, "positive")
        try requireSetting(weightDecay >= 0 && weightDecay.isFinite, "weight decay", weightDecay, "≥ 0")
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func update(
        _ values: UnsafeMutablePointer<Element>, gradient: UnsafePointer<Element>,
        moments: [UnsafeMutablePointer<Element>], offset: Int, count: Int, rate: Double, step: Int, decays: Bool
    ) {
        let w = values + offset, g = gradient + offset, m = moments[0] + offset, v = moments[1] + offset
        let decay = decays ? weightDecay : 0
        let added = Element(isDecoupled ? 0 : decay), kept = Element(isDecoupled ? 1 - rate * decay : 1)
        let first = Element(rate / (1 - Double.pow(beta1, step)))
        let second = Element(1 / (1 - Double.pow(beta2, step)).squareRoot())
        OptimizerKernels.adam(
            count, w, g, m, v, added: added, kept: kept, beta1: Element(beta1), rest1: Element(1 - beta1),
            beta2: Element(beta2), rest2: Element(1 - beta2), first: first, second: second, epsilon: Element(epsilon))
    }
}

/// - Throws: `LacunaError` (value) unless the condition holds.
func requireSetting(_ holds: Bool, _ name: String, _ value: Double, _ expected: String) throws {
    guard holds else { throw LacunaError(.value, name, "\(value); it must be \(expected)") }
}
