extension LinearModel {
    /// A unit for x: the power of 1000 nearest to ‖y‖ / ‖A‖_F, the root mean square of white coefficients that would
    /// explain y, over `typicalSize`. 1 where the quotient lies between 1/31.6 and 31.6, and for y = 0.
    ///
    /// Why a power of 1000: users change units by such powers, and the same data in volts and in microvolts are then the
    /// same problem up to rounding; by other factors iterations and sometimes the answer still change. Powers of two would be free of rounding, but 2^20 is 5 % off 10^6, and a start that
    /// is 5 % off moves an SBL answer by up to a tenth where it has many optima. Why not the quotient itself: the
    /// published settings start at 1 on their own problems, which are within the range of 1.
    public func coefficientUnit(typicalSize: Element.RealPart) -> Element.RealPart {
        typealias Real = Element.RealPart
        guard let size = logarithmOfCoefficientSize() else { return 1 }
        let exponent = size - Real.log10(typicalSize)
        // The square of the unit must be a number as well.
        let largest = (Real.log10(Real.greatestFiniteMagnitude) / 6).rounded(.down)
        return Real.pow(1000, min(max((exponent / 3).rounded(), -largest), largest))
    }

    /// log10 of ‖y‖ / ‖A‖_F; nil for y = 0, and for dictionaries that do not tell their norm.
    func logarithmOfCoefficientSize() -> Element.RealPart? {
        typealias Real = Element.RealPart
        var exponent = logarithmOfNorm(measurements)
        if let factored = dictionary as? any Factored<Element> {
            for factor in factored.factors { exponent -= logarithmOfNorm(factor.storage) }
        } else if let columns = dictionary as? any ColumnAccess<Element> {
            exponent -= Real.log10(columns.squaredColumnNorms().reduce(0, +)) / 2
        } else {
            return nil
        }
        return exponent.isFinite ? exponent : nil
    }

    /// The same problem for x / unit: y / unit and s² / unit², kept in range.
    func measured(in unit: Element.RealPart) throws -> LinearModel {
        let variance = noiseVariance.map { variance in
            min(max(variance / unit / unit, .leastNormalMagnitude), .greatestFiniteMagnitude)
        }
        return try LinearModel(
            dictionary: dictionary, measurements: measurements.map { $0.scaled(by: 1 / unit) }, noiseVariance: variance)
    }
}

/// log10 ‖x‖, without overflow of the squares.
@specialized(where Element == Double)
@specialized(where Element == Complex<Double>)
private func logarithmOfNorm<Element: Scalar>(_ x: [Element]) -> Element.RealPart {
    typealias Real = Element.RealPart
    var largest = Real.zero
    for index in 0..<x.count {
        largest = max(largest, max(x[index].realPart.magnitude, x[index].imaginaryPart.magnitude))
    }
    guard largest > 0 else { return -Real.infinity }
    var squares = Real.zero
    for index in 0..<x.count {
        let real = x[index].realPart / largest, imaginary = x[index].imaginaryPart / largest
        squares += real * real + (Element.isComplex ? imaginary * imaginary : 0)
    }
    return Real.log10(largest) + Real.log10(squares) / 2
}
