import LacunaExperiment
import LacunaNets
import LacunaScenarios
import Testing

@Suite struct EstimateFigureReaderTests {
    private static func text(_ figure: String) -> String {
        toyScenario.replacingOccurrence(of: "band: quartiles }", with: "band: quartiles }\n  - \(figure)")
    }

    @Test func figuresOfMasksAreRead() throws {
        let text = Self.text(
            "{ kind: masks, name: taps, title: Taps, array: taps, algorithms: [omp, cSBL], at: { snr_db: 5 } }\n  - { kind: masks, array: gains }"
        )
        let scenario = try readToy(text: text)
        #expect(scenario.figures.map(\.name) == ["nmse"])
        #expect(
            scenario.estimateFigures == [
                .init(
                    .masks, name: "taps", title: "Taps", of: "taps", algorithms: ["cSBL", "omp"],
                    at: ["snr_db": .number(5)]),
                .init(.masks, name: "masks", title: scenario.title, of: "gains"),
            ])
        let again = try readToy(text: scenario.resolvedText)
        #expect(again.estimateFigures == scenario.estimateFigures && again.figures == scenario.figures)
        #expect(again.resolvedText == scenario.resolvedText)
        // Without any of its methods there is no figure.
        #expect(
            try readToy(
                .init(methods: ["svd-krosbl"]), text: Self.text("{ kind: masks, array: taps, algorithms: [omp] }")
            ).estimateFigures.isEmpty)
    }

    @Test(arguments: [
        (
            "{ kind: masks, array: tap }",
            "figures.masks.array: the estimates have no array 'tap'. Did you mean 'taps'? Known: taps, gains"
        ),
        (
            "{ kind: views, view: orbit }",
            "figures.views.view: the estimates have no view 'orbit'. Known: taps-over-time"
        ),
        ("{ kind: views }", "figures.views.view: missing; a figure of views shows curves of the estimates"),
        ("{ kind: views, view: taps-over-time, array: taps }", "array: unknown key of a figure of views"),
        ("{ kind: masks }", "figures.masks.array: missing; a figure of masks shows which entries of an array stay"),
        (
            "{ kind: masks, array: taps, algorithms: [opm] }",
            "algorithms: 'opm' is not a method of the scenario. Did you mean 'omp'?"
        ),
        ("{ kind: masks, array: taps, at: { snr_db: 7 } }", "at.snr_db: the sweep has no value 7"),
        ("{ kind: masks, array: taps, at: { snr: 5 } }", "snr"),
        ("{ kind: masks, array: taps, y: nmse }", "y: unknown key of a figure of masks"),
        ("{ kind: masks, name: nmse, array: taps }", "the name 'nmse' is used twice"),
        ("{ kind: mask, name: a, array: taps }", "figures.a.kind: unknown choice 'mask'. Did you mean 'masks'?"),
        ("{ name: a, x: snr_db, y: nmse, array: taps }", "array: unknown key of a figure"),
    ])
    func faultsAreNamed(figure: String, line: String) {
        let lines = errorLines(of: Self.text(figure))
        #expect(lines.contains { $0.contains(line) }, "\(lines)")
    }

    @Test func familiesWithoutMasks() {
        let text = Self.text("{ kind: masks, array: taps }").replacingOccurrence(of: "users: 8", with: "users: 1")
        let lines = errorLines(of: text)
        #expect(lines.count == 1 && lines[0].contains("estimates of problem 'toy-mean' have no masks"), "\(lines)")
    }

    /// The arrays that the family names are those of its estimates.
    @Test(arguments: [
        "data: digits, hidden: [6, 5, 4]", "data: digits, network: lenet-5, canvas: 16",
    ])
    func compressedNetworksHaveTheirArrays(problem: String) throws {
        let text = """
            lacuna: 1
            name: arrays
            problem: { kind: network-compression, \(problem), train_samples: 20, dense_epochs: 1 }
            methods: [dense-network]
            trials: 1
            """
        let scenario = try ScenarioReader(catalogue: .standard).read(text: text, name: "arrays.yaml")
        let arrays = try scenario.family.maskArrays(scenario.parameters)
        let drawn = try scenario.family.draw(scenario.parameters, randomness: Randomness(seed: 1, trial: 0))
        let choice = scenario.methods[0]
        let estimate = try choice.method.run(drawn.problem, options: choice.options, limits: .init()).estimate
        let masks = try drawn.masks(estimate, Set(arrays))
        #expect(masks.map(\.array) == arrays)
        #expect(masks.allSatisfy { $0.density > 0.99 && $0.rows > 0 && $0.columns > 0 })
        #expect(try drawn.masks(estimate, [arrays[1]]).map(\.array) == [arrays[1]])
    }
}
