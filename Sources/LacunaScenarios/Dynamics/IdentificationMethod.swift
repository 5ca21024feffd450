import LacunaDynamics
import LacunaExperiment

/// A method that finds equations: a conformer says how coefficients are chosen; library, derivatives and scores come with the protocol.
protocol IdentificationMethod: TrajectoryMethod {
    /// Options of its own.
    var choices: [ParameterDeclaration] { get }
    /// Coefficients, and how sure they are, where the method says more than the standard errors of least squares.
    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?)
    /// Integrals in place of derivatives.
    func weakForm(_ options: ParameterValues) throws -> WeakForm?
}

/// What all methods that find equations have in common.
struct IdentificationSettings {
    let library: any FeatureLibrary
    let differentiation: any Differentiation
    /// Next states in place of derivatives.
    let isMap: Bool

    static let libraryOptions = [
        ParameterDeclaration(
            "degree", .integer(1...12), default: .integer(2), "of the polynomials in the library"),
        ParameterDeclaration(
            "constant", .flag, default: .flag(true), "whether the library has the constant 1"),
        ParameterDeclaration(
            "frequencies", .integer(0...100), default: .integer(0),
            "sines and cosines of each variable in the library, so many frequencies"),
    ]
    static let derivativeOptions = [
        ParameterDeclaration(
            "derivative",
            .choice(["finite-differences", "savitzky-golay", "spline", "total-variation", "spectral", "map"]),
            default: .text("finite-differences"),
            "how derivatives are got from samples; map: none, but each state to the next"),
        ParameterDeclaration(
            "order", .integer(1...8), default: .integer(2), only: .init("derivative", "finite-differences"),
            "of the finite differences"),
        ParameterDeclaration(
            "window", .integer(3...10_001), default: .integer(11), only: .init("derivative", "savitzky-golay"),
            "samples of a smoothing window, odd"),
        ParameterDeclaration(
            "smoothing", .number(0...1e12), only: .init("derivative", "spline"),
            "λ of ∫ x''² in the spline's penalty; default: by generalised cross-validation"),
        ParameterDeclaration(
            "variation", .number(0...1e12), default: .number(0.1), only: .init("derivative", "total-variation"),
            "weight of the derivative's total variation"),
        ParameterDeclaration(
            "variation_fit", .choice(TotalVariationDerivative.Fit.allCases.map(\.rawValue)),
            default: .text("differences"), only: .init("derivative", "total-variation"),
            "what it is held against: differences of samples, or the samples by its integral"),
    ]

    /// Options that a method does not declare have no part in it.
    init(_ options: ParameterValues) throws {
        let degree = try options.integer("degree"), frequencies = try options.integer("frequencies")
        let polynomials = PolynomialLibrary(degree: degree, includesConstant: try options.flag("constant"))
        library = frequencies > 0 ? polynomials + FourierLibrary(frequencies: frequencies) : polynomials
        guard options.declarations.contains(where: { $0.name == "derivative" }) else {
            differentiation = FiniteDifferences()
            isMap = false
            return
        }
        let derivative = try options.text("derivative")
        isMap = derivative == "map"
        switch derivative {
        case "map": differentiation = FiniteDifferences()
        case "savitzky-golay": differentiation = SavitzkyGolay(window: try options.integer("window"))
        case "spline": differentiation = SmoothingSpline(smoothing: try options.optionalNumber("smoothing"))
        case "total-variation":
            let fit = TotalVariationDerivative.Fit(rawValue: try options.text("variation_fit"))
            differentiation = TotalVariationDerivative(
                weight: try options.number("variation"), fit: fit ?? .differences)
        case "spectral": differentiation = SpectralDerivative()
        default: differentiation = FiniteDifferences(order: try options.integer("order"))
        }
    }

    func problem(_ trajectories: [Trajectory], weakForm: WeakForm? = nil) throws -> IdentificationProblem {
        let sindy = SINDy(library: library, differentiation: differentiation, weakForm: weakForm)
        let long = usable(trajectories, weakForm: weakForm)
        guard isMap else { return try sindy.problem(long) }
        _ = try DelayScaling.step(of: long, for: "a map")
        return try sindy.mapProblem(long)
    }

    /// Those with as many samples as derivatives or windows need; all, where none has: the library says what is missing.
    func usable(_ trajectories: [Trajectory], weakForm: WeakForm? = nil) -> [Trajectory] {
        let needed = weakForm.map { 2 * $0.halfWidth + $0.windows } ?? (isMap ? 2 : differentiation.minimumSamples)
        let long = trajectories.filter { $0.count >= needed }
        return long.isEmpty ? trajectories : long
    }
}

