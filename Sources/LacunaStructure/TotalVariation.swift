/// λ Σ |x_{n+1} - x_n|, the total variation of a sequence; its prox is piecewise constant.
///
/// Prox: the taut string in Condat's form (2013), exact up to rounding, in place. Cost: O(n) typically, O(n²) at worst.
public struct TotalVariation<Element: RealScalar>: Penalty {
    public let weight: Element

    /// - Throws: `LacunaError` unless the weight is finite and ≥ 0.
    public init(weight: Element) throws {
        try requireNonNegative(weight, "total variation weight")
        self.weight = weight
    }

    public var traits: PenaltyTraits { [.convex, .positivelyHomogeneous] }

    @specialized(where Element == Double)
    @specialized(where Element == Float)
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element {
        guard x.count > 1 else { return 0 }
        var sum = Element.zero
        for index in 1..<x.count { sum += (x[index] - x[index - 1]).magnitude }
        return weight * sum
    }

    /// The segment that starts at `start` has a value between `low` and `high`; `lowSlack` and `highSlack` are the dual
    /// variable at `position` for either value, in [-λ, λ]; it last touched its bound at `lowTouch` and `highTouch`.
    @specialized(where Element == Double)
    @specialized(where Element == Float)
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element, workspace: inout Void) {
        let bound = step * weight, last = x.count - 1
        guard bound > 0, last > 0 else { return }
        var position = 0, start = 0, lowTouch = 0, highTouch = 0
        var low = x[0] - bound, high = x[0] + bound
        var lowSlack = bound, highSlack = -bound
        // Where rounding lets low and high cross, a touch may lie before `start`: the segment begins anew; or at the end.
        func finish(through end: Int, at value: Element) {
            while start <= end {
                x[start] = value
                start += 1
            }
        }
        while true {
            if position == last {
                if lowSlack < 0 {
                    finish(through: lowTouch, at: low)
                    guard start <= last else { return }
                    position = start
                    lowTouch = start
                    low = x[start]
                    lowSlack = bound
                    highSlack = low + bound - high
                } else if highSlack > 0 {
                    finish(through: highTouch, at: high)
                    guard start <= last else { return }
                    position = start
                    highTouch = start
                    high = x[start]
                    highSlack = -bound
                    lowSlack = high - bound - low
                } else {
                    finish(through: last, at: low + lowSlack / Element(last - start + 1))
                    return
                }
                continue
            }
            lowSlack += x[position + 1] - low
            highSlack += x[position + 1] - high
            if lowSlack < -bound || highSlack > bound {
                let down = lowSlack < -bound
                finish(through: down ? lowTouch : highTouch, at: down ? low : high)
                guard start <= last else { return }
                position = start
                lowTouch = start
                highTouch = start
                low = down ? x[start] : x[start] - 2 * bound
                high = down ? x[start] + 2 * bound : x[start]
                lowSlack = bound
                highSlack = -bound
                continue
            }
            position += 1
            if lowSlack >= bound {
                lowTouch = position
                low += (lowSlack - bound) / Element(position - start + 1)
                lowSlack = bound
            }
            if highSlack <= -bound {
                highTouch = position
                high += (highSlack + bound) / Element(position - start + 1)
                highSlack = -bound
            }
        }
    }
}
