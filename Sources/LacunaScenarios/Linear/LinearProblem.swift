import LacunaExperiment
import LacunaSolvers

/// y = A x + n as scenarios pass it to methods: real or complex, with what a method may know besides the model.
public struct LinearProblem: Sendable {
    public enum Model: Sendable {
        case real(LinearModel<Double>)
        case complex(LinearModel<Complex<Double>>)
    }

    public let model: Model
    /// The study whose settings methods take where a scenario does not override them.
    public let preset: Preset
    public let snrDecibels: Double?
    /// The true support, for oracles only; nil: not known.
    public let support: Support?
    /// What Bayesian methods count x in: 1 in the published studies; nil: a power of 1000 that suits the data.
    public let unit: Double?

    public init(
        _ model: Model, preset: Preset = .recovery, snrDecibels: Double? = nil, support: Support? = nil,
        unit: Double? = nil
    ) {
        self.model = model
        self.preset = preset
        self.snrDecibels = snrDecibels
        self.support = support
        self.unit = unit
    }
}

/// What a method on linear problems returns, real or complex as the problem is.
public enum LinearEstimate: Sendable {
    case real(SparseEstimate<Double>)
    case complex(SparseEstimate<Complex<Double>>)

    /// The estimate if it is of these numbers.
    func of<S: Scalar>(_ type: S.Type) -> SparseEstimate<S>? {
        switch self {
        case .real(let estimate): estimate as? SparseEstimate<S>
        case .complex(let estimate): estimate as? SparseEstimate<S>
        }
    }
}

extension Support {
    /// The support that the studies score: entries above 1e-3 of the largest modulus.
    static func recovered<S: Scalar>(_ coefficients: [S]) -> Support where S.RealPart == Double {
        Support(of: coefficients, threshold: 1e-3)
    }
}

extension SparseEstimate where Element.RealPart == Double {
    /// The entries that are rather active than not, where the method has probabilities of that; else as the studies score.
    var recoveredSupport: Support {
        guard let supportProbabilities else { return .recovered(coefficients) }
        return Support(mask: supportProbabilities.map { $0 > 0.5 })
    }
}
