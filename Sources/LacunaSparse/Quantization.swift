/// Affine quantisation of activations to 8 bits: value = scale (q - zeroPoint).
public struct Quantization: Hashable, Sendable {
    /// > 0.
    public let scale: Float
    public let zeroPoint: Int
    /// 127 where products may use the faster instructions, which are exact for 7 bits, else 255.
    public let largest: Int

    /// - Throws: `LacunaError` for a scale that is not positive and finite, and a zero point outside 0...`largest`.
    public init(scale: Float, zeroPoint: Int = 0, sevenBits: Bool = true) throws {
        largest = sevenBits ? 127 : 255
        guard scale > 0, scale.isFinite else {
            throw LacunaError(.value, "quantisation", "scale \(scale); it must be positive and finite")
        }
        guard 0...largest ~= zeroPoint else {
            throw LacunaError(.value, "quantisation", "zero point \(zeroPoint) is outside 0...\(largest)")
        }
        self.scale = scale
        self.zeroPoint = zeroPoint
    }

    /// The finest quantisation that holds all values, and 0 exactly. All values 0 or none: scale 1.
    /// - Throws: `LacunaError` for values that are not finite.
    public init(holding values: some Sequence<Float>, sevenBits: Bool = true) throws {
        var low: Float = 0, high: Float = 0
        for value in values {
            guard value.isFinite else {
                throw LacunaError(.value, "quantisation", "an activation is \(value)")
            }
            low = min(low, value)
            high = max(high, value)
        }
        let largest: Float = sevenBits ? 127 : 255
        // In halves: the range itself may overflow.
        let scale = (high / 2 - low / 2) / (largest / 2)
        guard scale >= Float.leastNormalMagnitude else {
            try self.init(scale: 1, sevenBits: sevenBits)
            return
        }
        let zeroPoint = (-low / scale).rounded(.toNearestOrEven)
        try self.init(scale: scale, zeroPoint: Int(min(max(zeroPoint, 0), largest)), sevenBits: sevenBits)
    }

    /// Nearest, half to even; what lies outside is clamped and NaN is 0.
    public func quantize(_ value: Float) -> UInt8 {
        let q = (value / scale).rounded(.toNearestOrEven) + Float(zeroPoint)
        return q.isNaN ? 0 : UInt8(min(max(q, 0), Float(largest)))
    }

    public func quantize(_ values: [Float]) -> [UInt8] { values.map(quantize(_:)) }

    public func value(_ q: UInt8) -> Float { scale * Float(Int(q) - zeroPoint) }
}
