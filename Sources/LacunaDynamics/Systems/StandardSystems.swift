/// x' = σ (y - x), y' = x (ρ - z) - y, z' = x y - β z (Lorenz 1963).
public struct Lorenz: DynamicalSystem {
    public var sigma, rho, beta: Double

    public init(sigma: Double = 10, rho: Double = 28, beta: Double = 8.0 / 3) {
        self.sigma = sigma
        self.rho = rho
        self.beta = beta
    }

    public var variables: [String] { ["x", "y", "z"] }
    public var dimension: Int { 3 }
    public var equations: [String] { ["x' = sigma (y - x)", "y' = x (rho - z) - y", "z' = x y - beta z"] }
    public var parameters: [SystemParameter] {
        [SystemParameter("sigma", sigma), SystemParameter("rho", rho), SystemParameter("beta", beta)]
    }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        rate[0] = sigma * (x[1] - x[0])
        rate[1] = x[0] * (rho - x[2]) - x[1]
        rate[2] = x[0] * x[1] - beta * x[2]
    }
}

/// Prey and predators: x' = α x - β x y, y' = δ x y - γ y (Lotka 1925, Volterra 1926).
public struct LotkaVolterra: DynamicalSystem {
    public var alpha, beta, delta, gamma: Double

    public init(alpha: Double = 1, beta: Double = 0.5, delta: Double = 0.25, gamma: Double = 0.75) {
        self.alpha = alpha
        self.beta = beta
        self.delta = delta
        self.gamma = gamma
    }

    /// The ten environments of LEADS (Yin et al. 2021): β = δ = 1/2, (α, γ) as listed.
    public static let leadsEnvironments: [LotkaVolterra] = [
        (0.5, 0.5), (0.25, 0.5), (0.75, 0.5), (1, 0.5), (0.5, 0.25), (0.5, 0.75), (0.5, 1), (0.25, 0.25), (0.75, 0.75),
        (1, 1),
    ].map { LotkaVolterra(alpha: $0.0, beta: 0.5, delta: 0.5, gamma: $0.1) }

    public var variables: [String] { ["x", "y"] }
    public var dimension: Int { 2 }
    public var equations: [String] { ["x' = alpha x - beta x y", "y' = delta x y - gamma y"] }
    public var parameters: [SystemParameter] {
        [
            SystemParameter("alpha", alpha), SystemParameter("beta", beta), SystemParameter("delta", delta),
            SystemParameter("gamma", gamma),
        ]
    }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        let product = x[0] * x[1]
        rate[0] = alpha * x[0] - beta * product
        rate[1] = delta * product - gamma * x[1]
    }
}

/// x' = -y - z, y' = x + a y, z' = b + z (x - c) (Rössler 1976).
public struct Roessler: DynamicalSystem {
    public var a, b, c: Double

    public init(a: Double = 0.2, b: Double = 0.2, c: Double = 5.7) {
        self.a = a
        self.b = b
        self.c = c
    }

    public var variables: [String] { ["x", "y", "z"] }
    public var dimension: Int { 3 }
    public var equations: [String] { ["x' = -y - z", "y' = x + a y", "z' = b + z (x - c)"] }
    public var parameters: [SystemParameter] {
        [SystemParameter("a", a), SystemParameter("b", b), SystemParameter("c", c)]
    }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        rate[0] = -x[1] - x[2]
        rate[1] = x[0] + a * x[1]
        rate[2] = b + x[2] * (x[0] - c)
    }
}

/// x' = y, y' = μ (1 - x²) y - x (van der Pol 1926).
public struct VanDerPol: DynamicalSystem {
    public var mu: Double

    public init(mu: Double = 0.5) { self.mu = mu }

    public var variables: [String] { ["x", "y"] }
    public var dimension: Int { 2 }
    public var equations: [String] { ["x' = y", "y' = mu (1 - x^2) y - x"] }
    public var parameters: [SystemParameter] { [SystemParameter("mu", mu)] }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        rate[0] = x[1]
        rate[1] = mu * (1 - x[0] * x[0]) * x[1] - x[0]
    }
}

