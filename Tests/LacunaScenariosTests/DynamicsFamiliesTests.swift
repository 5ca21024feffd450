import LacunaDynamics
import LacunaExperiment
import LacunaIO
import LacunaSolvers
import Testing

@testable import LacunaScenarios

/// Problem families `identification`, `forecast` and `delay-embedding`, with their methods.
@Suite struct DynamicsFamiliesTests {
    private func draw(
        _ family: String, _ parameters: [String: ParameterValue], trial: Int = 0
    ) throws -> DrawnProblem {
        let family = try #require(Catalogue.standard.family(family))
        let values = try ParameterValues(parameters, declarations: family.parameters, owner: family.name)
        return try family.draw(values, randomness: Randomness(seed: 1, trial: trial))
    }

    private func metrics(
        _ method: String, _ drawn: DrawnProblem, _ options: [String: ParameterValue] = [:]
    ) throws -> [String: Double] {
        let method = try Catalogue.standard.method(method)
        let values = try ParameterValues(options, declarations: method.options, owner: method.name)
        #expect(method.reasonToSkip(drawn.problem, options: values) == nil)
        return try drawn.score(method.run(drawn.problem, options: values, limits: SolveLimits()).estimate)
    }

    private static let samples: [String: ParameterValue] = [
        "step": .number(0.01), "samples": .integer(1500), "noise": .number(0),
    ]

    /// Without noise every way of choosing terms finds those of Lorenz's system.
    @Test(arguments: ["stlsq", "sr3", "frols", "ensemble-sindy", "weak-sindy"])
    func equationsAreFoundWithoutNoise(method: String) throws {
        var samples = Self.samples
        samples["step"] = .number(0.002)
        let options: [String: ParameterValue] =
            switch method {
            case "weak-sindy": ["half_width": .integer(40)]
            case "ensemble-sindy": ["order": .integer(4), "bags": .integer(10)]
            case "frols": ["order": .integer(4)]
            default: ["order": .integer(4)]
            }
        let found = try metrics(method, draw("identification", samples), options)
        #expect(found["support_recovered"] == 1 && found["terms"] == 7, "\(found)")
        #expect(try #require(found["coefficient_error"]) < 1e-2)
        #expect(try #require(found["derivative_error"]) < 1e-6)
        #expect(try #require(found["valid_time"]) > 0.5)
    }

