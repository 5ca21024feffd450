/// Side information: independent variables with probabilities α_n of their own, m_n = log α_n / (1 - α_n).
///
/// Probabilities 0 and 1 stand for the limit of log odds; a position estimate or an earlier channel are typical sources.
public struct GivenSupport<Real: RealScalar>: SupportDenoiser {
    /// α.
    public let probabilities: [Real]

    public init(probabilities: [Real]) {
        self.probabilities = probabilities
    }

    /// A support that is known: certainly active there, certainly inactive elsewhere.
    public init(_ support: Support) {
        self.init(probabilities: support.mask.map { $0 ? 1 : 0 })
    }

    public func validate(count: Int) throws {
        guard probabilities.count == count else {
            throw LacunaError(
                .shape, "support probabilities", "\(probabilities.count) for \(count) variables; one each is needed")
        }
        if let index = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw LacunaError(
                .value, "support probabilities", "entry \(index) is \(probabilities[index]); all must be in [0, 1]")
        }
    }

    public func makeWorkspace(count: Int) {}

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func update(
        _ likelihoodRatio: UnsafePointer<Real>, into m: UnsafeMutablePointer<Real>, count: Int, workspace: inout Void
    ) {
        // Beyond any evidence, which is cut off at one limit.
        let limit = 2 * Real.logOddsLimit
        for index in 0..<count { m[index] = clipped(logOdds(probabilities[index]), limit) }
    }
}
