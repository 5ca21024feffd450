/// A system under the name by which commands and scenarios ask for it, with parameters, a start and a step that are usual.
public struct StandardSystem: Sendable {
    public let name: String
    public let citation: String
    public let initialState: [Double]
    /// Between samples.
    public let step: Double
    public let steps: Int
    /// Steps of the integrator between samples.
    public let substeps: Int
    private let make: @Sendable (_ parameter: (String, Double) -> Double) throws -> any DynamicalSystem

    fileprivate init(
        _ name: String, _ citation: String, from initialState: [Double], step: Double, steps: Int, substeps: Int = 10,
        _ make: @escaping @Sendable (_ parameter: (String, Double) -> Double) throws -> any DynamicalSystem
    ) {
        self.name = name
        self.citation = citation
        self.initialState = initialState
        self.step = step
        self.steps = steps
        self.substeps = substeps
        self.make = make
    }

    /// The system with these parameters in place of the usual ones. - Throws: `LacunaError` for a name that it does not have.
    public func system(_ parameters: [String: Double] = [:]) throws -> any DynamicalSystem {
        let system = try make { name, usual in parameters[name] ?? usual }
        let names = system.parameters.map(\.name)
        if let unknown = parameters.keys.sorted().first(where: { !names.contains($0) }) {
            throw LacunaError(
                .name, name, "there is no parameter \(unknown)", remedy: "It has \(names.joined(separator: ", ")).")
        }
        return system
    }

    /// By `RungeKutta4`, or the system's own method for Kuramoto-Sivashinsky; what is left out is the usual.
    public func trajectory(
        _ parameters: [String: Double] = [:], from state: [Double]? = nil, step: Double? = nil, steps: Int? = nil,
        substeps: Int? = nil
    ) throws -> Trajectory {
        let system = try system(parameters), state = state ?? initialState
        let step = step ?? self.step, steps = steps ?? self.steps, substeps = substeps ?? self.substeps
        if let flow = system as? KuramotoSivashinsky {
            return try flow.trajectory(from: state, step: step, steps: steps, substeps: substeps)
        }
        return try RungeKutta4(substeps: substeps).trajectory(of: system, from: state, step: step, steps: steps)
    }

    /// The standard system of this name. - Throws: `LacunaError` with the names that there are.
    public static func named(_ name: String) throws -> StandardSystem {
        guard let found = standardSystems.first(where: { $0.name == name }) else {
            throw LacunaError(
                .name, "system", "there is no \(name)",
                remedy: "There are \(standardSystems.map(\.name).joined(separator: ", ")).")
        }
        return found
    }
}

/// All systems with names. Those of the reference file start and step as they do there.
public let standardSystems: [StandardSystem] = [
    StandardSystem("lorenz", "Lorenz 1963", from: [-8, 8, 27], step: 0.002, steps: 5000) {
        Lorenz(sigma: $0("sigma", 10), rho: $0("rho", 28), beta: $0("beta", 8.0 / 3))
    },
    StandardSystem("roessler", "Rössler 1976", from: [5, 3, 0], step: 0.01, steps: 5000) {
        Roessler(a: $0("a", 0.2), b: $0("b", 0.2), c: $0("c", 5.7))
    },
    StandardSystem("van-der-pol", "van der Pol 1926", from: [2, 0], step: 0.01, steps: 2000) {
        VanDerPol(mu: $0("mu", 0.5))
    },
    StandardSystem("duffing", "Duffing 1918", from: [1, 0], step: 0.01, steps: 5000) {
        Duffing(
            delta: $0("delta", 0.3), alpha: $0("alpha", -1), beta: $0("beta", 1), gamma: $0("gamma", 0.5),
            omega: $0("omega", 1.2))
    },
    StandardSystem("lotka-volterra", "Lotka 1925, Volterra 1926", from: [2, 1], step: 0.01, steps: 2000) {
        LotkaVolterra(
            alpha: $0("alpha", 1), beta: $0("beta", 0.5), delta: $0("delta", 0.25), gamma: $0("gamma", 0.75))
    },
    StandardSystem("cubic-oscillator", "Brunton, Proctor & Kutz 2016", from: [2, 0], step: 0.01, steps: 2500) {
        CubicOscillator(damping: $0("damping", 0.1), coupling: $0("coupling", 2))
    },
    StandardSystem("linear-oscillator", "Brunton, Proctor & Kutz 2016", from: [2, 0], step: 0.01, steps: 2500) {
        LinearOscillator(damping: $0("damping", 0.1), coupling: $0("coupling", 2))
    },
    // The fixed point F, with one variable a little off.
    StandardSystem(
        "lorenz-96", "Lorenz 1996", from: (0..<40).map { $0 == 19 ? 8.01 : 8 }, step: 0.05, steps: 2000, substeps: 5
    ) { try Lorenz96(dimension: 40, forcing: $0("forcing", 8)) },
    StandardSystem(
        "kuramoto-sivashinsky", "Kuramoto 1978, Sivashinsky 1977; Kassam & Trefethen 2005",
        from: KuramotoSivashinsky.standardState(points: 64), step: 0.25, steps: 1000, substeps: 2
    ) { try KuramotoSivashinsky(points: 64, length: $0("length", 22)) },
]
