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

    @Test func unknownNamesAreRefused() throws {
        let error = #expect(throws: LacunaError.self) { try StandardSystem.named("lorentz") }
        #expect(error?.remedy?.contains("roessler") == true)
        let parameter = #expect(throws: LacunaError.self) { try StandardSystem.named("lorenz").system(["r": 28]) }
        #expect(parameter?.remedy?.contains("rho") == true)
        #expect(throws: LacunaError.self) { try StandardSystem.named("lorenz").trajectory(from: [1]) }
    }
}
