import LacunaArrays
import LacunaScenarios

/// How fast this machine multiplies 1024×1024 matrices on one thread, in flops per second: 2·1024³ real flops a product,
/// 8·1024³ for complex ones. The yardstick of the flop rates, measured in the same run.
struct ProductRates: Sendable {
    private(set) var real = 0.0
    private(set) var complex = 0.0

    private static let size = 1024
    static let realFlops = 2.0 * 1024 * 1024 * 1024
    static let complexFlops = 4 * realFlops

    /// Seconds of one real product at the best rate seen.
    var realSeconds: Double { Self.realFlops / real }

    func rate<S: Scalar>(of type: S.Type) -> Double { S.isComplex ? complex : real }

    /// Measures again and keeps the best: the rate that the machine is capable of, not that of a busy moment.
    mutating func measure<S: Scalar>(_ type: S.Type, repetitions: Int) {
        let seconds = Self.seconds(type, repetitions: repetitions)
        if S.isComplex {
            complex = max(complex, Self.complexFlops / seconds)
        } else {
            real = max(real, Self.realFlops / seconds)
        }
    }

    private static func seconds<S: Scalar>(_ type: S.Type, repetitions: Int) -> Double {
        // The values do not matter to the time.
        let entry = S(real: 0.5, imaginary: 0.25)
        let a = Buffer(repeating: entry, count: size * size), b = Buffer(repeating: entry, count: size * size)
        let c = Buffer<S>(repeating: 0, count: size * size)
        let product = {
            BLAS<S>.multiply(.plain, .plain, size, size, size, a.pointer, size, b.pointer, size, into: c.pointer, size)
        }
        // The first call finds cold memory.
        product()
        return bestSeconds(of: repetitions, product)
    }
}
