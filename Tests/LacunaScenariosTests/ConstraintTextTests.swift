import LacunaDynamics
import LacunaExperiment
import LacunaSolvers
import Testing

@testable import LacunaScenarios

/// Constraints and thresholds of single terms, as users write them.
@Suite struct ConstraintTextTests {
    private let text = ConstraintText(
        stateNames: ["x", "y", "x-dot"], terms: ["1", "x", "y", "x y", "y^2", "sin(2 x)"])

    private func read(_ constraint: String) throws -> CoefficientConstraint {
        try #require(try text.constraints(constraint).first)
    }

    @Test func sumsOfCoefficientsAreRead() throws {
        let symmetry = try read("x'[y] = -y'[x]")
        #expect(
            symmetry
                == CoefficientConstraint(
                    [.init(equation: 0, term: 2), .init(equation: 1, term: 1, weight: 1)], equals: 0))
        let sum = try read(" 2 x[x y] - 0.5e1*x-dot'[ sin(2 x) ] + 1 = 3 - y[y x] ")
        #expect(
            sum
                == CoefficientConstraint(
                    [
                        .init(equation: 0, term: 3, weight: 2), .init(equation: 2, term: 5, weight: -5),
                        .init(equation: 1, term: 3, weight: 1),
                    ], equals: 2))
        #expect(try read("x'[1] = -1.5e-3").value == -1.5e-3)
        #expect(try text.constraints("x[x] = 1; ; y[y] = 2;").map(\.value) == [1, 2])
    }

    @Test(arguments: [
        ("x'[y]", "no two sides"), ("x'[y] = 1 = 2", "no two sides"), ("x'[y] =", "empty side"),
        ("1 = 2", "no coefficient"),
        ("x'[y] y'[x] = 0", "no sign"), ("z'[x] = 1", "no equation of 'z'"), ("x'[y^3] = 1", "no term 'y^3'"),
        ("x'y = 1", "no coefficient at"), ("1..2 x[y] = 1", "no number '1..2'"),
    ])
    func whatCannotBeReadIsRefused(constraint: String, problem: String) {
        let error = #expect(throws: LacunaError.self) { try text.constraints(constraint) }
        #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func termsHaveThresholds() throws {
        #expect(try text.thresholds("y x = 0.01; 1 = 5", other: 0.1) == [5, 0.1, 0.1, 0.01, 0.1, 0.1])
        for wrong in ["x y", "x = -1", "z = 1", "x = 1; x = 2", "x = much"] {
            #expect(throws: LacunaError.self) { try text.thresholds(wrong, other: 0.1) }
        }
    }

    /// With noise the two estimates of σ in x' = σ (y - x) differ, unless they are told not to; scenario options say so too.
    @Test func stlsqTakesThem() throws {
        let orbit = try RungeKutta4(substeps: 5).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.002, steps: 1500)
        var stream = RandomStream(key: 4)
        var states = orbit.states
        for place in states.storage.indices { states.storage[place] += 0.02 * stream.normal() }
        let noisy = try orbit.replacingStates(states)
        let method = STLSQMethod()
        func model(_ options: [String: ParameterValue]) throws -> SINDyModel {
            let values = try ParameterValues(
                options.merging(["derivative": .text("savitzky-golay"), "window": .integer(21)]) { $1 },
                declarations: method.options, owner: method.name)
            let model = try method.fit(
                [noisy], options: values, random: RandomStream(key: 1), limits: SolveLimits())
            return try #require(model.content as? SINDyModel)
        }
        let free = try model([:])
        let tied = try model(["constraints": .text("x'[x] = -x'[y]; y'[x z] = -1")])
        #expect(abs(free.coefficients[0, 1] + free.coefficients[0, 2]) > 1e-5)
        #expect(abs(tied.coefficients[0, 1] + tied.coefficients[0, 2]) < 1e-13)
        #expect(abs(tied.coefficients[1, 6] + 1) < 1e-13)
        let errors = try #require(tied.uncertainty).deviations, before = try #require(free.uncertainty).deviations
        #expect(abs(errors[0, 1] - errors[0, 2]) < 1e-12 && errors[0, 1] < before[0, 1] && errors[1, 6] == 0)
        // The coefficients of x z and x y are about 1, the others larger.
        #expect(try model(["term_thresholds": .text("x z = 2; y x = 2")]).coefficients[1, 6] == 0)
        #expect(free.coefficients[1, 6] != 0)
        #expect(throws: LacunaError.self) {
            try model(["constraints": .text("x'[x] = 1"), "normalize": .flag(true)])
        }
    }

    @Test func ssrHasACriterion() throws {
        let orbit = try RungeKutta4(substeps: 5).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.002, steps: 800)
        let method = SSRMethod()
        let supports = try ["coefficient", "residual"].map { criterion in
            let values = try ParameterValues(
                ["criterion": .text(criterion), "selection": .text("terms"), "terms": .integer(1)],
                declarations: method.options, owner: method.name)
            let model = try method.fit(
                [orbit], options: values, random: RandomStream(key: 1), limits: SolveLimits())
            return try #require(model.content as? SINDyModel).reportedCoefficients.map(\.term)
        }
        // Of y' the largest coefficient, and the term that explains most.
        #expect(supports[0] != supports[1], "\(supports)")
    }
}
