import LacunaDynamics
import LacunaExperiment

struct STLSQMethod: ThresholdMethod {
    let name = "stlsq"
    let summary = "SINDy by sequentially thresholded least squares"
    let citation = Citation.brunton2016
    let choices = [
        thresholdOption,
        ParameterDeclaration(
            "term_thresholds", .text, "thresholds of single terms: x y = 0.01; 1 = 5; default: that of all"),
        ParameterDeclaration(
            "constraints", .text,
            "linear equations between coefficients, x'[y] being that of y in the equation of x: x'[y] = -2 y'[x]; z'[x y] = 1"
        ),
        ParameterDeclaration(
            "alpha", .number(0...1e6), default: .number(0.05), "of the ridge penalty while terms are chosen"),
        ParameterDeclaration(
            "normalize", .flag, default: .flag(false), "the threshold is on coefficients times the lengths of columns"),
    ]

    func regression(
        _ problem: IdentificationProblem, options: ParameterValues
    ) throws -> @Sendable (_ threshold: Double) -> any SparseRegression {
        let text = ConstraintText(stateNames: problem.stateNames, terms: problem.features.names)
        // Which terms have thresholds of their own: the others are NaN here.
        let own = try options.optionalText("term_thresholds").map { try text.thresholds($0, other: .nan) }
        @Sendable func thresholds(_ other: Double) -> [Double]? { own.map { $0.map { $0.isNaN ? other : $0 } } }
        let alpha = try options.number("alpha"), isNormalized = try options.flag("normalize")
        guard let equations = try options.optionalText("constraints") else {
            return {
                STLSQ(threshold: $0, thresholds: thresholds($0), alpha: alpha, normalizesColumns: isNormalized)
            }
        }
        guard !isNormalized else {
            throw LacunaError(
                .value, "normalize", "constraints are on coefficients as they are", remedy: "Leave one of them out.")
        }
        let constraints = try text.constraints(equations)
        return {
            ConstrainedSTLSQ(constraints: constraints, threshold: $0, thresholds: thresholds($0), alpha: alpha)
        }
    }

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let regression = try regression(problem, options: options)(options.number("threshold"))
        let found = try regression.fit(problem.regression)
        let errors = try (regression as? ConstrainedSTLSQ)?.standardErrors(of: found, in: problem.regression)
        return (found, errors.map { CoefficientUncertainty(kind: .standardError, deviations: $0) })
    }
}

struct SR3Method: ThresholdMethod {
    let name = "sr3"
    let summary = "SINDy by sparse relaxed regularised regression"
    let citation = Citation(
        authors: "P. Zheng, T. Askham, S. L. Brunton, J. N. Kutz, A. Y. Aravkin", year: 2019,
        title: "A Unified Framework for Sparse Relaxed Regularized Regression: SR3",
        source: "IEEE Access 7, arXiv 1807.05411")
    let choices = [
        thresholdOption,
        ParameterDeclaration("relaxation", .number(1e-9...1e9), default: .number(1), "ν: λ = threshold² / (2ν)"),
        ParameterDeclaration("iterations", .integer(1...1_000_000), default: .integer(1000), "at most"),
    ]

    func regression(
        _ problem: IdentificationProblem, options: ParameterValues
    ) throws -> @Sendable (_ threshold: Double) -> any SparseRegression {
        let relaxation = try options.number("relaxation"), iterations = try options.integer("iterations")
        return {
            SR3(threshold: $0, relaxation: relaxation, iterationLimit: iterations, tolerance: 1e-8, unbiases: true)
        }
    }
}

struct SSRMethod: IdentificationMethod {
    let name = "ssr"
    let summary = "SINDy by leaving out one term after the other"
    let citation = Citation(
        authors: "L. Boninsegna, F. Nüske, C. Clementi", year: 2018,
        title: "Sparse learning of stochastic dynamical equations", source: "J. Chemical Physics 148, arXiv 1712.02432")
    let choices = [
        ParameterDeclaration(
            "criterion", .choice(SSR.Criterion.allCases.map(\.rawValue)), default: .text("residual"),
            "which term goes: the one with the smallest coefficient, as published, or whose loss raises the residual least"
        ), selectionOption, termsOption,
    ]

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let criterion = SSR.Criterion(rawValue: try options.text("criterion")) ?? .residual
        return (try SSR(criterion: criterion, selection: selection(options)).fit(problem.regression), nil)
    }
}

struct FROLSMethod: IdentificationMethod {
    let name = "frols"
    let summary = "SINDy by adding the term that explains most of what is left"
    let citation = Citation(
        authors: "S. A. Billings", year: 2013,
        title: "Nonlinear System Identification: NARMAX Methods in the Time, "
            + "Frequency, and Spatio-Temporal Domains", source: "Wiley, chapter 3")
    let choices = [selectionOption, termsOption]

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        (try FROLS(selection: try selection(options)).fit(problem.regression), nil)
    }
}

