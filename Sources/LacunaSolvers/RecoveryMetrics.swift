/// ‖x̂ - x‖² / ‖x‖²; infinite for an error on x = 0, and 0 / 0 is 0.
/// - Throws: `LacunaError` (shape) for unequal or empty vectors.
public func normalizedSquareError<Element: Scalar>(
    _ estimate: [Element], against truth: [Element]
) throws -> Element.RealPart {
    guard estimate.count == truth.count, !truth.isEmpty else {
        throw LacunaError(
            .shape, "normalised square error",
            "an estimate of \(estimate.count) elements against a truth of \(truth.count); equal lengths are needed")
    }
    var difference = Element.RealPart.zero, power = Element.RealPart.zero
    for index in truth.indices {
        difference += (estimate[index] - truth[index]).squaredModulus
        power += truth[index].squaredModulus
    }
    return difference == 0 ? 0 : difference / power
}
