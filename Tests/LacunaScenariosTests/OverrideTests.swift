import LacunaExperiment
import LacunaScenarios
import Testing

@Test func profilesAreLaidOverTheFile() throws {
    let smoke = try readToy(.init(profile: .smoke, overrides: ["methods.omp.only=null"]))
    #expect(smoke.trials == 2)
    #expect(smoke.axes[0].values == [.number(10)])
    #expect(smoke.methods.map(\.label) == ["svd-krosbl", "omp"])

    let standard = try readToy()
    #expect(standard.methods[1].trials == 2)
    #expect(standard.methods[1].options["prune"] == .number(1e-3))

    let paper = try readToy(.init(profile: .paper))
    #expect(paper.trials == 1000)
    #expect(paper.methods[1].trials == 3)
}

@Test func aMethodsOwnTrialsNeverExceedTheScenarios() throws {
    let scenario = try readToy(.init(profile: .paper, overrides: ["trials=2"]))
    #expect(scenario.methods[1].trials == nil)
}

@Test func overridesComeAfterTheProfileInOrder() throws {
    let overrides = [
        "trials=5", "trials=6", "sweep.snr_db=[5, 20]", "problem.users=2", "methods.svd-krosbl.prune=1e-3",
        "methods.cSBL.iterations=9", "figures.nmse.scale=log",
    ]
    let scenario = try readToy(.init(profile: .paper, overrides: overrides))
    #expect(scenario.trials == 6)
    #expect(scenario.axes[0].values == [.number(5), .number(20)])
    #expect(scenario.parameters["users"] == .integer(2))
    #expect(scenario.methods[0].options["prune"] == .number(1e-3))
    #expect(scenario.methods[1].options["iterations"] == .integer(9))
    #expect(scenario.figures[0].scale == .log)
}

@Test func aPathPartInQuotesMayHoldDots() throws {
    let text = toyScenario.replacingOccurrence(of: "label: \"cSBL\"", with: "label: \"cSBL v1.0\"")
        .replacingOccurrence(of: "methods: { cSBL: null }", with: "seed: 1")
        .replacingOccurrence(of: "methods: { cSBL: { trials: 2 } }", with: "seed: 1")
    let scenario = try readToy(.init(overrides: ["methods.\"cSBL v1.0\".prune=0.5"]), text: text)
    #expect(scenario.methods[1].options["prune"] == .number(0.5))
}

@Test(arguments: [
    ("trails=3", "--set trails=3  trails: unknown key of a scenario. Did you mean 'trials'?"),
    (
        "problem.snr_db=3",
        "--set problem.snr_db=3  problem.snr_db: the scenario sweeps it: a value here has no effect. Set sweep.snr_db=[…] instead"
    ),
    (
        "sweep.snr_dB=[1]",
        "--set sweep.snr_dB=[1]  sweep.snr_dB: unknown parameter of problem 'toy-mean'. Did you mean 'snr_db'?"
    ),
    (
        "methods.svd.prune=1",
        "--set methods.svd.prune=1  methods.svd: no element of this name in 'methods'. Did you mean 'svd-krosbl'? Known: svd-krosbl, cSBL, omp"
    ),
    (
        "methods.omp.prunes=1",
        "--set methods.omp.prunes=1  methods.omp.prunes: unknown option of method 'omp'. Did you mean 'prune'?"
    ),
    ("trials=on", "--set trials=on  trials: got `on`, which YAML reads as a truth value"),
    ("trials.x=3", "--set trials.x=3  trials: got a mapping; expected a whole number"),
    ("trials", "--set trials: expected path=value"),
    (".trials=1", "--set .trials=1: expected path=value"),
    ("trials=", "--set trials=: no value after '='. To remove the entry write trials=null"),
    (
        "sweep.snr_db=[0,",
        "the value '[0,' has unbalanced brackets. Put a list in brackets and the whole argument in quotes"
    ),
    ("sweep.snr_db=0,5,10", "got the text \"0,5,10\"; expected a number from -50 to 100 (dB). Put a list in brackets"),
    ("metrics=nmse", "got the text \"nmse\"; expected a list of metric names. Put a list in brackets"),
    ("time_limits=null", "--set time_limits=null  time_limits: nothing to remove here"),
])
func aWrongOverrideGivesOneLine(override: String, line: String) {
    let lines = errorLines(of: toyScenario, changes: .init(overrides: [override]))
    #expect(lines.count == 1, "\(lines)")
    #expect(lines.first?.contains(line) == true, "\(lines)")
}

@Test func allWrongOverridesAreReported() {
    #expect(errorLines(of: toyScenario, changes: .init(overrides: ["a", "b"])).count == 2)
}

@Test func methodsAreSelectedByLabelAndAddedByName() throws {
    let text = toyScenario.replacingOccurrence(of: "- svd-krosbl\n  - ", with: "- ")
    let scenario = try readToy(.init(methods: ["omp", "cSBL", "svd-krosbl"]), text: text)
    #expect(scenario.methods.map(\.label) == ["omp", "cSBL", "svd-krosbl"])
    #expect(scenario.methods[1].trials == 2)
    let lines = errorLines(of: toyScenario, changes: .init(methods: ["svd-krosb"]))
    #expect(lines.count == 1)
    #expect(
        lines[0].contains(
            "-m svd-krosb: neither a method of the scenario nor of the catalogue. Did you mean 'svd-krosbl'?"))
}

@Test func aProfileThatIsNotThereIsRefused() {
    let text = toyScenario.replacingOccurrence(of: "  paper: { trials: 1000 }\n", with: "")
    let lines = errorLines(of: text, changes: .init(profile: .paper))
    #expect(lines == ["toy.yaml: has no profile 'paper'. It has: smoke, default"])
}
