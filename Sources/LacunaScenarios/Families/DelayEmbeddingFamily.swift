import LacunaDynamics
import LacunaExperiment

/// One measured variable of a system that switches between two lobes.
public struct DelayEmbeddingProblem: Sendable {
    let samples: Once<DelayEmbeddingData>

    /// - Throws: `LacunaError` where the simulation does.
    public func data() throws -> DelayEmbeddingData { try samples.value() }
}

public struct DelayEmbeddingData: Sendable {
    /// With noise, if there is any.
    public let measured: Trajectory
    /// Without.
    public let clean: Trajectory
}

/// `delay-embedding`: what delay coordinates of one variable say about its system (Brunton et al. 2017).
struct DelayEmbeddingFamily: ProblemFamily {
    let name = "delay-embedding"
    let summary =
        "delay coordinates of one variable: linear dynamics, and a forcing that announces switches between lobes"
    let citation: Citation? = .brunton2017
    let parameters =
        SystemChoice.parameters + [
            ParameterDeclaration(
                "step", .number(1e-6...100), default: .number(0.001), unit: "time units", "time between samples"),
            ParameterDeclaration(
                "substeps", .integer(1...10_000), default: .integer(1), "Runge-Kutta steps between two samples"),
            ParameterDeclaration(
                "samples", .integer(100...10_000_000), default: .integer(100_000), "steps of the orbit"),
            ParameterDeclaration(
                "noise", .number(0...10), default: .number(0), "standard deviation over that of the variable"),
            ParameterDeclaration(
                "spread", .number(0...100), default: .number(0), "standard deviation of the start around the usual one"),
            ParameterDeclaration(
                "lead", .number(0...1000), default: .number(1), unit: "time units",
                "a switch within this time after a forcing counts as announced"),
        ]
    let metrics = [
        ResultTable.Metric(
            name: "correlation", longName: "correlation of v₁ with its simulation, driven by the measured forcing",
            better: .higher),
        ResultTable.Metric(
            name: "asymmetry", longName: "largest |A + Aᵀ| over the largest |A|, up to eight coordinates",
            better: .lower),
        ResultTable.Metric(
            name: "off_diagonal",
            longName: "largest |A| off three diagonals over the largest |A|, up to eight coordinates",
            better: .lower),
        ResultTable.Metric(name: "kurtosis", longName: "excess kurtosis of the forcing", better: .higher),
        ResultTable.Metric(
            name: "active", longName: "share of the time at which the forcing is active", better: .lower),
        ResultTable.Metric(
            name: "announced", longName: "share of the switches that an active forcing precedes", better: .higher),
        ResultTable.Metric(
            name: "followed", longName: "share of the active times that a switch follows", better: .higher),
        ResultTable.Metric(
            name: "chance", longName: "share of all times that a switch follows: what a random forcing reaches",
            better: .lower),
        ResultTable.Metric(name: "rank", longName: "delay coordinates", better: .lower),
    ]

    let curveViews = [
        CurveView(
            "singular-values", "of the Hankel matrix, over the first", x: "number", y: "singular value",
            isLogarithmic: true),
        CurveView(
            "forcing", "the measured variable and the forcing, over their largest", x: "time", y: "over the largest"),
        CurveView("coordinates", "the first two delay coordinates, measured and simulated", x: "v1", y: "v2"),
    ]

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let choice = try SystemChoice(parameters)
        let step = try parameters.number("step"), substeps = try parameters.integer("substeps")
        let count = try parameters.integer("samples"), noise = try parameters.number("noise")
        let spread = try parameters.number("spread"), lead = try parameters.number("lead")
        try requireMemory(elements: [choice.dimension * count], bytesEach: MemoryLayout<Double>.stride, name)
        let startStream = randomness.stream("start", dependingOn: try parameters.subset(["system"]))
        let noiseStream = randomness.stream("noise", dependingOn: try parameters.subset(["system"]))
        let samples = Once<DelayEmbeddingData> {
            var starts = startStream, noises = noiseStream
            let orbit = try choice.orbit(
                from: choice.start.map { $0 + spread * starts.normal() }, step: step, steps: count, substeps: substeps)
            let clean = try Trajectory(
                variables: [orbit.variables[0]], times: orbit.times, states: orbit.states.selectingColumns([0]))
            let deviation = try DelayScaling([clean]).deviations[0]
            return DelayEmbeddingData(
                measured: noise > 0 ? try clean.withNoise([noise * deviation], &noises) : clean, clean: clean)
        }
        return DrawnProblem(problem: DelayEmbeddingProblem(samples: samples)) { estimate in
            guard let content = (estimate as? TrajectoryModel)?.content as? MeasuredHAVOK else {
                throw wrongEstimate(name)
            }
            return try content.model.metrics(clean: samples.value().clean, lead: lead)
        } curves: { estimate, views in
            guard let content = (estimate as? TrajectoryModel)?.content as? MeasuredHAVOK else {
                throw wrongEstimate(name)
            }
            return try content.model.curves(measured: samples.value().measured, views: views)
        }
    }
}

