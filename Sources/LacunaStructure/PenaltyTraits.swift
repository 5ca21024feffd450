/// What a solver may ask of a penalty f before it starts.
public struct PenaltyTraits: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// f is convex; its prox is firmly non-expansive.
    public static let convex = PenaltyTraits(rawValue: 1 << 0)
    /// f is a sum over entries: an entry of the prox depends on that entry alone.
    public static let separable = PenaltyTraits(rawValue: 1 << 1)
    /// f is 0 or ∞: its prox is a projection, whatever the step.
    public static let setIndicator = PenaltyTraits(rawValue: 1 << 2)
    /// f(c x) = c f(x) for c > 0; a set indicator with it is that of a cone.
    public static let positivelyHomogeneous = PenaltyTraits(rawValue: 1 << 3)
}

extension Penalty {
    public var isConvex: Bool { traits.contains(.convex) }
    public var isSeparable: Bool { traits.contains(.separable) }
    public var isSetIndicator: Bool { traits.contains(.setIndicator) }
    public var isPositivelyHomogeneous: Bool { traits.contains(.positivelyHomogeneous) }
}
