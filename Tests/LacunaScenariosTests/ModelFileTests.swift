import LacunaDynamics
import LacunaExperiment
import LacunaIO
import LacunaSolvers
import Testing

@testable import LacunaScenarios

/// Models in files, and what they say and foretell when they come back.
@Suite struct ModelFileTests {
    /// A damped oscillator pushed by an input; without one, three exponentials.
    private func orbit(_ count: Int = 200, from start: [Double] = [1, 0], inputs: Bool) throws -> Trajectory {
        var stream = RandomStream(key: 3)
        let pushes = (0..<count).map { _ in inputs ? stream.normal() : 0 }
        var states = Matrix<Double>(repeating: 0, rows: count, columns: 2), state = start
        for row in 0..<count {
            states[row, 0] = state[0]
            states[row, 1] = state[1]
            state = [0.95 * state[0] + 0.2 * state[1], -0.2 * state[0] + 0.9 * state[1] + 0.5 * pushes[row]]
        }
        return try Trajectory(
            variables: ["x", "y"], times: (0..<count).map { 0.1 * Double($0) }, states: states,
            inputNames: inputs ? ["u"] : [],
            inputs: Matrix(rows: count, columns: inputs ? 1 : 0, storage: inputs ? pushes : []))
    }

    private func fit(
        _ name: String, _ options: [String: ParameterValue], _ trajectories: [Trajectory]
    ) throws -> TrajectoryModel {
        let found = try Catalogue.standard.method(name)
        let method = try #require(found as? any TrajectoryMethod)
        let values = try ParameterValues(options, declarations: method.options, owner: method.name)
        return try method.fit(trajectories, options: values, random: RandomStream(key: 1), limits: SolveLimits())
    }

    /// Writes, reads, and writes again: the same to the last bit.
    private func roundTrip(_ content: any ModelContent, method: String) throws -> any ModelContent {
        try withTemporaryFolder { folder in
            let path = folder + "/model.h5", again = folder + "/again.h5"
            try ModelFile.write(content, method: method, to: path)
            let read = try ModelFile.read(path)
            #expect(read.method == method)
            #expect(type(of: read.content).modelKind == type(of: content).modelKind)
            try ModelFile.write(read.content, method: method, to: again)
            #expect(try InputFile.read(again) == InputFile.read(path), "\(method)")
            return read.content
        }
    }

