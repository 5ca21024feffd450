import LacunaExperiment
import Testing

@testable import LacunaScenarios

@Test(arguments: [Profile.default, .paper])
func theResolvedTextIsTheScenario(profile: Profile) throws {
    let scenario = try readToy(
        .init(profile: profile, overrides: ["problem.sizes=7", "time_limit=2.5", "sweep.users=[1, 2]"]))
    let again = try readToy(text: scenario.resolvedText)
    #expect(again.resolvedText == scenario.resolvedText)
    #expect(again.parameters == scenario.parameters)
    #expect(again.axes == scenario.axes)
    #expect(again.figures == scenario.figures)
    #expect(again.citation == scenario.citation)
    #expect(again.timeLimit == 2.5)
    #expect(again.methods.map(\.options) == scenario.methods.map(\.options))
    #expect(again.methods.map(\.only) == scenario.methods.map(\.only))
    #expect(again.methods.map(\.trials) == scenario.methods.map(\.trials))
    #expect(try Plan(again).cells.map(\.id) == Plan(scenario).cells.map(\.id))
}

@Test func theResolvedTextHoldsEveryDefault() throws {
    let text = try readToy().resolvedText
    #expect(text.contains("iterations: 150"))
    #expect(text.contains("sizes: [2, 3]"))
    #expect(text.contains("label_text: \"on\""))
    #expect(!text.contains("profiles"))
}

@Test(arguments: [
    "plain", "on", "No", "~", "1e3", "012", "", "a: b", "# x", "quote \" and \\", "line\nbreak\ttab", "Ünïcode ± ×",
    "null", "-", "[x]", "2024-01-01", "yes please", "\u{7}\u{FEFF}", "🙂",
])
func quotedTextReadsBackAsText(text: String) throws {
    let node = try parseYAML("key: \(quoted(text))\n") { .file("t", line: $0, column: $1) }
    #expect(node?["key"]?.textValue == text)
}

@Test func theCatalogueFindsItsOwnContradictions() throws {
    #expect(Catalogue.standard.contradictions().isEmpty)
    var twice = toyCatalogue
    twice.register(ToyMethod(name: "omp"))
    #expect(twice.contradictions() == ["name 'omp' is registered 2 times"])
    #expect(throws: (any Error).self) { try toyCatalogue.method("sbll") }
}

@Test func optionsOfTheCommandLineFollowTheFilesRules() throws {
    let method = try toyCatalogue.method("sbl")
    let listed = try Catalogue.standard.method("svd-krosbl")
    let lists = try ["prune=0.01,0.1,1e-3", "prune=[0.01, 0.1, 1e-3]"].map { try readOptions([$0], of: listed) }
    #expect(try lists.map { try $0.numbers("prune") } == [[0.01, 0.1, 1e-3], [0.01, 0.1, 1e-3]])
    let values = try readOptions(["prune=1e-2", "noise_variance=3"], of: method)
    #expect(values["prune"] == .number(1e-2))
    #expect(values["noise_variance"] == .number(3))
    #expect(values["iterations"] == .integer(150))
    do {
        _ = try readOptions(["prunes=1", "iterations=0", "x"], of: method)
        Issue.record("wrong options were taken")
    } catch let error as ScenarioErrors {
        #expect(error.errors.count == 3)
        #expect("\(error)".contains("--option prunes=1  prunes: unknown option of method 'sbl'. Did you mean 'prune'?"))
    }
}
