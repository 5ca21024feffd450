import LacunaDynamics
import Testing

@Suite struct SystemCatalogueTests {
    @Test func namesAreThoseOfTheField() {
        #expect(
            standardSystems.map(\.name) == [
                "lorenz", "roessler", "van-der-pol", "duffing", "lotka-volterra", "cubic-oscillator",
                "linear-oscillator",
                "lorenz-96", "kuramoto-sivashinsky",
            ])
    }

    /// Every system starts, moves and stays finite from its usual state, and every parameter changes the motion.
    @Test(arguments: standardSystems.map(\.name))
    func systemsRun(name: String) throws {
        let entry = try StandardSystem.named(name), system = try entry.system()
        let orbit = try entry.trajectory(steps: 100)
        #expect(orbit.count == 101 && orbit.variables == system.variables && orbit.uniformStep != nil)
        #expect(orbit.state(0) == entry.initialState)
        for parameter in system.parameters {
            let changed = try entry.trajectory([parameter.name: 1.05 * parameter.value + 0.01], steps: 100)
            #expect(changed.state(100) != orbit.state(100), "\(parameter.name)")
            #expect(try entry.trajectory([parameter.name: parameter.value], steps: 100) == orbit)
        }
    }

    /// With its force as an input, Duffing's equations are found from one orbit.
    @Test func whatPushesASystemIsAnInput() throws {
        let entry = try StandardSystem.named("duffing"), orbit = try entry.trajectory(steps: 3000)
        let system = try #require(try entry.system() as? Duffing), pushed = try orbit.withInputs(of: system)
        #expect(pushed.inputNames == ["force"] && pushed.states == orbit.states)
        #expect(pushed.inputs[100, 0] == 0.5 * Double.cos(1.2 * pushed.times[100]))
        let model = try SINDy(
            library: PolynomialLibrary(degree: 3), differentiation: FiniteDifferences(order: 4)
        ).fit([pushed])
        #expect(model.complexity == 5 && model.inputNames == ["force"])
        let force = try #require(model.features.names.firstIndex(of: "force"))
        #expect(abs(model.coefficients[1, force] - 1) < 1e-4)
    }

    @Test func unknownNamesAreRefused() throws {
        let error = #expect(throws: LacunaError.self) { try StandardSystem.named("lorentz") }
        #expect(error?.remedy?.contains("roessler") == true)
        let parameter = #expect(throws: LacunaError.self) { try StandardSystem.named("lorenz").system(["r": 28]) }
        #expect(parameter?.remedy?.contains("rho") == true)
        #expect(throws: LacunaError.self) { try StandardSystem.named("lorenz").trajectory(from: [1]) }
    }
}