extension IdentificationMethod {
    var needsFineSamples: Bool { true }
    var takesInputs: Bool { true }
    func weakForm(_ options: ParameterValues) throws -> WeakForm? { nil }
    var options: [ParameterDeclaration] {
        choices + IdentificationSettings.libraryOptions + IdentificationSettings.derivativeOptions
    }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        if problem is ForecastProblem { return nil }
        guard problem is SystemIdentification || problem is EnvironmentsProblem else {
            return "'\(name)' finds equations only"
        }
        let isMap = (try? IdentificationSettings(options).isMap) ?? false
        return isMap ? "the problem asks for differential equations, not for maps" : nil
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        switch problem {
        case let problem as ForecastProblem:
            let data = try problem.data()
            let isMap = try IdentificationSettings(options).isMap
            var model = try fit(
                isMap ? data.training : data.fineTraining, options: options, random: RandomStream(key: problem.key),
                limits: limits)
            if let equations = model.content as? SINDyModel {
                model = model.forecasting(equations, step: try DelayScaling.step(of: data.training, for: name))
            }
            return Outcome(estimate: model, report: model.report)
        case let problem as SystemIdentification:
            let model = try fit(
                problem.data().training, options: options, random: RandomStream(key: problem.key), limits: limits)
            return Outcome(estimate: model, report: model.report)
        case let problem as EnvironmentsProblem: return try fitEnvironments(problem, options: options, limits: limits)
        default: throw LacunaError(.value, name, "finds equations only")
        }
    }

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        let settings = try IdentificationSettings(options), weakForm = try weakForm(options)
        let (found, report) = try timed {
            let problem = try settings.problem(trajectories, weakForm: weakForm)
            return (problem: problem, values: try coefficients(problem, options: options, random: random))
        }
        let (values, uncertainty) = found.values
        // Terms that depend on each other have no errors.
        func standardErrors() -> CoefficientUncertainty? {
            (try? found.problem.regression.standardErrors(of: values)).map {
                CoefficientUncertainty(kind: .standardError, deviations: $0)
            }
        }
        let model = try found.problem.model(values, uncertainty: uncertainty ?? standardErrors())
        // Equations have no step of their own: forecasts take that of the data.
        let short = trajectories.count - settings.usable(trajectories, weakForm: weakForm).count
        let notes = short > 0 ? ["trajectories with too few samples for a derivative are left out: \(short)"] : []
        return try TrajectoryModel(
            model, step: trajectories.lazy.compactMap(\.uniformStep).first, notes: notes + model.warnings,
            report: report)
    }
}

extension TrajectoryModel {
    /// The same with forecasts by integrating the equations over steps of this length.
    fileprivate func forecasting(_ equations: SINDyModel, step: Double) -> TrajectoryModel {
        TrajectoryModel(
            lines: lines, notes: notes, content: content, forecaster: Forecaster(equations, step: step), report: report)
    }
}

extension Forecaster {
    /// By integrating the equations over steps of this length, inputs in straight lines between samples; or by the map, an input acting from its
    /// sample to the next.
    init(_ equations: SINDyModel, step: Double) {
        let substeps = 20, isMap = equations.kind == .map, d = equations.dimension
        let inputs = equations.inputNames.count
        // Four derivatives a Runge-Kutta step, at most a product and a sum for a term, and the sums of the method.
        let operations = substeps * (4 * 3 * equations.complexity + 14 * d)
        self.init(
            history: 1, step: step, inputCount: inputs, parameterCount: equations.complexity,
            operationCount: isMap ? 3 * equations.complexity : operations
        ) { series, sample, steps in
            let start = (0..<d).map { series[sample, $0] }
            let states: Matrix<Double>
            if inputs > 0 {
                states = try equations.simulate(
                    from: start, times: (0...steps).map { Double($0) * step },
                    inputs: Matrix(rows: steps + 1, columns: inputs) {
                        series[min(sample + $0, series.rows - 1), d + $1]
                    }
                ).states
            } else if isMap {
                states = try equations.iterate(from: start, steps: steps).states
            } else {
                states = try RungeKutta4(substeps: substeps).trajectory(
                    of: equations, from: start, step: step, steps: steps
                ).states
            }
            return Matrix(rows: steps, columns: states.columns) { states[$0 + 1, $1] }
        }
    }
}
