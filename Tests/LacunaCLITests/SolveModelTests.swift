import Foundation
import LacunaArrays
import LacunaDynamics
import LacunaIO
import LacunaScenarios
import Testing

@testable import LacunaCLI

/// `lacuna solve --model`: kept models put to other data.
@Suite struct SolveModelTests {
    private func solve(_ arguments: String...) async -> Ended {
        await run(["solve"] + arguments, catalogue: .standard)
    }

    private func write(_ columns: [(name: String, values: [Double])], to path: String) throws {
        var text = columns.map(\.name).joined(separator: ",") + "\n"
        for row in columns[0].values.indices {
            text += columns.map { "\($0.values[row])" }.joined(separator: ",") + "\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func write(_ orbit: Trajectory, names: [String], to path: String) throws {
        try write(
            [("t", orbit.times)]
                + names.enumerated().map { ($0.element, Array(orbit.states.column($0.offset))) }, to: path)
    }

    private func orbit(from start: [Double], step: Double = 0.02, steps: Int = 600) throws -> Trajectory {
        try RungeKutta4(substeps: 5).trajectory(of: LotkaVolterra(), from: start, step: step, steps: steps)
    }

    @Test func equationsAreScoredAndForecastOnOtherData() async throws {
        try await withTemporaryFolder { folder in
            let (input, other, model) = (folder + "/orbit.csv", folder + "/other.csv", folder + "/model.h5")
            let forecast = folder + "/forecast.csv"
            try write(orbit(from: [2, 1]), names: ["prey", "hunters"], to: input)
            #expect(await solve(input, "-m", "stlsq", "--option", "order=4", "-o", model).status == .success)
            let second = try orbit(from: [4, 1])
            // Another order of columns, and one too many.
            try write(
                [
                    ("t", Array(second.times.prefix(501))), ("hunters", Array(second.states.column(1).prefix(501))),
                    ("prey", Array(second.states.column(0).prefix(501))),
                    ("rain", (0...500).map { Double($0 % 3) }),
                ], to: other)
            let ended = await solve(
                other, "--model", model, "--forecast", "100", "--forecast-to", forecast)
            #expect(ended.status == .success, "\(ended.errors)")
            #expect(ended.output.contains("prey' = 1.000 prey - 0.500 prey hunters"), "\(ended.output)")
            #expect(ended.output.contains("one-step error") && ended.errors.contains("left out: rain"))
            let table = try TableFile.read(forecast), hunters = try table.column("hunters")
            for row in 0..<100 { #expect(abs(hunters[row] - second.states[501 + row, 1]) < 1e-3) }
            let report = await solve(other, "--model", model, "--json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
            #expect(object["method"] as? String == "stlsq" && object["model"] as? String == model)
            let score = try #require((object["scores"] as? [[String: Any]])?.first)
            #expect(score["valid_time"] as? Double == 10 && score["steps"] as? Int == 500)
            #expect(try #require(score["one_step_error"] as? Double) < 1e-8)
        }
    }

    @Test func coefficientsHaveErrors() async throws {
        try await withTemporaryFolder { folder in
            let input = folder + "/orbit.csv"
            try write(orbit(from: [2, 1]), names: ["x", "y"], to: input)
            let text = await solve(input, "-m", "stlsq", "--option", "order=4")
            #expect(text.output.contains("coefficient  standard error"), "\(text.output)")
            let ended = await solve(
                input, "-m", "ensemble-sindy", "--option", "order=4", "--option", "bags=8", "--json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
            #expect(object["deviation"] as? String == "deviation over bags")
            let coefficients = try #require(object["coefficients"] as? [[String: Any]])
            let terms = coefficients.filter { $0["inclusion"] as? Double == 1 }
            #expect(terms.map { $0["term"] as? String } == ["x", "x y", "y", "x y"])
            #expect(terms.map { $0["equation"] as? String } == ["x", "x", "y", "y"])
        }
    }

    /// x_{k+1} = A x_k + B u_k.
    @Test func inputsAreThoseOfTheModel() async throws {
        try await withTemporaryFolder { folder in
            let (input, model, forecast) = (folder + "/pushed.csv", folder + "/model.h5", folder + "/forecast.csv")
            let pushes = (0..<130).map { Double($0 * $0 % 7) - 3 }
            var x = [1.0]
            for k in 0..<129 { x.append(0.8 * x[k] + 0.5 * pushes[k]) }
            try write(
                [("t", (0..<100).map { 0.5 * Double($0) }), ("x", Array(x[..<100])), ("u", Array(pushes[..<100]))],
                to: input)
            let ended = await solve(input, "-m", "dmd", "--inputs", "u", "-o", model)
            #expect(ended.status == .success && ended.output.contains("a step adds to x: 0.5 u"), "\(ended.errors)")
            // The model knows which column is the input.
            let held = await solve(input, "--model", model, "--forecast", "3", "--forecast-to", forecast)
            #expect(held.status == .success && held.errors.contains("u stay at their last values"), "\(held.errors)")
            var expected = x[99]
            for value in try TableFile.read(forecast).column("x") {
                expected = 0.8 * expected + 0.5 * pushes[99]
                #expect(abs(value - expected) < 1e-9)
            }
            let future = folder + "/future.csv"
            try write([("u", Array(pushes[100...]))], to: future)
            let told = await solve(
                input, "--model", model, "--forecast", "30", "--forecast-to", forecast, "--forecast-inputs", future)
            #expect(told.status == .success && told.errors.isEmpty, "\(told.errors)")
            for (row, value) in try TableFile.read(forecast).column("x").enumerated() {
                #expect(abs(value - x[100 + row]) < 1e-9)
            }
            let short = await solve(
                input, "--model", model, "--forecast", "31", "--forecast-to", forecast, "--forecast-inputs", future)
            #expect(short.status == .usage && short.errors.contains("30 rows for 31 steps"))
            try write([("t", [0, 1, 2]), ("x", [1, 2, 3])], to: input)
            let missing = await solve(input, "--model", model)
            #expect(missing.status == .usage && missing.errors.contains("no column 'u'"), "\(missing.errors)")
        }
    }

    /// The force of Duffing's oscillator is an input for methods and models that know some.
    @Test func namedSystemsHaveInputs() async throws {
        try await withTemporaryFolder { folder in
            let (model, forecast) = (folder + "/model.h5", folder + "/forecast.csv")
            let ended = await solve(
                "duffing", "-m", "stlsq", "--option", "degree=3", "--option", "order=4", "-o", model, "--forecast", "5",
                "--forecast-to", forecast)
            #expect(ended.status == .success && ended.errors.contains("force stay at their last"), "\(ended.errors)")
            #expect(ended.output.contains("y' = 1.000 x - 0.300 y + 1.000 force - 1.000 x^3"), "\(ended.output)")
            let table = try TableFile.read(forecast)
            #expect(table.names == ["trajectory", "time", "x", "y"] && table.rowCount == 5)
            let kept = await solve("duffing", "--model", model)
            #expect(kept.status == .success && kept.output.contains("valid time"), "\(kept.errors)")
            #expect(await solve("duffing", "-m", "delay-regression", "-o", model).status == .success)
            #expect(await solve("duffing", "--model", model).status == .success)
        }
    }

    /// The numbers of trajectories are those of environments.
    @Test func environmentsAreTrajectories() async throws {
        try await withTemporaryFolder { folder in
            let (input, model, forecast) = (folder + "/runs.csv", folder + "/model.h5", folder + "/forecast.csv")
            let systems = [LotkaVolterra(alpha: 0.5), LotkaVolterra(alpha: 1)]
            let orbits = try systems.map {
                try RungeKutta4(substeps: 10).trajectory(of: $0, from: [2, 1], step: 0.2, steps: 10)
            }
            let data = try EnvironmentData(orbits.map { [$0] })
            let learnt = try LEADS(hidden: 4, layers: 1, steps: 3).fit(
                LEADSProblem(training: data, validation: data)
            ).estimate
            try ModelFile.write(learnt, method: "leads", to: model)
            func table(_ numbers: [Double]) -> [(name: String, values: [Double])] {
                [
                    ("run", numbers.flatMap { Array(repeating: $0, count: 11) }), ("t", orbits.flatMap(\.times)),
                    ("x", orbits.flatMap { Array($0.states.column(0)) }),
                    ("y", orbits.flatMap { Array($0.states.column(1)) }),
                ]
            }
            try write(table([2, 1]), to: input)
            let ended = await solve(
                input, "--model", model, "--trajectory-column", "run", "--forecast", "2", "--forecast-to", forecast)
            #expect(ended.status == .success && ended.output.contains("leads: 2 environments"), "\(ended.errors)")
            let told = try TableFile.read(forecast).column("x")
            for (number, environment) in [1, 0].enumerated() {
                let expected = try learnt.forecast(
                    environment: environment, from: orbits[number].state(10), steps: 2)
                #expect(told[2 * number] == expected.states[1, 0] && told[2 * number + 1] == expected.states[2, 0])
            }
            try write(table([1, 3]), to: input)
            let wrong = await solve(input, "--model", model, "--trajectory-column", "run")
            #expect(wrong.status == .usage && wrong.errors.contains("3 of 1 to 2"), "\(wrong.errors)")
        }
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let (input, model) = (folder + "/orbit.csv", folder + "/model.h5")
            let (renamed, slower) = (folder + "/renamed.csv", folder + "/slower.csv")
            try write(orbit(from: [2, 1]), names: ["x", "y"], to: input)
            try write(orbit(from: [2, 1]), names: ["x", "z"], to: renamed)
            try write(orbit(from: [2, 1], step: 0.04), names: ["x", "y"], to: slower)
            #expect(await solve(input, "-m", "delay-regression", "-o", model).status == .success)
            for (file, arguments, complaint) in [
                (renamed, ["--model", model], "takes the states x, y; the trajectory has x, z"),
                (slower, ["--model", model], "are not the model's, 0.02"),
                (input, ["--model", input], "orbit.csv"), (input, ["--model", folder + "/none.h5"], "none.h5"),
                (input, ["--model", model, "-m", "stlsq"], "leave one of them out"), (input, [], "--method is missing"),
                (input, ["--model", model, "--option", "delays=3"], "--option"),
                (input, ["--model", model, "-o", folder + "/again.h5"], "--output"),
                (input, ["--model", model, "--forecast", "3", "--forecast-to", model], "would be lost"),
                (input, ["--model", model, "--forecast-inputs", renamed], "there is no forecast"),
                (
                    input,
                    [
                        "--model", model, "--forecast", "3", "--forecast-to", folder + "/f.csv", "--forecast-inputs",
                        renamed,
                    ], "the model has no inputs"
                ),
            ] {
                let ended = await run(["solve", file] + arguments, catalogue: .standard)
                #expect(ended.status == .usage, "\(arguments)")
                #expect(ended.errors.contains(complaint), "\(arguments) \(ended.errors)")
                #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
            }
        }
    }
}