    @Test func noiseHarmsAndSmoothingHelps() throws {
        var samples = Self.samples
        samples["noise"] = .number(0.01)
        samples["step"] = .number(0.002)
        let drawn = try draw("identification", samples)
        let plain = try #require(try metrics("stlsq", drawn)["coefficient_error"])
        let smooth = try #require(
            try metrics("stlsq", drawn, ["derivative": .text("savitzky-golay")])["coefficient_error"])
        let weak = try #require(try metrics("weak-sindy", drawn, ["half_width": .integer(40)])["coefficient_error"])
        #expect(smooth < plain && weak < plain, "\(plain) \(smooth) \(weak)")
    }

    private static let orbit: [String: ParameterValue] = [
        "step": .number(0.1), "substeps": .integer(20), "dropped": .integer(20), "train_samples": .integer(400),
        "test_samples": .integer(100), "horizon": .integer(10), "starts": .integer(5),
    ]

    @Test func forecastsAreScoredAlike() throws {
        let drawn = try draw("forecast", Self.orbit)
        let linear = try metrics("delay-regression", drawn), states = try metrics("dmd", drawn)
        let network = try metrics("stnn", drawn, ["iterations": .integer(60)])
        let equations = try metrics("stlsq", drawn, ["order": .integer(4)])
        let error = { (metrics: [String: Double]) in try #require(metrics["one_step_error"]) }
        #expect(try error(linear) < error(states))
        #expect(try error(network) < error(linear))
        // Who knows the library knows the future.
        #expect(try error(equations) < 1e-3 * error(network))
        #expect(linear["parameters"] == 75 && network["parameters"] == 575)
        #expect(try #require(equations["valid_time"]) > #require(linear["valid_time"]))
        // Hankel DMD of full rank is delay regression without a constant.
        let hankel = try metrics("dmd", drawn, ["delays": .integer(8), "rank_rule": .text("all")])
        #expect(try error(hankel) < error(states) && error(hankel) > error(linear), "\(hankel) \(linear)")
        #expect(try metrics("havok", drawn, ["delays": .integer(8), "rank": .integer(12)])["future"] == 1)
        #expect(linear["future"] == 0)
    }

    @Test func denseNetworksMatchWhatTheyShould() throws {
        let drawn = try draw("forecast", Self.orbit)
        let wide = try metrics("dense-delay-network", drawn, ["iterations": .integer(1)])
        let small = try metrics(
            "dense-delay-network", drawn, ["iterations": .integer(1), "match": .text("parameters")])
        #expect(wide["parameters"] == 2691)
        #expect(try #require(small["parameters"]) <= 575 && #require(small["parameters"]) > 575 - 28)
        // Two hidden layers: equal size counts both.
        let deep: [String: ParameterValue] = ["iterations": .integer(1), "hidden_layers": .integer(2)]
        let hankel = try #require(try metrics("stnn", drawn, deep)["parameters"])
        let dense = try #require(
            try metrics("dense-delay-network", drawn, deep.merging(["match": .text("parameters")]) { $1 })["parameters"]
        )
        #expect(dense <= hankel && dense > 0.9 * hankel, "\(dense) \(hankel)")
    }

    @Test func severalOrbitsAreOneProblem() throws {
        var parameters = Self.orbit
        parameters["system"] = .text("lotka-volterra")
        parameters.merge(["orbits": .integer(3), "test_orbits": .integer(2), "dropped": .integer(0)]) { $1 }
        let problem = try #require(try draw("forecast", parameters).problem as? ForecastProblem)
        let data = try problem.data()
        #expect(data.training.count == 3 && data.test.count == 2 && data.training[0].count == 400)
        #expect(data.fineTraining[0].count == 399 * 20 + 1)
        #expect(data.training[1].state(1) == data.fineTraining[1].state(20))
        #expect(data.training.allSatisfy { (1...3).contains($0.states[0, 0]) })
        #expect(data.training[0] != data.training[1])
        let drawn = try draw("forecast", parameters)
        #expect(try #require(try metrics("dmd", drawn, ["delays": .integer(4)])["one_step_error"]) < 0.1)
        // One trajectory is what exponentials are fitted to.
        #expect(throws: LacunaError.self) { try metrics("optimized-dmd", drawn) }
    }

    /// A map from each sample to the next needs no derivatives, and coarse samples.
    @Test func mapsForecastToo() throws {
        let drawn = try draw("forecast", Self.orbit)
        let found = try metrics(
            "stlsq", drawn, ["derivative": .text("map"), "degree": .integer(3), "threshold": .number(1e-5)])
        let linear = try metrics("delay-regression", drawn, ["delays": .integer(1)])
        #expect(try #require(found["one_step_error"]) < #require(linear["one_step_error"]))
        let samples = try draw("identification", Self.samples)
        let method = try Catalogue.standard.method("stlsq")
        let values = try ParameterValues(["derivative": .text("map")], declarations: method.options, owner: "stlsq")
        #expect(method.reasonToSkip(samples.problem, options: values) != nil)
    }

    @Test func theForcingOfHAVOKAnnouncesSwitches() throws {
        let drawn = try draw("delay-embedding", ["samples": .integer(20_000)])
        let found = try metrics("havok", drawn, ["rank": .integer(12)])
        #expect(try #require(found["correlation"]) > 0.9)
        #expect(try #require(found["followed"]) > #require(found["chance"]))
        #expect(try #require(found["asymmetry"]) < 0.05)
    }

    @Test func switchesAreCounted() {
        // Switches at samples 4 and 8; the forcing is active at 3 and 10.
        let series: [Double] = [1, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1]
        let forcing: [Double] = [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 9, 0]
        let found = LobeSwitching(series: series, forcing: forcing, threshold: 1, delay: 0, lead: 2)
        #expect(found.announced == 0.5 && found.followed == 0.5)
        // Samples 2, 3, 4, 6, 7, 8 are followed by a switch within two.
        #expect(found.chance == 0.5)
    }

    @Test func modelsComeBackFromFiles() throws {
        let drawn = try draw("forecast", Self.orbit)
        let problem = try #require(drawn.problem as? ForecastProblem)
        for (name, options) in [
            ("stlsq", ["frequencies": ParameterValue.integer(1)]), ("delay-regression", [:]),
            ("stnn", ["iterations": .integer(3)]), ("dmd", [:]),
            ("stnn", ["iterations": .integer(3), "per_state": .flag(true), "horizon": .integer(2)]),
            ("havok", ["delays": .integer(8), "rank": .integer(9)]),
        ] {
            let found = try Catalogue.standard.method(name)
            let method = try #require(found as? any TrajectoryMethod)
            let values = try ParameterValues(options, declarations: method.options, owner: method.name)
            let model = try method.fit(
                problem.data().training, options: values, random: RandomStream(key: 1), limits: SolveLimits())
            try withTemporaryFolder { folder in
                let path = folder + "/model.h5"
                try ModelFile.write(model.content, method: name, to: path)
                let read = try ModelFile.read(path)
                #expect(type(of: read).modelKind == type(of: model.content).modelKind)
                // What is written again is the same to the last bit.
                let again = folder + "/again.h5"
                try ModelFile.write(read, method: name, to: again)
                #expect(try InputFile.read(again) == InputFile.read(path), "\(name)")
                guard let network = read as? StNNModel, let settings = (model.content as? StNNModel)?.settings else {
                    return
                }
                #expect(network.settings.horizon == settings.horizon && network.settings.perState == settings.perState)
            }
        }
        let orbit = try problem.data().training[0]
        let joint = try HAVOK(delays: 8, rank: .fixed(9)).fit(
            [orbit.segment(0..<100).states, orbit.segment(150..<400).states], step: 0.1)
        try withTemporaryFolder { folder in
            try ModelFile.write(joint, method: "havok", to: folder + "/model.h5")
            let read = try #require(try ModelFile.read(folder + "/model.h5") as? HAVOKModel)
            #expect(read.decomposition.windowCounts == [93, 243])
            #expect(try read.simulate() == joint.simulate())
        }
        try withTemporaryFolder { folder in
            let path = folder + "/model.h5"
            try HDF5File.write(to: path) { try $0.setAttribute("model", to: .text("crystal ball")) }
            let error = #expect(throws: LacunaError.self) { try ModelFile.read(path) }
            #expect("\(String(describing: error))".contains("crystal ball"))
        }
    }

    /// Networks for each environment or one for all, scored as LEADS is.
    @Test func environmentsHaveNetworksToo() throws {
        let drawn = try draw("environments", ["test_trajectories": .integer(2), "train_trajectories": .integer(2)])
        let options: [String: ParameterValue] = [
            "delays": .integer(1), "blocks": .integer(4), "iterations": .integer(40),
        ]
        let each = try metrics("stnn", drawn, options)
        let all = try metrics("stnn", drawn, options.merging(["environments": .text("all")]) { $1 })
        // p (2N - 1) + p N + d p N + d with N = d = 2.
        #expect(all["parameters"] == 38 && each["parameters"] == 380)
        #expect(try #require(each["test_error"]) < #require(all["test_error"]))
        let method = try Catalogue.standard.method("stnn")
        let values = try ParameterValues(options, declarations: method.options, owner: method.name)
        let estimate = try method.run(drawn.problem, options: values, limits: SolveLimits()).estimate
        let curves = try drawn.curves(estimate, ["phase-portrait", "series"])
        #expect(curves.map(\.view) == ["phase-portrait", "phase-portrait", "series", "series"])
        for curve in curves {
            // Ten environments of 21 samples with gaps between, the model from the first sample on.
            #expect(curve.x.count == 220 && curve.y.count { $0 == RecordedCurve.gap } == 10)
        }
        #expect(curves[0].x[22] == curves[1].x[22] && curves[0].x[25] != curves[1].x[25])
        let long = options.merging(["delays": .integer(21)]) { $1 }
        #expect(throws: LacunaError.self) { try metrics("stnn", drawn, long) }
    }

    /// Orbits from different starts are one HAVOK model, whose forecasts are scored like the others'.
    @Test func havokTakesSeveralOrbits() throws {
        let drawn = try draw(
            "forecast",
            [
                "system": .text("lotka-volterra"), "step": .number(0.1), "substeps": .integer(5),
                "orbits": .integer(5), "test_orbits": .integer(2), "train_samples": .integer(80),
                "test_samples": .integer(80), "horizon": .integer(30), "starts": .integer(4),
            ])
        let found = try metrics("havok", drawn, ["delays": .integer(6), "rank": .integer(8)])
        #expect(found["future"] == 1)
        #expect(try #require(found["one_step_error"]) < 0.1 && #require(found["valid_time"]) > 0)
    }

    @Test func badParametersAreRefused() throws {
        #expect(throws: LacunaError.self) { try draw("forecast", ["start": .list([.number(1), .number(2)])]) }
        #expect(throws: LacunaError.self) {
            try draw("forecast", ["start_low": .number(3), "start_high": .number(1)])
        }
        let family = try #require(Catalogue.standard.family("identification"))
        for system in ["duffing", "lorenz-96", "kuramoto-sivashinsky"] {
            let values = try ParameterValues(
                ["system": .text(system)], declarations: family.parameters, owner: family.name)
            #expect(throws: LacunaError.self, "\(system)") { try family.check(values) }
        }
        #expect(throws: LacunaError.self) {
            try draw("forecast", ["orbits": .integer(3), "start": .list([.number(1), .number(2), .number(3)])])
        }
        let drawn = try draw("forecast", Self.orbit)
        #expect(
            try Catalogue.standard.method("omp").reasonToSkip(
                drawn.problem, options: ParameterValues(declarations: [], owner: "")) != nil)
    }
}
