import LacunaExperiment
import LacunaScenarios
import Testing

private let text = toyScenario.replacingOccurrence(
    of: "band: quartiles }",
    with: "band: quartiles, algorithms: [svd-krosbl, cSBL] }\n  - { name: rest, x: snr_db, y: nmse, algorithms: [omp] }"
)

@Test func figuresDrawTheMethodsThatTheyList() throws {
    let scenario = try readToy(text: text)
    #expect(scenario.figures.map(\.algorithms) == [["svd-krosbl", "cSBL"], ["omp"]])
    #expect(try readToy(text: scenario.resolvedText).figures == scenario.figures)
    #expect(try readToy().figures[0].algorithms.isEmpty)
}

@Test func methodsThatAProfileDropsAreDroppedFromFigures() throws {
    let smoke = try readToy(.init(profile: .smoke), text: text)
    #expect(smoke.figures.map(\.algorithms) == [["svd-krosbl"], ["omp"]])
    let one = try readToy(.init(methods: ["omp"]), text: text)
    #expect(one.figures.map(\.name) == ["rest"])
    #expect(try readToy(text: one.resolvedText).figures == one.figures)
}

@Test func methodsOfTheCommandLineAreInEveryFigure() throws {
    // The file's label is cSBL.
    let scenario = try readToy(.init(methods: ["svd-krosbl", "sbl", "omp"]), text: text)
    #expect(scenario.figures.map(\.algorithms) == [["svd-krosbl", "sbl"], ["sbl", "omp"]])
}

@Test(arguments: [
    (
        "[omp]", "[opm]",
        "figures.rest.algorithms: 'opm' is not a method of the scenario. Did you mean 'omp'? Known: svd-krosbl, cSBL, omp"
    ),
    ("[omp]", "[]", "figures.rest.algorithms: the list is empty. Leave it out to draw all methods"),
    ("[omp]", "omp", "figures.rest.algorithms: got the text \"omp\"; expected a list of methods"),
])
func wrongListsOfMethodsAreRefused(old: String, new: String, line: String) {
    let lines = errorLines(of: text.replacingOccurrence(of: "algorithms: \(old)", with: "algorithms: \(new)"))
    #expect(lines.count == 1 && lines[0].contains(line), "\(lines)")
}
