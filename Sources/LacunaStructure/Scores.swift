/// What entries are worth: the other half of every (score, set) pair. A `SupportSet` keeps what scores highest, whatever
/// made the scores; those of a tile or group are the sums over its entries.
public enum Scores {
    /// |x_n|². The set's choice is then the nearest vector in the Euclidean norm.
    @inlinable
    public static func squaredMagnitude<S: Scalar>(_ x: [S]) -> [S.RealPart] { x.map(\.squaredModulus) }

    /// |x_n|: the same choice among entries, another one among groups.
    @inlinable
    public static func magnitude<S: Scalar>(_ x: [S]) -> [S.RealPart] { x.map(\.modulus) }
}
