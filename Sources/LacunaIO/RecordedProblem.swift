import LacunaArrays

/// A measured linear problem y = (A_1 ⊗ … ⊗ A_I) x + n, as a file holds it.
public struct RecordedProblem<Scalar> {
    /// y, M×L: one column per snapshot, M = ∏ M_i.
    public var snapshots: Matrix<Scalar>
    /// A_1 … A_I, each M_i×N_i; a single dense dictionary is I = 1.
    public var dictionaries: [Matrix<Scalar>]
    /// nil: not known.
    public var noiseVariance: Double?
    /// The true x, N×L (or N×1 for all snapshots); nil: not known.
    public var truth: Matrix<Scalar>?
    /// Of an IRS-MIMO problem, one row per IRS pattern: the true cascaded channel; nil: not known.
    public var channels: Matrix<Scalar>?

    public init(
        snapshots: Matrix<Scalar>, dictionaries: [Matrix<Scalar>], noiseVariance: Double? = nil,
        truth: Matrix<Scalar>? = nil, channels: Matrix<Scalar>? = nil
    ) {
        self.snapshots = snapshots
        self.dictionaries = dictionaries
        self.noiseVariance = noiseVariance
        self.truth = truth
        self.channels = channels
    }

    /// L, the number of columns of y.
    public var snapshotCount: Int { snapshots.columns }
    /// N = ∏ N_i.
    public var unknowns: Int { dictionaries.reduce(1) { $0 * $1.columns } }
}

extension RecordedProblem: Sendable where Scalar: Sendable {}
extension RecordedProblem: Equatable where Scalar: Equatable {}

/// A recorded problem is complex if its y or one of its dictionaries is.
public enum LinearProblemData: Sendable {
    case real(RecordedProblem<Double>)
    case complex(RecordedProblem<Complex<Double>>)
}
