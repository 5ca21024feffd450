import LacunaExperiment
import LacunaScenarios
import Testing

@Test func aCompleteScenarioIsRead() throws {
    let scenario = try readToy()
    #expect(scenario.name == "toy-nmse")
    #expect(scenario.title == "Toy: error against SNR")
    #expect(scenario.citation?.source == "arXiv 2307.14719")
    #expect(scenario.paperFigure == "3a")
    #expect(scenario.axes.map(\.name) == ["snr_db"])
    #expect(scenario.axes[0].unit == "dB")
    #expect(scenario.axes[0].values == [.number(0), .number(5), .number(10)])
    #expect(scenario.parameters["users"] == .integer(8))
    #expect(scenario.parameters["snr_db"] == nil)
    #expect(scenario.parameters["sizes"] == .list([.integer(2), .integer(3)]))
    #expect(scenario.methods.map(\.label) == ["svd-krosbl", "cSBL", "omp"])
    #expect(scenario.methods[1].options["prune"] == .number(1e-3))
    #expect(scenario.methods[1].options["iterations"] == .integer(150))
    #expect(scenario.methods[1].options["noise_variance"] == nil)
    #expect(scenario.methods[2].only == ["snr_db": [.number(5), .number(10)]])
    #expect(scenario.trials == 20)
    #expect(scenario.metrics == ["nmse", "seconds"])
    #expect(scenario.seed == 7)
    #expect(scenario.figures[0].scale == .dB)
    #expect(scenario.figures[0].title == scenario.title)
    #expect(scenario.notes == ["A toy."])
}

@Test func whatIsLeftOutHasItsDefault() throws {
    let text = """
        lacuna: 1
        name: small
        problem: { kind: toy-mean, snr_db: 3 }
        methods: [omp]
        trials: 1
        """
    let scenario = try readToy(text: text)
    #expect(scenario.title == "small")
    #expect(scenario.axes.isEmpty)
    #expect(scenario.parameters["snr_db"] == .number(3))
    #expect(scenario.metrics == ["nmse", "seconds", "iterations"])
    #expect(scenario.figures.isEmpty)
    #expect(scenario.recordsHistory == false)
    #expect(try Plan(scenario).cellCount == 1)
}

@Test(arguments: [
    ("{ from: 0, to: 20, step: 5 }", [0, 5, 10, 15, 20]),
    ("{ from: 0, to: 0.5, step: 0.1 }", [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    ("{ from: 6, to: -1, step: -3 }", [6, 3, 0]), ("10", [10]),
])
func axesAreListsRangesOrOneValue(spelling: String, values: [Double]) throws {
    let scenario = try readToy(
        .init(overrides: ["methods.omp=null"]),
        text: toyScenario.replacingOccurrence(of: "[0, 5, 10]", with: spelling))
    #expect(scenario.axes[0].values == values.map { .number($0) })
}

@Test func anEmptyMappingChangesNothingAndIsRefused() {
    let error = #expect(throws: ScenarioErrors.self) {
        try readToy(.init(overrides: ["sweep={}"]), text: toyScenario)
    }
    #expect(
        error.map { "\($0)".contains("sweep: an empty mapping changes nothing. null removes an entry of it") } == true)
}

