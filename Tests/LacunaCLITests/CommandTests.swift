import Foundation
import LacunaDynamics
import Testing

@testable import LacunaCLI

@Test func listAndDescribeShowTheCatalogue() async throws {
    let methods = await lacuna("list", "methods")
    #expect(methods.status == .success)
    #expect(methods.output.split(separator: "\n").count == 5)
    let method = await lacuna("describe", "answers")
    #expect(method.output.contains("gain  1        a number from 0 to 10  factor on the answer"))
    #expect(method.output.contains("A. Author (2024). Toys. J. Toys 1"))
    let family = await lacuna("describe", "toy")
    #expect(family.output.contains("level  required  a number from -100 to 100 (dB)"))
    let unknown = await lacuna("describe", "answrs")
    #expect(unknown.status == .usage)
    #expect(unknown.errors.contains("Did you mean 'answers'?"))
    #expect(await lacuna("describe").status == .usage)
}

/// Methods that have the name of an operator do not hide it.
@Test(arguments: ["monarch", "kronecker", "sparse"])
func describeShowsAllOfAName(name: String) async throws {
    let ended = await run(["describe", name], catalogue: .standard)
    #expect(ended.output.hasPrefix("method \(name)\n") && ended.output.contains("\n\noperator \(name)\n"))
    let both = await run(["describe", name, "--json"], catalogue: .standard)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(both.output.utf8)) as? [String: Any])
    let others = try #require(object["also"] as? [[String: Any]])
    #expect(object["kind"] as? String == "method" && others.map { $0["kind"] as? String } == ["operator"])
    let one = await run(["describe", "kronecker-gram"], catalogue: .standard)
    #expect(one.output.hasPrefix("operator kronecker-gram\n"))
}

/// Equations, standard parameters and the orbit that `solve` takes.
@Test(arguments: standardSystems.map(\.name))
func describeShowsSystems(name: String) async throws {
    let ended = await run(["describe", name], catalogue: .standard)
    #expect(ended.status == .success && ended.output.hasPrefix("system \(name)\n"), "\(ended.errors)")
    let json = await run(["describe", name, "--json"], catalogue: .standard)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let system = try StandardSystem.named(name).system()
    let parameters = try #require(object["parameters"] as? [[String: Any]])
    #expect(parameters.compactMap { $0["default"] as? Double } == system.parameters.map(\.value))
    #expect(object["equations"] as? [String] == system.equations && object["orbit"] != nil)
    let list = await run(["list", "systems"], catalogue: .standard)
    #expect(list.output.contains("\(name) "))
}

@Test func theSchemaIsJSONAndNamesEveryOption() async throws {
    let ended = await lacuna("describe", "--schema")
    let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
    #expect(object?["properties"] != nil)
    for name in ["gain", "level", "draw", "toy", "answers", "time_limit"] {
        #expect(ended.output.contains("\"\(name)\""))
    }
}

@Test func validateGivesALinePerErrorAndStatus2() async throws {
    try await withTemporaryFolder { folder in
        let scenario = try writeScenario(in: folder)
        let valid = await lacuna("validate", scenario)
        #expect(valid.status == .success)
        #expect(valid.output == "\(scenario): valid\n")
        let text = try String(contentsOfFile: scenario, encoding: .utf8)
        let wrong = text.replacingOccurrences(of: "trials: 6", with: "trails: 6").replacingOccurrences(
            of: "y: error", with: "y: eror")
        try wrong.write(toFile: scenario, atomically: true, encoding: .utf8)
        let ended = await lacuna("validate", scenario, folder + "/none.yaml")
        #expect(ended.status == .usage)
        let lines = ended.errors.split(separator: "\n")
        #expect(lines.count == 3, "\(ended.errors)")
        #expect(lines[0].hasPrefix("\(scenario):8:"))
        #expect(lines[1].contains("trails: unknown key of a scenario (profile paper). Did you mean 'trials'?"))
        #expect(lines[2].contains("no such file"))
    }
}

@Test func describeAndValidateAsJSON() async throws {
    func object(_ ended: Ended) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
    }
    let method = try object(await lacuna("describe", "answers", "--json"))
    #expect(method["kind"] as? String == "method" && method["name"] as? String == "answers")
    #expect((method["citation"] as? [String: Any])?["year"] as? Int == 2024)
    let option = try #require((method["parameters"] as? [[String: Any]])?.first)
    #expect(option["name"] as? String == "gain" && option["default"] as? Double == 1)
    #expect(option["required"] as? Bool == false)
    let family = try object(await lacuna("describe", "toy", "--json"))
    #expect((family["metrics"] as? [[String: Any]])?.first?["better"] as? String == "lower")
    try await withTemporaryFolder { folder in
        let scenario = try writeScenario(in: folder)
        let described = try object(await lacuna("describe", scenario, "--json"))
        #expect(described["kind"] as? String == "scenario" && described["cells"] as? Int == 12)
        let valid = try object(await lacuna("validate", scenario, "--json"))
        #expect(valid["valid"] as? Bool == true)
        let ended = await lacuna("validate", scenario, folder + "/none.yaml", "--json")
        #expect(ended.status == .usage && ended.errors.isEmpty)
        let files = try #require(try object(ended)["files"] as? [[String: Any]])
        #expect(files.map { $0["valid"] as? Bool } == [true, false])
        let error = try #require((files[1]["errors"] as? [[String: Any]])?.first)
        #expect(error["problem"] as? String == "no such file" && error["place"] as? String == folder + "/none.yaml")
    }
}