    @Test(arguments: [
        ("stlsq", ["frequencies": ParameterValue.integer(1)]), ("ensemble-sindy", ["bags": .integer(5)]),
        ("bayesian-sindy", [:]), ("stlsq", ["derivative": .text("map"), "degree": .integer(1)]),
        ("delay-regression", [:]), ("stnn", ["iterations": .integer(3)]),
        ("stnn", ["iterations": .integer(3), "per_state": .flag(true), "horizon": .integer(2)]),
        ("dmd", ["delays": .integer(3)]),
        ("optimized-dmd", ["fits": .integer(4)]), ("havok", ["delays": .integer(8), "rank": .integer(2)]),
    ])
    func modelsComeBackFromFiles(method: String, options: [String: ParameterValue]) throws {
        let orbit = try orbit(inputs: false)
        let model = try fit(method, options, [orbit])
        let read = try roundTrip(model.content, method: method)
        #expect(read.stateNames == ["x", "y"] && read.inputNames.isEmpty)
        // Networks alone forget how their training ended.
        if method != "stnn" { #expect(try read.lines() == model.lines) }
        let before = try #require(model.forecaster)
        let after = try #require(try read.forecaster(step: read.fixedStep ?? 0.1, group: 1))
        #expect(after.history == before.history && abs(after.step - before.step) < 1e-12)
        let expected = try before.states(orbit.series, 100, 5)
        #expect(try after.states(orbit.series, 100, 5) == expected)
        let wrong = #expect(throws: LacunaError.self) { _ = try fileWithoutStates(model.content) }
        #expect(wrong?.kind == .file)
    }

    /// Of several series, whose windows are counted one after the other.
    @Test func aModelOfSeveralSeriesComesBack() throws {
        let orbits = [try orbit(100, inputs: false), try orbit(250, from: [0, 1], inputs: false)]
        let model = try fit("havok", ["delays": .integer(8), "rank": .integer(2)], orbits)
        let read = try #require(try roundTrip(model.content, method: "havok") as? MeasuredHAVOK)
        #expect(read.model.decomposition.windowCounts == [93, 243])
        let kept = try #require(model.content as? MeasuredHAVOK)
        #expect(try read.model.simulate() == kept.model.simulate())
    }

    /// The same file, but for its attribute `method`: what is missing is found.
    private func fileWithoutStates(_ content: any ModelContent) throws -> any ModelContent {
        try withTemporaryFolder { folder in
            let path = folder + "/model.h5"
            try HDF5File.write(to: path) { file in
                try file.setAttribute("model", to: .text(type(of: content).modelKind))
                try content.write(to: file)
            }
            return try ModelFile.read(path).content
        }
    }

    @Test func uncertaintyIsKept() throws {
        let orbit = try orbit(inputs: false)
        for (method, kind) in [
            ("stlsq", CoefficientUncertainty.Kind.standardError), ("ensemble-sindy", .ensembleDeviation),
            ("bayesian-sindy", .posteriorDeviation),
        ] {
            let model = try fit(method, [:], [orbit])
            let read = try #require(try roundTrip(model.content, method: method) as? SINDyModel)
            let found = try #require(model.content as? SINDyModel)
            #expect(read.uncertainty == found.uncertainty && read.uncertainty?.kind == kind)
            #expect((read.uncertainty?.inclusion != nil) == (method == "ensemble-sindy"))
            // Every term that is in has a deviation.
            for entry in read.reportedCoefficients where entry.value != 0 {
                #expect(try #require(entry.deviation) > 0, "\(method) \(entry.equation) \(entry.term)")
            }
        }
        let bagged = try fit("optimized-dmd", ["fits": .integer(4)], [orbit])
        let modes = try #require(try roundTrip(bagged.content, method: "optimized-dmd") as? DelayModes)
        #expect(try modes.deviations == #require(bagged.content as? DelayModes).deviations)
        #expect(modes.deviations?.modes.shape == modes.modes.modes.shape)
        #expect(modes.lines().allSatisfy { $0.contains("±") })
    }

    /// x_{k+1} = A x_k + B u_k exactly, from one trajectory and from two, and with delays.
    @Test func inputsAreSeparatedFromDynamics() throws {
        let one = try orbit(inputs: true), two = try orbit(60, from: [-2, 1], inputs: true)
        for (trajectories, delays) in [([one], 1), ([one, two], 1), ([one], 2)] {
            let model = try fit("dmd", ["delays": .integer(delays)], trajectories)
            let read = try #require(try roundTrip(model.content, method: "dmd") as? DelayControlledModes)
            #expect(read.stateNames == ["x", "y"] && read.inputNames == ["u"])
            #expect(try read.lines() == model.lines)
            if delays == 1 {
                let eigenvalues = try read.modes.eigenvalues().sorted { $0.imaginary < $1.imaginary }
                #expect((eigenvalues[1] - Complex(0.925, 0.198_431_348_3)).length < 1e-9, "\(eigenvalues)")
                #expect(abs(read.modes.inputMap[0, 0]) < 1e-10 && abs(read.modes.inputMap[1, 0] - 0.5) < 1e-10)
                #expect(model.lines.contains { $0.hasPrefix("a step adds to y: 0.5 u") }, "\(model.lines)")
            }
            // Given inputs inside the series, the last one beyond it.
            let forecaster = try #require(try read.forecaster(step: 0.1, group: 1))
            #expect(forecaster.inputCount == 1 && forecaster.history == delays)
            let told = try forecaster.states(one.series, 50, 100)
            for row in 0..<100 { #expect(abs(told[row, 1] - one.states[51 + row, 1]) < 1e-8) }
            let last = try forecaster.states(one.series, 199, 2), u = one.inputs[199, 0]
            let next = [
                0.95 * one.states[199, 0] + 0.2 * one.states[199, 1],
                -0.2 * one.states[199, 0] + 0.9 * one.states[199, 1] + 0.5 * u,
            ]
            #expect(abs(last[0, 1] - next[1]) < 1e-8)
            #expect(abs(last[1, 1] - (-0.2 * next[0] + 0.9 * next[1] + 0.5 * u)) < 1e-8)
        }
        let error = #expect(throws: LacunaError.self) {
            try fit("dmd", ["variant": .text("forward-backward")], [one])
        }
        #expect(error?.problem.contains("inputs") == true)
    }

    @Test func environmentsComeBackFromFiles() throws {
        let systems = [LotkaVolterra(alpha: 0.5), LotkaVolterra(alpha: 1)]
        let data = try EnvironmentData(
            systems.map { [try RungeKutta4(substeps: 10).trajectory(of: $0, from: [2, 1], step: 0.2, steps: 10)] })
        for mode in LEADS.Mode.allCases {
            let model = try LEADS(mode: mode, hidden: 4, layers: 2, steps: 3).fit(
                LEADSProblem(training: data, validation: data)
            ).estimate
            let read = try #require(try roundTrip(model, method: "leads") as? LEADSModel)
            #expect(read.parameters == model.parameters && read.mode == mode)
            for environment in 0..<2 {
                let expected = try model.forecast(environment: environment, from: [2, 1], steps: 4)
                #expect(try read.forecast(environment: environment, from: [2, 1], steps: 4) == expected)
                let forecaster = try #require(try read.forecaster(step: 0.2, group: Double(environment + 1)))
                #expect(
                    try forecaster.states(Matrix([[2.0, 1]]), 0, 4).column(1).elementsEqual(
                        expected.states.column(1).dropFirst()))
            }
            #expect(throws: LacunaError.self) { try read.forecaster(step: 0.2, group: 3) }
        }
        #expect(throws: LacunaError.self) {
            try LEADSModel(
                mode: .leads, variables: ["x"], step: 1, environmentCount: 1, hidden: 2, layers: 1,
                parameters: [[1, 2], [1, 2]])
        }
    }

    @Test func scoresAreThoseOfForecasts() throws {
        let orbit = try orbit(inputs: true)
        let model = try fit("dmd", [:], [orbit])
        let forecaster = try #require(model.forecaster)
        let good = try TrajectoryScore(forecaster, on: orbit, group: 1)
        #expect(good.steps == 199 && good.oneStepError ?? 1 < 1e-18 && abs(good.validTime - 19.9) < 1e-9)
        #expect(try #require(good.forecastError) < 1e-9)
        // States of twice the size are told as well by a linear model, but not with the same pushes.
        let other = try Trajectory(
            variables: orbit.variables, times: orbit.times,
            states: Matrix(rows: 200, columns: 2) { 2 * orbit.states[$0, $1] }, inputNames: ["u"], inputs: orbit.inputs)
        let bad = try TrajectoryScore(forecaster, on: other, group: 1)
        #expect(bad.oneStepError ?? 0 > 0.01 && bad.validTime < 19)
        let short = try Trajectory(
            variables: orbit.variables, times: [0], states: Matrix([[1.0, 2]]), inputNames: ["u"],
            inputs: Matrix([[0.0]]))
        #expect(throws: LacunaError.self) { try TrajectoryScore(forecaster, on: short, group: 1) }
    }

    @Test func otherFilesAreRefused() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.h5"
            try HDF5File.write(to: path) { try $0.setAttribute("model", to: .text("crystal ball")) }
            let error = #expect(throws: LacunaError.self) { try ModelFile.read(path) }
            #expect("\(String(describing: error))".contains("crystal ball"))
        }
    }
}
