import Foundation
import LacunaArrays
import LacunaDynamics
import LacunaIO
import LacunaScenarios
import Testing

@testable import LacunaCLI

/// `lacuna solve` on tables of trajectories.
@Suite struct SolveTrajectoryTests {
    private func solve(_ arguments: String...) async -> Ended {
        await run(["solve"] + arguments, catalogue: .standard)
    }

    private func writeOrbit(to path: String, missing: Int? = nil) throws {
        let orbit = try RungeKutta4(substeps: 5).trajectory(of: LotkaVolterra(), from: [2, 1], step: 0.01, steps: 1500)
        var text = "t,prey,hunters\n"
        for row in 0..<orbit.count {
            let prey = row == missing ? "" : "\(orbit.states[row, 0])"
            text += "\(orbit.times[row]),\(prey),\(orbit.states[row, 1])\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func equationsArePrintedAndKept() async throws {
        try await withTemporaryFolder { folder in
            let (input, output) = (folder + "/orbit.csv", folder + "/model.h5")
            try writeOrbit(to: input)
            let ended = await solve(input, "--method", "stlsq", "--option", "order=4", "-o", output)
            #expect(ended.status == .success && ended.errors.isEmpty, "\(ended.errors)")
            #expect(ended.output.contains("prey' = 1.000 prey - 0.500 prey hunters"), "\(ended.output)")
            #expect(ended.output.contains("hunters' = -0.750 hunters + 0.250 prey hunters"), "\(ended.output)")
            let model = try #require(try ModelFile.read(output).content as? SINDyModel)
            #expect(model.complexity == 4 && model.stateNames == ["prey", "hunters"])
        }
    }

    @Test func forecastsAreTables() async throws {
        try await withTemporaryFolder { folder in
            let (input, output) = (folder + "/orbit.csv", folder + "/forecast.csv")
            // A linear system: its delays extrapolate exactly.
            let orbit = try RungeKutta4().trajectory(of: LinearOscillator(), from: [2, 1], step: 0.05, steps: 320)
            var text = "t,prey,hunters\n"
            for row in 0...300 { text += "\(orbit.times[row]),\(orbit.states[row, 0]),\(orbit.states[row, 1])\n" }
            try text.write(toFile: input, atomically: true, encoding: .utf8)
            let ended = await solve(
                input, "--method", "delay-regression", "--forecast", "20", "--forecast-to", output, "--quiet")
            #expect(ended.status == .success && ended.output.isEmpty, "\(ended.errors)")
            let table = try TableFile.read(output)
            #expect(table.names == ["trajectory", "time", "prey", "hunters"] && table.rowCount == 20)
            let prey = try table.column("prey"), times = try table.column("time")
            for row in 0..<20 {
                #expect(abs(times[row] - orbit.times[301 + row]) < 1e-9)
                #expect(abs(prey[row] - orbit.states[301 + row, 0]) < 1e-8)
            }
            let reconstruction = await solve(
                input, "--method", "havok", "--option", "delays=20", "--option", "rank=2", "--forecast", "5",
                "--forecast-to", output)
            #expect(reconstruction.status != .success && reconstruction.errors.contains("does not forecast"))
        }
    }

    @Test func hdf5FilesAndNamedSystems() async throws {
        try await withTemporaryFolder { folder in
            let input = folder + "/orbit.h5"
            let orbit = try RungeKutta4(substeps: 5).trajectory(
                of: LotkaVolterra(), from: [2, 1], step: 0.01, steps: 900)
            try HDF5File.write(to: input) { file in
                try file.write(orbit.times, to: "t")
                try file.write(
                    Tensor(dimensions: [orbit.count, 2], storage: orbit.states.transposed.storage), to: "x")
            }
            let ended = await solve(input, "--method", "stlsq", "--option", "order=4")
            #expect(ended.output.contains("x1' = 1.000 x1 - 0.500 x1 x2"), "\(ended.errors) \(ended.output)")
            try HDF5File.write(to: input) { file in
                try file.write([0.0, 1], to: "t")
                try file.write([1.0], to: "x")
            }
            let refused = await solve(input, "--method", "stlsq")
            #expect(refused.status != .success && refused.errors.contains("no columns of one length"))
        }
        let named = await solve("lorenz", "--method", "stlsq", "--option", "order=4")
        #expect(named.output.contains("x' = -10.000 x + 10.000 y"), "\(named.errors) \(named.output)")
        let confused = await solve("lorenz", "--method", "stlsq", "--step", "1")
        #expect(confused.status != .success && confused.errors.contains("named system"))
    }

    @Test func missingNumbersAndReports() async throws {
        try await withTemporaryFolder { folder in
            let input = folder + "/orbit.csv"
            try writeOrbit(to: input, missing: 700)
            let refused = await solve(input, "--method", "stlsq")
            #expect(
                refused.status != .success && refused.errors.contains("line 702")
                    && refused.errors.contains("--drop-missing"))
            let ended = await solve(input, "--method", "stlsq", "--drop-missing", "--json")
            #expect(ended.status == .success, "\(ended.errors)")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
            #expect(report["trajectories"] as? Int == 2 && report["samples"] as? Int == 1500)
            #expect((report["lines"] as? [String])?.count == 2 && (report["notes"] as? [String])?.count == 1)
        }
    }

