import LacunaDynamics
import LacunaExperiment

/// A named system and where its orbits start.
struct SystemChoice: Sendable {
    let standard: StandardSystem
    let system: any DynamicalSystem
    let start: [Double]

    var dimension: Int { system.dimension }

    static let parameters = [
        ParameterDeclaration(
            "system", .choice(standardSystems.map(\.name)), default: .text("lorenz"),
            "the equations: " + standardSystems.map(\.description).joined(separator: "; ")),
        ParameterDeclaration(
            "start", .numbers(-1e6...1e6), "initial state, a number per variable; default: the usual one"),
    ]

    /// - Throws: `LacunaError` for a start of another number of variables.
    init(_ parameters: ParameterValues) throws {
        standard = try StandardSystem.named(parameters.text("system"))
        system = try standard.system()
        start = try parameters.optionalNumbers("start") ?? standard.initialState
        guard start.count == system.dimension else {
            throw LacunaError(.shape, "start", "\(start.count) numbers for \(system.dimension) variables")
        }
    }

    func orbit(from state: [Double], step: Double, steps: Int, substeps: Int = 1) throws -> Trajectory {
        try standard.trajectory(from: state, step: step, steps: steps, substeps: substeps)
    }
}

extension StandardSystem {
    /// "lorenz (sigma = 10, rho = 28, beta = 2.667; Lorenz 1963)".
    fileprivate var description: String {
        let parameters = ((try? system().parameters) ?? []).map { "\($0.name) = \(readableNumber($0.value))" }
        return "\(name) (\((parameters + [citation]).joined(separator: ", ")))"
    }
}
