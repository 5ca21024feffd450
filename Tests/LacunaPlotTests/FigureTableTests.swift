import LacunaArrays
import LacunaExperiment
import Testing

@testable import LacunaPlot

/// 2 SNRs × 2 draws of pilots × 2 methods × 4 trials; the second method failed once and has no errors at 10 dB.
func exampleTable(pointsOfX: Int = 2) -> ResultTable {
    var table = ResultTable(
        axes: [
            .init(name: "snr_db", unit: "dB", values: (0..<pointsOfX).map { .integer(10 * $0) }),
            .init(name: "pilot_draw", unit: "", values: [.integer(1), .integer(2)]),
        ],
        algorithms: ["svd_krosbl", "omp"], trials: 4,
        metrics: [
            .init(name: "nmse", longName: "normalised mean squared error", better: .lower),
            .init(name: "seconds", longName: "run time of the solver", unit: "s", better: .lower, isTiming: true),
        ])
    for point in 0..<table.pointCount {
        for algorithm in 0..<2 {
            for trial in 0..<4 {
                let cell = table.index(point: point, algorithm: algorithm, trial: trial)
                let isZero = algorithm == 1 && point >= 2
                table.values["nmse"]?[cell] = isZero ? 0 : 1 / Double(1 + point + trial)
                table.values["seconds"]?[cell] = 0.001 * Double(1 + cell)
                table.status[cell] = .done
                table.histories[cell] = [4, 2, 1 + Double(trial)]
            }
        }
    }
    let failed = table.index(point: 0, algorithm: 1, trial: 3)
    table.values["nmse"]?[failed] = .nan
    table.status[failed] = .failed
    table.workers = 2
    return table
}

@Suite struct FigureTableTests {
    private let specification = Scenario.Figure(
        name: "nmse", title: "Error", x: "snr_db", y: "nmse", scale: .dB, statistic: .median, band: .quartiles,
        published: true)

