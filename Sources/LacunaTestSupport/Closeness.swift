import Lacuna

/// ‖a - b‖ / max(‖b‖, tiny); infinite for unequal lengths, NaN if an entry is.
public func relativeDistance<S: Scalar>(_ a: [S], _ b: [S]) -> S.RealPart {
    guard a.count == b.count else { return .infinity }
    var difference = S.RealPart.zero, size = S.RealPart.zero
    for index in a.indices {
        difference += (a[index] - b[index]).squaredModulus
        size += b[index].squaredModulus
    }
    return difference.squareRoot() / max(size.squareRoot(), S.RealPart.leastNormalMagnitude.squareRoot())
}

public func relativeDistance<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> S.RealPart {
    guard a.shape == b.shape else { return .infinity }
    return relativeDistance(a.storage, b.storage)
}

/// max |a_n - b_n|; infinite for unequal lengths or an entry that is not a number.
public func largestDifference<S: Scalar>(_ a: [S], _ b: [S]) -> S.RealPart {
    guard a.count == b.count else { return .infinity }
    var largest = S.RealPart.zero
    for index in a.indices {
        let difference = (a[index] - b[index]).modulus
        guard !difference.isNaN else { return .infinity }
        largest = max(largest, difference)
    }
    return largest
}

public func largestDifference<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> S.RealPart {
    guard a.shape == b.shape else { return .infinity }
    return largestDifference(a.storage, b.storage)
}

/// Units of rounding of the scalar's real part, for tolerances that hold at every precision.
public func rounding<S: Scalar>(_ units: Double, of type: S.Type) -> S.RealPart {
    S.RealPart(units) * S.RealPart.ulpOfOne
}
