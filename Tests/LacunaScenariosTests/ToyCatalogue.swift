import LacunaExperiment
import LacunaScenarios
import LacunaSolvers

/// Estimate a number from noisy readings: the smallest problem with an axis, and methods with every kind of option.
struct ToyFamily: ProblemFamily {
    let name = "toy-mean"
    let summary = "a number seen through noise"
    let citation: Citation? = nil
    let parameters = [
        ParameterDeclaration("users", .integer(1...64), default: .integer(4), "readings"),
        ParameterDeclaration("snr_db", .number(-50...100), required: true, unit: "dB", "signal to noise ratio"),
        ParameterDeclaration("sizes", .integers(1...100), default: .list([.integer(2), .integer(3)]), "sizes"),
        ParameterDeclaration("channel", .choice(["flat", "fading"]), default: .text("flat"), "channel"),
        ParameterDeclaration("label_text", .text, default: .text("on"), "a text"),
        ParameterDeclaration("shared", .flag, default: .flag(false), "one draw for all trials"),
    ]
    let metrics = [ResultTable.Metric(name: "nmse", longName: "normalised squared error", better: .lower)]

    let curveViews = [CurveView("taps-over-time", "taps", x: "time", y: "tap")]
    func maskArrays(_ parameters: ParameterValues) throws -> [String] {
        try parameters.integer("users") == 1 ? [] : ["taps", "gains"]
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let noise = 1 / (1 + abs(try parameters.number("snr_db")))
        return DrawnProblem(problem: 1.0) { estimate in
            ["nmse": ((estimate as? Double ?? 0) - 1) * noise]
        }
    }
}

struct ToyMethod: Method {
    let name: String
    let summary = "answers one"
    let citation = Citation(authors: "A. Author", year: 2024, title: "On means", source: "J. Toys 1")
    let options = [
        ParameterDeclaration("prune", .number(0...1), default: .number(1e-4), "pruning threshold"),
        ParameterDeclaration("iterations", .integer(1...1000), default: .integer(150), "iteration limit"),
        ParameterDeclaration("noise_variance", .number(0...Double.greatestFiniteMagnitude), "known noise"),
    ]

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? { nil }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        Outcome(estimate: 1.0, report: SolverReport(iterations: 1, reason: .closedForm, seconds: 0))
    }
}

let toyCatalogue: Catalogue = {
    var catalogue = Catalogue()
    catalogue.register(ToyFamily())
    catalogue.register(ToyMethod(name: "sbl"))
    catalogue.register(ToyMethod(name: "svd-krosbl"))
    catalogue.register(ToyMethod(name: "omp"))
    return catalogue
}()

/// A valid scenario with profiles; tests change one thing in it.
let toyScenario = """
    lacuna: 1
    name: toy-nmse
    title: "Toy: error against SNR"
    paper: { title: On means, authors: A. Author, year: 2024, arxiv: "2307.14719", figure: "3a" }
    problem: { kind: toy-mean, users: 8, channel: fading }
    sweep:
      snr_db: [0, 5, 10]
    methods:
      - svd-krosbl
      - { kind: sbl, label: "cSBL", trials: 3, prune: 1e-3 }
      - { kind: omp, only: { snr_db: [5, 10] } }
    trials: 20
    metrics: [nmse, seconds]
    seed: 7
    figures:
      - { name: nmse, x: snr_db, y: nmse, scale: db, statistic: median, band: quartiles }
    notes: [A toy.]
    profiles:
      smoke: { trials: 2, sweep: { snr_db: [10] }, methods: { cSBL: null } }
      default: { methods: { cSBL: { trials: 2 } } }
      paper: { trials: 1000 }

    """

/// The lines of the errors that reading throws; empty if it succeeds.
func errorLines(of text: String, changes: ScenarioReader.Changes = .init()) -> [String] {
    do {
        _ = try ScenarioReader(catalogue: toyCatalogue).read(text: text, name: "toy.yaml", changes: changes)
        return []
    } catch let error as ScenarioErrors {
        return error.errors.map(\.description)
    } catch {
        return ["\(error)"]
    }
}

func readToy(_ changes: ScenarioReader.Changes = .init(), text: String = toyScenario) throws -> Scenario {
    try ScenarioReader(catalogue: toyCatalogue).read(text: text, name: "toy.yaml", changes: changes)
}