@Test func aliasesThatMultiplyAreRefused() {
    var text = "a: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
    for level in 1...7 {
        text +=
            "b\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    let error = #expect(throws: ScenarioErrors.self) { try readToy(.init(), text: text) }
    #expect(error.map { "\($0)".contains("more than 1000000 values") } == true)
}

/// One change to the valid file, and the one line that it must give.
struct Fault: Sendable, CustomTestStringConvertible {
    let replace: String
    let with: String
    let line: String

    init(_ replace: String, _ with: String, _ line: String) {
        (self.replace, self.with, self.line) = (replace, with, line)
    }

    var testDescription: String { line }
}

private let faults = [
    Fault("trials: 20", "trails: 20", "toy.yaml:12:1  trails: unknown key of a scenario. Did you mean 'trials'?"),
    Fault(
        "trials: 20", "trials: 0", "toy.yaml:12:9  trials: got the number 0; expected a whole number from 1 to 10000000"
    ),
    Fault("trials: 20", "trials: 2.5", "toy.yaml:12:9  trials: got the number 2.5; expected a whole number"),
    Fault("trials: 20", "trials: \"20\"", "toy.yaml:12:9  trials: got the text \"20\"; expected a whole number"),
    Fault("trials: 20", "trials: 012", "toy.yaml:12:9  trials: got `012`, which YAML reads as an octal"),
    Fault("trials: 20", "trials: 12:30", "toy.yaml:12:9  trials: got `12:30`, which YAML reads as a number in base 60"),
    Fault("trials: 20", "trials:", "trials: got no value; expected a whole number from 1 to 10000000. Give a value"),
    Fault("trials: 20", "trials: [1]", "toy.yaml:12:9  trials: got a list; expected a whole number"),
    Fault("trials: 20\n", "", "toy.yaml:1:1  trials: missing. Every scenario has"),
    Fault(
        "lacuna: 1", "lacuna: 2", "toy.yaml:1:9  lacuna: schema version 2; this lacuna reads version 1. Update lacuna"),
    Fault("lacuna: 1\n", "", "toy.yaml:1:1  lacuna: missing"),
    Fault(
        "name: toy-nmse", "name: on",
        "toy.yaml:2:7  name: got `on`, which YAML reads as a truth value; expected a text. Put it in quotes: \"on\""),
    Fault("name: toy-nmse", "name: 2024-01-01", "toy.yaml:2:7  name: got `2024-01-01`, which YAML reads as a date"),
    Fault("name: toy-nmse", "name: Toy NMSE", "toy.yaml:2:7  name: got \"Toy NMSE\"; expected lower-case letters"),
    Fault(
        "kind: toy-mean", "kind: toy-maen",
        "toy.yaml:5:18  problem.kind: unknown problem 'toy-maen'. Did you mean 'toy-mean'?"),
    Fault("kind: toy-mean, ", "", "toy.yaml:5:10  problem.kind: missing. Known: toy-mean"),
    Fault(
        "users: 8", "user: 8",
        "toy.yaml:5:28  problem.user: unknown parameter of problem 'toy-mean'. Did you mean 'users'?"),
    Fault(
        "users: 8", "users: 65", "toy.yaml:5:35  problem.users: got the number 65; expected a whole number from 1 to 64"
    ),
    Fault("users: 8", "users: yes", "toy.yaml:5:35  problem.users: got `yes`, which YAML reads as a truth value"),
    Fault("fading", "fadign", "toy.yaml:5:47  problem.channel: unknown choice 'fadign'. Did you mean 'fading'?"),
    Fault(
        "users: 8", "shared: yes",
        "toy.yaml:5:36  problem.shared: got `yes`, which YAML reads as a truth value; expected true or false. Write true or false"
    ),
    Fault("users: 8", "sizes: []", "toy.yaml:5:35  problem.sizes: got an empty list; expected a list of whole numbers"),
    Fault(
        "users: 8", "sizes: [1, 101]",
        "toy.yaml:5:39  problem.sizes[1]: got the number 101; expected a list of whole numbers from 1 to 100"),
    Fault(
        "  snr_db: [0, 5, 10]", "  snr_dB: [0, 5, 10]",
        "toy.yaml:7:3  sweep.snr_dB: unknown parameter of problem 'toy-mean'. Did you mean 'snr_db'?"),
    Fault("[0, 5, 10]", "[]", "toy.yaml:7:11  sweep.snr_db: the list is empty: the sweep would have no points"),
    Fault("[0, 5, 10]", "[0, 5, 5.0]", "toy.yaml:7:18  sweep.snr_db[2]: the value 5 appears twice on this axis"),
    Fault(
        "[0, 5, 10]", "[5, 10, 200]",
        "toy.yaml:7:19  sweep.snr_db[2]: got the number 200; expected a number from -50 to 100 (dB)"),
    Fault("[0, 5, 10]", "[5, 10, .inf]", "toy.yaml:7:19  sweep.snr_db[2]: got `.inf`, which YAML reads as infinity"),
    Fault(
        "[0, 5, 10]", "{ from: 0, to: 10, step: 0 }",
        "toy.yaml:7:11  sweep.snr_db: a step of 0 never leads from 0 to 10"),
    Fault("[0, 5, 10]", "{ from: 0, to: 10 }", "toy.yaml:7:11  sweep.snr_db.step: missing"),
    Fault(
        "- svd-krosbl", "- svd-krosb",
        "toy.yaml:9:5  methods.svd-krosb: unknown method 'svd-krosb'. Did you mean 'svd-krosbl'?"),
    Fault(
        "prune: 1e-3", "prunne: 1e-3",
        "toy.yaml:10:44  methods.cSBL.prunne: unknown option of method 'sbl'. Did you mean 'prune'?"),
    Fault(
        "prune: 1e-3", "prune: 1.5",
        "toy.yaml:10:51  methods.cSBL.prune: got the number 1.5; expected a number from 0 to 1"),
    Fault("- svd-krosbl", "- omp", "toy.yaml:11:5  methods.omp: the label 'omp' is used twice"),
    Fault(
        "snr_db: [5, 10] }", "snr: [5, 10] }",
        "toy.yaml:11:26  methods.omp.only.snr: unknown axis of the sweep. Did you mean 'snr_db'?"),
    Fault(
        "snr_db: [5, 10] }", "snr_db: [6] }",
        "toy.yaml:11:34  methods.omp.only.snr_db: none of these values is on the axis"),
    Fault(
        "metrics: [nmse, seconds]", "metrics: [nsme]",
        "toy.yaml:13:11  metrics[0]: unknown metric 'nsme' of problem 'toy-mean'. Did you mean 'nmse'?"),
    Fault(
        "metrics: [nmse, seconds]", "metrics: nmse",
        "toy.yaml:13:10  metrics: got the text \"nmse\"; expected a list of metric names"),
    Fault("seed: 7", "seed: -1", "toy.yaml:14:7  seed: got the number -1; expected a whole number of at least 0"),
    Fault(
        "x: snr_db, y", "x: snr, y",
        "toy.yaml:16:22  figures.nmse.x: 'snr' is neither an axis of the sweep nor a metric. Did you mean 'snr_db'?"),
    Fault(
        "x: snr_db, y: nmse", "x: iteration, y: cost",
        "toy.yaml:16:22  figures.nmse.x: a curve against iterations needs the cost of each. Set `history: true`"),
    Fault("scale: db", "scale: bd", "toy.yaml:16:46  figures.nmse.scale: unknown choice 'bd'. Did you mean 'db'?"),
    Fault(
        "scale: db", "published: true", "toy.yaml:16:50  figures.nmse.published: the scenario names no published curves"
    ),
    Fault(
        "  default: {", "  defualt: {",
        "toy.yaml:20:3  profiles.defualt: unknown profile of a scenario. Did you mean 'default'?"),
    Fault(
        "default: { methods: { cSBL:", "default: { methods: { CSBL:",
        "toy.yaml:20:25  methods.CSBL: no element of this name in 'methods'. Did you mean 'cSBL'?"),
    Fault("year: 2024, ", "", "toy.yaml:4:8  paper.year: missing"),
    Fault(
        "arxiv: \"2307.14719\"", "arxiv: 2307.14719",
        "toy.yaml:4:66  paper.arxiv: got the number 2307.14719; expected a text. Put it in quotes: \"2307.14719\""),
    Fault("seed: 7", "seed: 7\nseed: 8", "the key 'seed' is given more than once in one mapping"),
    Fault("seed: 7", "seed: [7", "not valid YAML:"),
]

@Test(arguments: faults)
func aFaultGivesItsLine(fault: Fault) throws {
    let text = toyScenario.replacingOccurrence(of: fault.replace, with: fault.with)
    #expect(text != toyScenario)
    let lines = errorLines(of: text)
    #expect(lines.contains { $0.contains(fault.line) }, "\(lines)")
    #expect(lines.allSatisfy { !$0.contains("\n") })
}

@Test(arguments: [
    ("", "toy.yaml:1:1: the file is empty"), ("# only a comment\n", "toy.yaml:1:1: the file is empty"),
    ("- a\n- b\n", "toy.yaml:1:1: got a list; expected a mapping"),
    ("trials\n", "toy.yaml:1:1: got the text \"trials\"; expected a mapping"),
    ("a: 1\n---\nb: 2\n", "toy.yaml:2:1: not valid YAML"),
])
func aFileThatIsNoScenarioGivesOneLine(text: String, line: String) {
    let lines = errorLines(of: text)
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix(line) == true, "\(lines)")
}