struct EnsembleMethod: ThresholdMethod {
    let name = "ensemble-sindy"
    let summary = "the median of SINDy on many bags of samples, with the probability of each term"
    let citation = Citation(
        authors: "U. Fasel, J. N. Kutz, B. W. Brunton, S. L. Brunton", year: 2022,
        title:
            "Ensemble-SINDy: Robust sparse model discovery in the low-data, high-noise limit, with active learning and control",
        source: "Proc. R. Soc. A 478, arXiv 2111.10992")
    let choices = [
        thresholdOption,
        ParameterDeclaration("bags", .integer(1...1_000_000), default: .integer(100), "of samples"),
        ParameterDeclaration(
            "dropped_terms", .integer(0...1000), default: .integer(0), "library terms that each bag goes without"),
        ParameterDeclaration(
            "aggregation", .choice(Ensemble.Aggregation.allCases.map(\.rawValue)), default: .text("median"),
            "of the coefficients"),
    ]

    func regression(
        _ problem: IdentificationProblem, options: ParameterValues
    ) throws -> @Sendable (_ threshold: Double) -> any SparseRegression { { STLSQ(threshold: $0) } }

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        var stream = random
        let ensemble = Ensemble(
            regression: try regression(problem, options: options)(options.number("threshold")),
            bags: try options.integer("bags"),
            droppedTerms: try options.integer("dropped_terms"),
            aggregation: Ensemble.Aggregation(rawValue: try options.text("aggregation")) ?? .median)
        let found = try ensemble.fit(problem.regression, randomness: &stream)
        return (
            found.coefficients,
            CoefficientUncertainty(
                kind: .ensembleDeviation, deviations: found.deviations, inclusion: found.inclusion)
        )
    }
}

struct BayesianIdentificationMethod: ThresholdMethod {
    let name = "bayesian-sindy"
    let summary = "SINDy by sparse Bayesian learning, with posterior deviations"
    let citation = Citation(
        authors: "S. Zhang, G. Lin", year: 2018,
        title: "Robust data-driven discovery of governing physical laws with error bars",
        source: "Proc. R. Soc. A 474")
    let choices = [
        thresholdOption,
        ParameterDeclaration(
            "significance", .number(0...1000), default: .number(3), "posterior deviations below which a term goes"),
    ]

    func regression(
        _ problem: IdentificationProblem, options: ParameterValues
    ) throws -> @Sendable (_ threshold: Double) -> any SparseRegression {
        let significance = try options.number("significance")
        return { BayesianRegression(significance: significance, threshold: $0) }
    }

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let regression = BayesianRegression(
            significance: try options.number("significance"), threshold: try options.number("threshold"))
        let (found, deviations) = try regression.fitWithDeviations(problem.regression)
        return (found, CoefficientUncertainty(kind: .posteriorDeviation, deviations: deviations))
    }
}

struct WeakFormMethod: ThresholdMethod {
    let name = "weak-sindy"
    let summary = "SINDy on integrals against test functions: no derivatives of noisy samples"
    let citation = Citation(
        authors: "D. A. Messenger, D. M. Bortz", year: 2021,
        title: "Weak SINDy: Galerkin-Based Data-Driven Model Selection",
        source: "Multiscale Modeling & Simulation 19(3), arXiv 2005.04339")
    let choices = [
        thresholdOption,
        ParameterDeclaration("windows", .integer(1...1_000_000), default: .integer(200), "test functions"),
        ParameterDeclaration(
            "half_width", .integer(2...1_000_000), default: .integer(100), "samples from the centre of one to its end"),
    ]
    var options: [ParameterDeclaration] { choices + IdentificationSettings.libraryOptions }

    func weakForm(_ options: ParameterValues) throws -> WeakForm? {
        WeakForm(windows: try options.integer("windows"), halfWidth: try options.integer("half_width"))
    }

    func regression(
        _ problem: IdentificationProblem, options: ParameterValues
    ) throws -> @Sendable (_ threshold: Double) -> any SparseRegression { { STLSQ(threshold: $0, alpha: 0) } }
}

private let thresholdOption = ParameterDeclaration(
    "threshold", .number(0...1e6), default: .number(0.1), "terms with smaller coefficients go")
private let selectionOption = ParameterDeclaration(
    "selection", .choice(["error-ratio", "information", "terms"]), default: .text("error-ratio"),
    "of a model: before the error rises most, by Bayes's information criterion, or by its size")
private let termsOption = ParameterDeclaration(
    "terms", .integer(0...1000), default: .integer(3), only: .init("selection", "terms"), "of an equation, at most")

private func selection(_ options: ParameterValues) throws -> ModelSelection {
    switch try options.text("selection") {
    case "information": .bayesianInformation
    case "terms": .terms(try options.integer("terms"))
    default: .largestErrorRatio
    }
}

extension Citation {
    static let brunton2016 = Citation(
        authors: "S. L. Brunton, J. L. Proctor, J. N. Kutz", year: 2016,
        title: "Discovering governing equations from data by sparse identification of nonlinear dynamical systems",
        source: "PNAS 113(15), arXiv 1509.03580")

    static let brunton2017 = Citation(
        authors: "S. L. Brunton, B. W. Brunton, J. L. Proctor, E. Kaiser, J. N. Kutz", year: 2017,
        title: "Chaos as an intermittently forced linear system", source: "Nature Communications 8, arXiv 1608.05306")

    static let aluvihare2025 = Citation(
        authors: "H. Aluvihare, L. Lingsch, X. Li, S. M. Perera", year: 2025,
        title: "A Low-complexity Structured Neural Network to Realize States of Dynamical Systems",
        source: "arXiv 2503.23697")
}
