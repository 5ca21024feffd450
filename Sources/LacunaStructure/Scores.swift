/// What entries are worth: the other half of every (score, set) pair. A `SupportSet` keeps what scores highest, whatever
/// made the scores; those of a tile or group are the sums over its entries.
public enum Scores {
    /// |x_n|². The set's choice is then the nearest vector in the Euclidean norm. In units of the largest |x_n|² where that
    /// leaves the range of the type; only the order of scores counts.
    @inlinable
    public static func squaredMagnitude<S: Scalar>(_ x: [S]) -> [S.RealPart] {
        let squares = x.map(\.squaredModulus)
        let largest = squares.reduce(S.RealPart.zero) { max($0, $1) }
        // Sums over tiles, too, must stay in range.
        let isInRange = largest.isNormal && (largest * S.RealPart(x.count)).isFinite
        return isInRange ? squares : scaledSquares(x)
    }

    @usableFromInline
    static func scaledSquares<S: Scalar>(_ x: [S]) -> [S.RealPart] {
        let largest = x.reduce(S.RealPart.zero) { max($0, $1.realPart.magnitude, $1.imaginaryPart.magnitude) }
        guard largest > 0, largest.isFinite else { return x.map(\.squaredModulus) }
        return x.map { entry in
            let real = entry.realPart / largest, imaginary = entry.imaginaryPart / largest
            return real * real + imaginary * imaginary
        }
    }

    /// |x_n|: the same choice among entries, another one among groups.
    @inlinable
    public static func magnitude<S: Scalar>(_ x: [S]) -> [S.RealPart] { x.map(\.modulus) }
}
