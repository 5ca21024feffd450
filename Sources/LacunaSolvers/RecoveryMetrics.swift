/// ‖x̂ - x‖² / ‖x‖². Precondition: equal lengths.
public func normalizedSquareError<Element: Scalar>(
    _ estimate: [Element], against truth: [Element]
) -> Element.RealPart {
    precondition(estimate.count == truth.count, "\(estimate.count) against \(truth.count) elements")
    var difference = Element.RealPart.zero, power = Element.RealPart.zero
    for index in truth.indices {
        difference += (estimate[index] - truth[index]).squaredModulus
        power += truth[index].squaredModulus
    }
    return difference / power
}