/// A forced oscillator with a cubic spring: x' = y, y' = -δ y - α x - β x³ + γ cos ωt (Duffing 1918). Chaotic as it stands.
public struct Duffing: DrivenSystem {
    public var delta, alpha, beta, gamma, omega: Double

    public init(delta: Double = 0.3, alpha: Double = -1, beta: Double = 1, gamma: Double = 0.5, omega: Double = 1.2) {
        self.delta = delta
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
        self.omega = omega
    }

    public var variables: [String] { ["x", "y"] }
    public var dimension: Int { 2 }
    public var equations: [String] { ["x' = y", "y' = -delta y - alpha x - beta x^3 + gamma cos(omega t)"] }
    public var parameters: [SystemParameter] {
        [
            SystemParameter("delta", delta), SystemParameter("alpha", alpha), SystemParameter("beta", beta),
            SystemParameter("gamma", gamma), SystemParameter("omega", omega),
        ]
    }
    public var inputNames: [String] { ["force"] }

    public func inputs(at time: Double) -> [Double] { [gamma * Double.cos(omega * time)] }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        rate[0] = x[1]
        rate[1] = -delta * x[1] - alpha * x[0] - beta * x[0] * x[0] * x[0] + gamma * Double.cos(omega * time)
    }
}

/// x' = -d x³ + c y³, y' = -c x³ - d y³ (Brunton, Proctor & Kutz 2016, cubic damped oscillator).
public struct CubicOscillator: DynamicalSystem {
    public var damping, coupling: Double

    public init(damping: Double = 0.1, coupling: Double = 2) {
        self.damping = damping
        self.coupling = coupling
    }

    public var variables: [String] { ["x", "y"] }
    public var dimension: Int { 2 }
    public var equations: [String] { ["x' = -damping x^3 + coupling y^3", "y' = -coupling x^3 - damping y^3"] }
    public var parameters: [SystemParameter] {
        [SystemParameter("damping", damping), SystemParameter("coupling", coupling)]
    }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        let first = x[0] * x[0] * x[0], second = x[1] * x[1] * x[1]
        rate[0] = coupling * second - damping * first
        rate[1] = -coupling * first - damping * second
    }
}

/// x' = -d x + c y, y' = -c x - d y: a spiral (Brunton, Proctor & Kutz 2016, linear damped oscillator).
public struct LinearOscillator: DynamicalSystem {
    public var damping, coupling: Double

    public init(damping: Double = 0.1, coupling: Double = 2) {
        self.damping = damping
        self.coupling = coupling
    }

    public var variables: [String] { ["x", "y"] }
    public var dimension: Int { 2 }
    public var equations: [String] { ["x' = -damping x + coupling y", "y' = -coupling x - damping y"] }
    public var parameters: [SystemParameter] {
        [SystemParameter("damping", damping), SystemParameter("coupling", coupling)]
    }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        rate[0] = coupling * x[1] - damping * x[0]
        rate[1] = -coupling * x[0] - damping * x[1]
    }
}

/// x_i' = (x_{i+1} - x_{i-2}) x_{i-1} - x_i + F on a ring of n ≥ 4 (Lorenz 1996). Chaotic for F = 8.
public struct Lorenz96: DynamicalSystem {
    public let dimension: Int
    public var forcing: Double

    /// - Throws: `LacunaError` for fewer than four variables.
    public init(dimension: Int = 40, forcing: Double = 8) throws {
        guard dimension >= 4 else {
            throw LacunaError(.value, "Lorenz 96", "\(dimension) variables; at least 4 are needed")
        }
        self.dimension = dimension
        self.forcing = forcing
    }

    public var variables: [String] { (0..<dimension).map { "x\($0)" } }
    public var equations: [String] { ["x_i' = (x_{i+1} - x_{i-2}) x_{i-1} - x_i + forcing"] }
    public var parameters: [SystemParameter] { [SystemParameter("forcing", forcing)] }

    @inlinable
    public func derivative(_ time: Double, _ x: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        let n = dimension
        for i in 0..<n {
            let next = i + 1 < n ? i + 1 : 0
            let before = i > 0 ? i - 1 : n - 1
            let second = i > 1 ? i - 2 : i + n - 2
            rate[i] = (x[next] - x[second]) * x[before] - x[i] + forcing
        }
    }
}