@Test func allErrorsOfAFileComeAtOnceInItsOrder() {
    let text =
        toyScenario
        .replacingOccurrence(of: "users: 8", with: "users: 0")
        .replacingOccurrence(of: "- svd-krosbl", with: "- svd")
        .replacingOccurrence(of: "prune: 1e-3", with: "prune: 2")
        .replacingOccurrence(of: "trials: 20", with: "trials: no")
        .replacingOccurrence(of: "nmse, seconds", with: "nmse, second")
    let places = errorLines(of: text).map { String($0.prefix { $0 != " " }) }
    #expect(places == ["toy.yaml:5:35", "toy.yaml:9:5", "toy.yaml:10:51", "toy.yaml:12:9", "toy.yaml:13:17"])
}

@Test func aMissingRequiredParameterIsNamed() {
    let text = toyScenario.replacingOccurrence(of: "sweep:\n  snr_db: [0, 5, 10]", with: "")
    #expect(
        errorLines(of: text).contains {
            $0.contains("problem.snr_db: missing; problem 'toy-mean' needs it: a number from -50 to 100 (dB)")
        })
}

extension String {
    /// The first occurrence only.
    func replacingOccurrence(of part: String, with other: String) -> String {
        guard let range = range(of: part) else { return self }
        return replacingCharacters(in: range, with: other)
    }

    private func range(of part: String) -> Range<String.Index>? { firstRange(of: part) }

    private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