    /// x' = x² runs away at t = 1: the model is kept and shown, and the forecast says when.
    @Test func aForecastThatFailsLosesNothing() async throws {
        try await withTemporaryFolder { folder in
            let (input, output) = (folder + "/blow.csv", folder + "/model.h5")
            let rows = (0...900).map { "\(100 + Double($0) / 1000),\(1 / (1 - Double($0) / 1000))" }
            try ("t,x\n" + rows.joined(separator: "\n")).write(toFile: input, atomically: true, encoding: .utf8)
            let ended = await solve(
                input, "--method", "stlsq", "--option", "order=4", "--forecast", "300", "--forecast-to",
                folder + "/f.csv", "-o", output)
            #expect(ended.status == .usage && ended.output.contains("x' = 1.000 x^2"), "\(ended.output)")
            #expect(ended.errors.contains("runs away by t = 100.99") || ended.errors.contains("runs away by t = 101"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/f.csv"))
            #expect(try ModelFile.read(output).method == "stlsq")
        }
    }

    /// Pieces that are too short for the derivative are left out, with a note; maps want equal steps.
    @Test func shortPiecesAndUnequalSteps() async throws {
        try await withTemporaryFolder { folder in
            let input = folder + "/orbit.csv"
            try writeOrbit(to: input, missing: 3)
            let ended = await solve(
                input, "--method", "stlsq", "--drop-missing", "--option", "derivative=savitzky-golay")
            #expect(ended.status == .success, "\(ended.errors)")
            #expect((ended.output + ended.errors).contains("left out: 1"), "\(ended.output)\(ended.errors)")
            try "t,x\n0,1\n1,2\n3,4\n4,8\n5,9\n".write(toFile: input, atomically: true, encoding: .utf8)
            let map = await solve(input, "--method", "stlsq", "--option", "derivative=map", "--option", "degree=1")
            #expect(map.status == .usage && map.errors.contains("equal steps"), "\(map.errors)")
            let rows = (0..<20).map { "\($0),\($0 % 3),\($0 % 5),\($0 % 7)" }
            try ("t,x,y,x y\n" + rows.joined(separator: "\n")).write(toFile: input, atomically: true, encoding: .utf8)
            let names = await solve(input, "--method", "stlsq")
            #expect(
                names.status == .usage && names.errors.contains("'x y' is the name of two terms"), "\(names.errors)")
        }
    }

    @Test func thresholdsAreScanned() async throws {
        try await withTemporaryFolder { folder in
            let (input, output) = (folder + "/orbit.csv", folder + "/model.h5")
            try writeOrbit(to: input)
            let ended = await solve(
                input, "-m", "stlsq", "--option", "order=4", "--scan-thresholds", "0.001,0.1,0.4,0.9", "-o", output)
            #expect(ended.status == .success && ended.errors.isEmpty, "\(ended.errors)")
            let lines = ended.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines[0].prefix(2) == ["threshold", "terms"])
            #expect(lines[1...4].map { $0[0] } == ["0.001", "0.1", "0.4", "0.9"])
            // A quarter is below 0.4: the coupling of the hunters goes, and without it nothing is left of their decay.
            #expect(lines[2][1] == "4" && lines[2].last == "chosen" && lines[3][1] == "2", "\(ended.output)")
            #expect(try #require(ModelFile.read(output).content as? SINDyModel).complexity == 4)
            let report = await solve(input, "-m", "sr3", "--scan-thresholds", "auto", "--json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
            let scan = try #require(object["threshold_scan"] as? [[String: Any]])
            let chosen = scan.filter { $0["chosen"] as? Bool == true }
            #expect(scan.count == 20 && chosen.count == 1 && chosen[0]["terms"] as? Int == 4, "\(scan)")
            let options = try #require(object["options"] as? [String: Any])
            #expect(options["threshold"] as? Double == chosen[0]["threshold"] as? Double)
        }
    }

    @Test func constraintsAreTyped() async throws {
        try await withTemporaryFolder { folder in
            let input = folder + "/orbit.csv"
            try writeOrbit(to: input)
            let ended = await solve(
                input, "-m", "stlsq", "--option",
                "constraints=prey'[prey hunters] = -2 hunters'[prey hunters]; prey[prey] = 1")
            #expect(ended.status == .success, "\(ended.errors)")
            #expect(ended.output.contains("prey' = 1.000 prey - 0.500 prey hunters"), "\(ended.output)")
        }
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let input = folder + "/orbit.csv"
            try writeOrbit(to: input)
            for (arguments, complaint) in [
                (["--method", "stlsq", "--preset", "irs"], "--preset"),
                (["--method", "omp", "--inputs", "prey", "-o", folder + "/x.h5"], "--inputs"),
                (["--method", "omp", "--seed", "3", "-o", folder + "/x.h5"], "--seed"),
                (["--method", "havok", "--inputs", "prey"], "'havok' knows states only"),
                (["--method", "stlsq", "--time-column", "clock"], "clock"),
                (["--method", "stlsq", "--forecast", "3"], "--forecast-to"),
                (["--method", "stlsq", "--option", "threshold=1e5"], "Try thresholds from"),
                (["--method", "sr3", "--option", "threshold=1e5"], "Try thresholds from"),
                (["--method", "dmd", "--scan-thresholds", "auto"], "'dmd' has no threshold"),
                (["--method", "stlsq", "--scan-thresholds", "0.1,much"], "expected auto"),
                (["--method", "stlsq", "--scan-thresholds", "auto", "--option", "threshold=1"], "given by --option"),
                (["--method", "stlsq", "--option", "constraints=prey'[rain] = 1"], "no term 'rain'"),
                (["--method", "omp"], "-o"), (["--method", "stlsq", "-o", input], "would be lost"),
            ] {
                let ended = await run(["solve", input] + arguments, catalogue: .standard)
                #expect(ended.status != .success && ended.errors.contains(complaint), "\(arguments) \(ended.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/x.h5"))
        }
    }
}