    @Test func pooledTrialsBecomeOnePoint() throws {
        let figure = try Figure(exampleTable(), specification, context: FigureContext(pooling: ["pilot_draw"]))
        #expect(figure.curves.map(\.label) == ["svd_krosbl", "omp"])
        #expect(figure.curves[1].style == CurveStyles.known["omp"])
        let first = try #require(figure.curves.first?.points.first)
        // 1, 1/2, 1/3, 1/4 and 1/2, 1/3, 1/4, 1/5
        #expect(first.x == 0 && first.y == (1.0 / 3 + 1.0 / 3) / 2)
        #expect(first.lower == 0.25 && first.upper == 0.5 && !first.isHollow)
        #expect(figure.curves[1].points.map(\.isHollow) == [true, false])
        #expect(figure.x.label == "SNR (dB)" && figure.y.label == "Normalised mean squared error (dB)")
        let caption = figure.caption.joined(separator: " ")
        #expect(
            caption.contains(
                "Median over 8 realisations from 2 values of pilot_draw (omp: 7 to 8), then in dB. Bands: quartiles."))
        #expect(caption.contains("Hollow points"))
    }

    @Test func aMetricAgainstAnotherIsAFront() throws {
        let specification = Scenario.Figure(
            name: "front", title: "Error against time", x: "seconds", y: "nmse", statistic: .median, band: .none)
        let figure = try Figure(exampleTable(), specification, context: FigureContext(pooling: ["pilot_draw"]))
        #expect(figure.curves.count == 2 && figure.curves[0].label == "svd_krosbl")
        let first = figure.curves[0].points
        // Medians over both draws of pilots: cells 0…3 and 8…11, then 16…19 and 24…27.
        #expect(first.count == 2 && abs(first[0].x - 0.0065) < 1e-12 && abs(first[1].x - 0.0225) < 1e-12)
        #expect(first[0].y == (1.0 / 3 + 1.0 / 3) / 2)
        #expect(zip(first, first.dropFirst()).allSatisfy { $0.x < $1.x })
        #expect(figure.x.label == "Run time of the solver (s)")
        #expect(throws: LacunaError.self) {
            try Figure(exampleTable(), Scenario.Figure(name: "f", title: "", x: "cost", y: "nmse"))
        }
    }

    @Test func valuesOfOtherAxesCanBeChosen() throws {
        let specification = Scenario.Figure(
            name: "nmse", title: "Error", x: "snr_db", y: "nmse", at: ["pilot_draw": .integer(2)])
        let figure = try Figure(exampleTable(), specification)
        #expect(figure.curves.map(\.label) == ["svd_krosbl", "omp"])
        // Points 1 and 3: the mean of 1 / (1 + point + trial).
        let expected = [1, 3].map { point in (0..<4).reduce(0.0) { $0 + 0.25 / Double(1 + point + $1) } }
        #expect(zip(figure.curves[0].points, expected).allSatisfy { abs($0.y - $1) < 1e-15 })
        #expect(figure.caption.contains("At pilot draw 2."))
    }

    @Test func furtherAxesMakeFurtherCurves() throws {
        let figure = try Figure(exampleTable(), specification)
        #expect(
            figure.curves.map(\.label) == [
                "svd_krosbl, pilot_draw = 1", "svd_krosbl, pilot_draw = 2", "omp, pilot_draw = 1",
                "omp, pilot_draw = 2",
            ])
        let styles = figure.curves.map(\.style)
        #expect(styles.map(\.color) == [styles[0].color, styles[0].color, styles[2].color, styles[2].color])
        #expect(styles[0].dash != styles[1].dash && styles[2].dash != styles[3].dash)
    }

    @Test func publishedCurvesTakeTheStyleOfTheirMethod() throws {
        let curve = PublishedCurves.Curve(mean: [0.9, 0.8], median: [0.5, 0.1], q25: [0.4, 0.05], q75: [0.6, 0.2])
        let published = PublishedCurves(
            source: "authors", xName: "snr_db", xValues: [0, 10], realisations: 50,
            methods: ["OMP": ["nmse": curve], "other": ["nmse": curve]])
        let context = FigureContext(
            pooling: ["pilot_draw"], published: published, publishedLabels: ["OMP": "omp"])
        let figure = try Figure(exampleTable(), specification, context: context)
        let drawn = figure.curves.filter(\.isPublished)
        #expect(drawn.count == 1 && drawn[0].style == figure.curves[1].style)
        #expect(drawn[0].points[1] == Figure.Point(x: 10, y: 0.1, lower: 0.05, upper: 0.2))
        #expect(
            figure.caption.contains(
                "Faint with open markers: published median with quartiles (dotted), 50 realisations."))
        #expect(figure.legendLabels == ["svd_krosbl", "omp", "published"])
    }

    /// One realisation has no quartiles; numbers that hold at one value of a swept axis are drawn there only.
    @Test func publishedNumbersOfOneRealisationAndOnePoint() throws {
        let curve = PublishedCurves.Curve(mean: [0.5, 0.1], median: [0.5, 0.1], q25: [0.5, 0.1], q75: [0.5, 0.1])
        let published = PublishedCurves(
            source: "us", xName: "snr_db", xValues: [0, 10], realisations: 1, methods: ["omp": ["nmse": curve]],
            parameters: ["pilot_draw": .integer(2)], noun: "prototype")
        func figure(draw: Int?) throws -> Figure {
            let chosen = Scenario.Figure(
                name: "nmse", title: "", x: "snr_db", y: "nmse", statistic: .median, band: .quartiles, published: true,
                at: draw.map { ["pilot_draw": .integer($0)] } ?? [:])
            return try Figure(exampleTable(), chosen, context: FigureContext(published: published))
        }
        let drawn = try #require(try figure(draw: 2).curves.first(where: \.isPublished))
        #expect(drawn.points == [Figure.Point(x: 0, y: 0.5), Figure.Point(x: 10, y: 0.1)])
        #expect(
            try figure(draw: 2).caption.contains("Faint with open markers: prototype median, 1 realisation."))
        #expect(try !figure(draw: 1).curves.contains(where: \.isPublished))
        #expect(try !figure(draw: nil).curves.contains(where: \.isPublished))
    }

    @Test func onlyTheListedAlgorithmsAreDrawnAndCounted() throws {
        let chosen = Scenario.Figure(
            name: "nmse", title: "", x: "snr_db", y: "nmse", scale: .dB, band: .none, algorithms: ["svd_krosbl"])
        let figure = try Figure(exampleTable(), chosen, context: FigureContext(pooling: ["pilot_draw"]))
        #expect(figure.curves.map(\.label) == ["svd_krosbl"])
        #expect(figure.curves[0].style == (try Figure(exampleTable(), specification)).curves[0].style)
        #expect(figure.caption.contains("Mean of ratios over 8 realisations from 2 values of pilot_draw, then in dB."))
    }

    @Test func intervalsThatResampleFewDrawsAreCalledTooNarrow() throws {
        let specification = Scenario.Figure(name: "nmse", title: "", x: "snr_db", y: "nmse", statistic: .median)
        let pooled = try Figure(exampleTable(), specification, context: FigureContext(pooling: ["pilot_draw"]))
        let interval = "Bands: 95 % interval of the median by bootstrap"
        #expect(
            pooled.caption.contains {
                $0.hasSuffix("\(interval) (too narrow, as only 2 values of pilot_draw are resampled).")
            })
        #expect(
            try Figure(exampleTable(), specification).caption.contains {
                $0.hasSuffix("Too few realisations for intervals.")
            })
    }

    @Test func fewerTrialsStandInTheLegend() throws {
        var table = exampleTable()
        for cell in table.status.indices where (cell / 4) % 2 == 1 && cell % 4 > 0 {
            table.values["nmse"]?[cell] = .nan
        }
        let figure = try Figure(table, specification, context: FigureContext(pooling: ["pilot_draw"]))
        #expect(figure.curves.map(\.label) == ["svd_krosbl", "omp (2 trials)"])
        #expect(figure.caption.contains { $0.contains("8 realisations from 2 values of pilot_draw (omp: 2)") })
        let interval = Scenario.Figure(name: "nmse", title: "", x: "snr_db", y: "nmse")
        let drawn = try Figure(table, interval, context: FigureContext(pooling: ["pilot_draw"]))
        #expect(
            drawn.caption.contains { $0.contains("(no band where there are fewer than 6 realisations; too narrow") })
    }

    @Test func timesBesideOtherWorkersAreFlagged() throws {
        let specification = Scenario.Figure(name: "t", title: "Time", x: "snr_db", y: "seconds", scale: .log)
        var table = exampleTable()
        let flag = "Times were measured beside other workers (2 at once): compare them with care."
        #expect(try Figure(table, specification).caption.contains(flag))
        table.workers = 1
        #expect(try !Figure(table, specification).caption.contains(flag))
    }

    @Test func costIsDrawnAgainstIteration() throws {
        let specification = Scenario.Figure(name: "cost", title: "Cost", x: "iteration", y: "cost", scale: .log)
        let figure = try Figure(exampleTable(), specification)
        #expect(figure.curves.count == 8 && figure.curves[0].points.map(\.y) == [4, 2, 2.5])
        let many = try Figure(exampleTable(pointsOfX: 4), specification)
        #expect(many.curves.map(\.label) == ["svd_krosbl", "omp"])
        #expect(many.caption.contains("At snr_db = 30, pilot_draw = 2, one of 8 points."))
    }

    @Test func unknownNamesAreRefused() {
        let wrong = [("snr", "nmse"), ("snr_db", "nmsee")].map {
            Scenario.Figure(name: "f", title: "", x: $0.0, y: $0.1)
        }
        for specification in wrong {
            #expect(throws: LacunaError.self) { try Figure(exampleTable(), specification) }
        }
    }

    @Test(arguments: [
        ("snr_db", "dB", "SNR (dB)"), ("irs_patterns", "", "IRS patterns"), ("db", "dB", "Db (dB)"),
        ("users", "", "Users"),
    ])
    func axesAreNamedForReaders(name: String, unit: String, expected: String) {
        #expect(AxisLabel.text(axis: ResultTable.Axis(name: name, unit: unit, values: [])) == expected)
    }
}
