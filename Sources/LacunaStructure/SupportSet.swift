/// A family of supports among n indices: at most k entries, N of M, k blocks, a band.
///
/// Laws: `select` gives a member of the family with the largest sum of scores among its largest members; ties go to the
/// lowest index; a subset of a member is a member; `project` is idempotent and, with the default scores, the nearest
/// vector with its support in the family.
public protocol SupportSet: Sendable {
    /// n.
    var count: Int { get }

    /// The member that scores best. Scores may have any sign; +∞ forces an entry in before all others.
    /// - Throws: `LacunaError` if there are not n scores or one is NaN.
    func select<Real: RealScalar>(_ scores: [Real]) throws -> Support

    func contains(_ support: Support) -> Bool

    /// Scores by which the member selected is the support of the nearest vector: |x_n|² by default; |x_n|, which neither
    /// overflows nor vanishes, where entries are chosen one by one.
    func nearestScores<S: Scalar>(_ x: [S]) -> [S.RealPart]
}

extension SupportSet {
    @inlinable
    public func nearestScores<S: Scalar>(_ x: [S]) -> [S.RealPart] { Scores.squaredMagnitude(x) }

    /// x on the support selected by the scores, by default `nearestScores`, and 0 elsewhere.
    /// - Throws: `LacunaError` as `select`, or if there are not n entries.
    @inlinable
    public func project<S: Scalar>(_ x: [S], scores: [S.RealPart]? = nil) throws -> [S] {
        guard x.count == count else {
            throw LacunaError(.shape, "projection", "\(x.count) entries for a set among \(count)")
        }
        let support = try select(scores ?? nearestScores(x))
        var result = Array(repeating: S.zero, count: count)
        for index in support.indices { result[index] = x[index] }
        return result
    }

    /// - Throws: `LacunaError` unless there are n scores, none of them NaN.
    func requireScores<Real: RealScalar>(_ scores: [Real]) throws {
        guard scores.count == count else {
            throw LacunaError(.shape, "scores", "\(scores.count) for a set among \(count)")
        }
        if let index = firstNaN(scores) { throw LacunaError(.value, "scores", "number \(index) is not a number") }
    }
}

/// The one given support, whatever the scores: a mask that is kept, an attention pattern.
public struct FixedSupport: SupportSet {
    public let support: Support
    public var count: Int { support.count }

    public init(_ support: Support) {
        self.support = support
    }

    public func select<Real: RealScalar>(_ scores: [Real]) throws -> Support {
        try requireScores(scores)
        return support
    }

    public func contains(_ other: Support) -> Bool {
        other.isSubset(of: support)
    }
}

@specialized(where Real == Float)
@specialized(where Real == Double)
private func firstNaN<Real: RealScalar>(_ scores: [Real]) -> Int? {
    for index in 0..<scores.count where scores[index].isNaN { return index }
    return nil
}
