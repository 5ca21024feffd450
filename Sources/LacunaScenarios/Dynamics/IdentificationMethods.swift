import LacunaDynamics
import LacunaExperiment

struct STLSQMethod: IdentificationMethod {
    let name = "stlsq"
    let summary = "SINDy by sequentially thresholded least squares"
    let citation = Citation.brunton2016
    let choices = [
        thresholdOption,
        ParameterDeclaration(
            "alpha", .number(0...1e6), default: .number(0.05), "of the ridge penalty while terms are chosen"),
        ParameterDeclaration(
            "normalize", .flag, default: .flag(false), "the threshold is on coefficients times the lengths of columns"),
    ]

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let regression = STLSQ(
            threshold: try options.number("threshold"), alpha: try options.number("alpha"),
            normalizesColumns: try options.flag("normalize"))
        return (try regression.fit(problem.regression), nil)
    }
}

struct SR3Method: IdentificationMethod {
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

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let regression = SR3(
            threshold: try options.number("threshold"), relaxation: try options.number("relaxation"),
            iterationLimit: try options.integer("iterations"), tolerance: 1e-8, unbiases: true)
        return (try regression.fit(problem.regression), nil)
    }
}

struct SSRMethod: IdentificationMethod {
    let name = "ssr"
    let summary = "SINDy by leaving out one term after the other"
    let citation = Citation(
        authors: "L. Boninsegna, F. Nüske, C. Clementi", year: 2018,
        title: "Sparse learning of stochastic dynamical equations", source: "J. Chemical Physics 148, arXiv 1712.02432")
    let choices = [selectionOption, termsOption]

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        (try SSR(selection: try selection(options)).fit(problem.regression), nil)
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

struct EnsembleMethod: IdentificationMethod {
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

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        var stream = random
        let ensemble = Ensemble(
            regression: STLSQ(threshold: try options.number("threshold")), bags: try options.integer("bags"),
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

struct BayesianIdentificationMethod: IdentificationMethod {
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

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let regression = BayesianRegression(
            significance: try options.number("significance"), threshold: try options.number("threshold"))
        let (found, deviations) = try regression.fitWithDeviations(problem.regression)
        return (found, CoefficientUncertainty(kind: .posteriorDeviation, deviations: deviations))
    }
}

struct WeakFormMethod: IdentificationMethod {
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

    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        (try STLSQ(threshold: options.number("threshold"), alpha: 0).fit(problem.regression), nil)
    }
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