extension HAVOKModel {
    /// The first twentieth of the windows, but not fewer than 5000: all of them would be a cloud.
    fileprivate func curves(measured: Trajectory, views: Set<String>) throws -> [RecordedCurve] {
        let v = decomposition.right, count = min(v.rows, max(5000, v.rows / 20))
        var curves: [RecordedCurve] = []
        if views.contains("singular-values") {
            let values = decomposition.values, largest = values[0]
            curves.append(
                RecordedCurve(
                    view: "singular-values", label: "singular values", style: .points,
                    x: values.indices.map { Double($0 + 1) }, y: values.map { max($0 / largest, 1e-18) }))
        }
        if views.contains("forcing") {
            let delay = (decomposition.delays - 1) * decomposition.lag
            func scaled(_ values: [Double]) -> [Double] {
                let largest = values.reduce(0) { max($0, abs($1)) }
                return values.map { $0 / max(largest, 1e-300) }
            }
            let times = (0..<count).map { measured.times[$0 + delay] }
            curves += [
                RecordedCurve(
                    view: "forcing", label: measured.variables[0], x: times,
                    y: scaled((0..<count).map { measured.states[$0 + delay, 0] })),
                RecordedCurve(
                    view: "forcing", label: "forcing", x: times, y: scaled((0..<count).map { v[$0, order] })),
            ]
        }
        if views.contains("coordinates"), order >= 2 {
            let states = try simulate()
            for (label, values) in [("true", v), ("model", states)] {
                curves.append(
                    RecordedCurve(
                        view: "coordinates", label: label, x: (0..<count).map { values[$0, 0] },
                        y: (0..<count).map { values[$0, 1] }))
            }
        }
        return curves
    }

    fileprivate func metrics(clean: Trajectory, lead: Double) throws -> [String: Double] {
        let size = min(order, 8)
        var largest = 0.0, asymmetry = 0.0, offDiagonal = 0.0
        for row in 0..<size {
            for column in 0..<size {
                largest = max(largest, abs(map[row, column]))
                asymmetry = max(asymmetry, abs(map[row, column] + map[column, row]))
                if abs(row - column) > 1 { offDiagonal = max(offDiagonal, abs(map[row, column])) }
            }
        }
        let statistics = forcingStatistics(), states = try simulate()
        let switching = LobeSwitching(
            series: Array(clean.states.column(0)), forcing: Array(forcing.column(0)), threshold: statistics.threshold,
            // A window ends so many samples after it begins: what its forcing tells is known then.
            delay: (decomposition.delays - 1) * decomposition.lag, lead: Int((lead / step).rounded()))
        var metrics = [
            "correlation": correlation(Array(states.column(0)), Array(decomposition.right.column(0))),
            "asymmetry": asymmetry / largest, "off_diagonal": offDiagonal / largest,
            "kurtosis": statistics.excessKurtosis, "active": statistics.activeFraction,
            "chance": switching.chance, "rank": Double(map.rows),
        ]
        metrics["announced"] = switching.announced
        metrics["followed"] = switching.followed
        return metrics
    }
}

/// Whether a forcing foretells that a series changes its sign.
struct LobeSwitching {
    /// Share of the switches before which the forcing was active; nil without switches.
    let announced: Double?
    /// Share of the active samples after which there is a switch; nil where none is active.
    let followed: Double?
    /// The same share of all samples.
    let chance: Double

    /// - Parameters:
    ///   - forcing: one value per window; that of window k is known at sample k + delay.
    ///   - lead: samples.
    init(series: [Double], forcing: [Double], threshold: Double, delay: Int, lead: Int) {
        let times = delay..<min(series.count, forcing.count + delay)
        let switches = times.dropFirst().filter { (series[$0] < 0) != (series[$0 - 1] < 0) }
        // The next switch at or after each sample.
        var next = Array(repeating: Int.max, count: series.count + 1), upcoming = Int.max, position = switches.count
        for time in times.reversed() {
            while position > 0 && switches[position - 1] >= time {
                position -= 1
                upcoming = switches[position]
            }
            next[time] = upcoming
        }
        func isFollowed(_ time: Int) -> Bool { next[time] != .max && next[time] - time <= lead }
        let active = times.filter { abs(forcing[$0 - delay]) > threshold }
        let isActive = Set(active)
        announced =
            switches.isEmpty
            ? nil
            : Double(switches.count { time in (max(time - lead, delay)...time).contains(where: isActive.contains) })
                / Double(switches.count)
        followed = active.isEmpty ? nil : Double(active.count(where: isFollowed)) / Double(active.count)
        chance = times.isEmpty ? 0 : Double(times.count(where: isFollowed)) / Double(times.count)
    }
}

/// Of two series of one length.
func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(min(a.count, b.count))
    let meanA = a.reduce(0, +) / count, meanB = b.reduce(0, +) / count
    let product = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    let squares = a.reduce(0) { $0 + ($1 - meanA) * ($1 - meanA) } * b.reduce(0) { $0 + ($1 - meanB) * ($1 - meanB) }
    return squares > 0 ? product / squares.squareRoot() : 0
}