@Test func planMeasuresTwoCellsOfEachMethod() async throws {
    try await withTemporaryFolder { folder in
        let scenario = try writeScenario(in: folder, methods: "[answers, throws]")
        let counted = await lacuna("plan", scenario)
        #expect(counted.output.contains("add --measure, which runs 4 of the cells"))
        let text = await lacuna("plan", scenario, "--measure", "-j", "2")
        #expect(text.status == .success && text.errors == "measuring 4 cells on one worker\n")
        #expect(text.output.contains("on 2 workers:") && text.output.contains("failed: toy: always fails"))
        let ended = await lacuna("plan", scenario, "--measure", "-j", "2", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        let estimate = try #require(object["estimate"] as? [String: Any])
        let parts = try #require(estimate["parts"] as? [[String: Any]])
        #expect(parts.map { $0["name"] as? String } == ["(draws)", "answers", "throws"])
        #expect(parts.map { $0["count"] as? Int } == [12, 12, 12])
        #expect(parts.allSatisfy { ($0["seconds_per_cell"] as? [Double])?.count == 2 })
        // Both ends are sums over cells, shared by the workers.
        let seconds = try #require(estimate["seconds"] as? [Double])
        for end in 0..<2 {
            let sum = parts.reduce(0.0) { sum, part in
                sum + 12 * ((part["seconds_per_cell"] as? [Double])?.sorted()[end] ?? .nan)
            }
            #expect(abs(seconds[end] - sum / 2) <= 1e-12)
        }
        #expect(try #require(estimate["memory_bytes"] as? Int) > 1_000_000)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["toy.yaml"])
        #expect(await lacuna("plan", scenario, "-j", "0").status == .usage)
    }
}

@Test func planCountsCellsAndWritesASlurmScript() async throws {
    try await withTemporaryFolder { folder in
        let scenario = try writeScenario(in: folder, methods: "[answers, { kind: diverges, trials: 2 }]")
        let script = folder + "/job.sh"
        let ended = await lacuna(
            "plan", scenario, "--shards", "5", "--slurm", script, "--set", "sweep.level=[1, 2]", "-o",
            folder + "/my out")
        #expect(ended.status == .success, "\(ended.errors)")
        #expect(ended.output.contains("12 cells: 2 points, 4 trials"))
        let text = try String(contentsOfFile: script, encoding: .utf8)
        #expect(text.contains("#SBATCH --array=0-4"))
        #expect(text.contains("--set 'sweep.level=[1, 2]'"))
        #expect(text.contains("--shard \"$SLURM_ARRAY_TASK_ID/5\""))
        #expect(text.contains("--dependency=afterany"))
        #expect(try spawn("/bin/bash", ["-n", script]).status == 0)
    }
}

@Test func theSlurmScriptRunsItsShardAndAsksForTheCollection() async throws {
    try await withTemporaryFolder { folder in
        // Stand-ins that write down how they are called.
        for name in ["sbatch", "lacuna"] {
            let path = folder + "/" + name
            try "#!/bin/bash\nprintf '%s|' \(name) \"$@\" >> \(folder)/calls; echo >> \(folder)/calls\n"
                .write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let script = SlurmScript(arguments: ["a b.yaml", "--set", "x=[1, 2]"], output: "it's", name: "toy", shards: 3)
        try script.text.write(toFile: folder + "/job.sh", atomically: true, encoding: .utf8)
        let environment = ["PATH": folder + ":/usr/bin:/bin", "SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_JOB_ID": "77"]
        #expect(try spawn("/bin/bash", [folder + "/job.sh"], environment: environment).status == 0)
        let calls = try String(contentsOfFile: folder + "/calls", encoding: .utf8).split(separator: "\n")
        #expect(calls[0] == "sbatch|--job-name=toy-collect|--dependency=afterany:77|--wrap|lacuna collect 'it'\\''s'|")
        #expect(calls[1] == "lacuna|run|a b.yaml|--set|x=[1, 2]|--shard|0/3|-j|1|-q|-o|it's|")
    }
}

@Test func doctorNamesTheLibraries() async throws {
    let ended = await lacuna("doctor")
    for name in ["BLAS", "FFTW", "HDF5", "gnuplot", "vector instructions"] { #expect(ended.output.contains(name)) }
}

@Test func theTableAlignsItsColumns() {
    var table = TextTable(["name", "n"])
    table.append(["a", "10"])
    table.append(["long name", "5"])
    #expect(table.text == "name        n\na          10\nlong name   5")
}

@Test(arguments: [
    (-1.079e-06, "0.00"), (-21.049, "-21.05"), (3, "3.00"), (Double.nan, "-"), (-Double.infinity, "-inf"),
])
func decibelsHaveTwoDecimals(value: Double, text: String) {
    #expect(decibelText(value) == text)
}

@Test func theTimeLeftIsUnknownUntilEveryMethodWasSeen() {
    // Two methods: 3 cells that take 1 s, 2 that take 10 s.
    var time = TimeLeft([0, 0, 0, 1, 1])
    time.finished(0, seconds: 1)
    #expect(time.left(elapsed: 1) == nil)
    time.finished(1, seconds: 10)
    // 12 s of 11 are left; two workers took half the time.
    #expect(time.left(elapsed: 5.5) == 6)
    for (method, seconds) in [(0, 1.0), (0, 1), (1, 10)] { time.finished(method, seconds: seconds) }
    #expect(time.left(elapsed: 11.5) == 0)
}

@Test(arguments: [(0.0, "00:00"), (61, "01:01"), (3725, "1:02:05"), (Double.infinity, "--:--")])
func durationsReadAsAClock(seconds: Double, text: String) {
    #expect(clockText(seconds) == text)
}
