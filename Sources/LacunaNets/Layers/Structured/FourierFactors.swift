/// A square Hankel matrix as a product of sparse factors, each of which may be trained: H = Re Eᵀ Pᵀ B̃_1 … B̃_L diag(D) B_L … B_1 P E J with
/// the exchange J, E = [I_N; 0] and a Fourier transform of length n ≥ 2N - 1, n = r_1 … r_L, cut into its factors (Cooley & Tukey 1965).
///
/// Factor B_s mixes, for every block b of m_s = r_1 … r_s entries and every k < m_{s-1}, the r_s entries b m_s + q m_{s-1} + k by a complex
/// r_s × r_s matrix; at the Fourier transform it is exp(-2πi q (k + m_{s-1} l) / m_s) in row l and column q, and B̃_s = B_sᴴ / r_s. Radices
/// 2, …, 2 are the butterflies, r_s non-zeros in each row; two radices near √n are the order-2 Monarch factors (Dao et al. 2022,
/// arXiv 2204.00595). Trained factors leave the set of Hankel matrices.
public struct FourierFactors: Hashable, Sendable {
    /// N.
    public let size: Int
    /// r_1 … r_L.
    public let radices: [Int]
    /// n.
    public let length: Int
    /// P: position s of the transform's input holds entry `order[s]`.
    let order: [Int]
    /// B_1 … B_L, D (of radix 1), B̃_L … B̃_1.
    let stages: [Stage]

    struct Stage: Hashable, Sendable {
        let radix: Int
        /// m_{s-1}: how far apart the entries of a group are.
        let span: Int
        /// Where its n r complex numbers begin: group after group, each row-major.
        let start: Int
    }

    /// - Throws: `LacunaError` for radices below 2, or of a product below 2N - 1.
    public init(size: Int, radices: [Int]) throws {
        let length = radices.reduce(1, *)
        guard size >= 1, radices.allSatisfy({ $0 >= 2 }), length >= 2 * size - 1 else {
            throw LacunaError(
                .shape, "Fourier factors", "radices \(radices) for a matrix of size \(size)",
                remedy: "Radices are at least 2, their product at least twice the size less one.")
        }
        self.size = size
        self.radices = radices
        self.length = length
        order = Self.order(radices[...])
        var stages: [Stage] = [], start = 0, span = 1
        func append(_ radix: Int, _ span: Int) {
            stages.append(Stage(radix: radix, span: span, start: start))
            start += length * radix
        }
        for radix in radices {
            append(radix, span)
            span *= radix
        }
        append(1, 1)
        for radix in radices.reversed() {
            span /= radix
            append(radix, span)
        }
        self.stages = stages
    }

    /// Radix 2 throughout, padded to the next power of two from 2N on.
    public static func butterfly(size: Int) throws -> FourierFactors {
        var radices = [2]
        while radices.reduce(1, *) < 2 * size { radices.append(2) }
        return try FourierFactors(size: size, radices: radices)
    }

    /// Two radices: those with the fewest numbers n (r_1 + r_2) in a factorisation of n ≥ 2N - 1, the smaller first.
    public static func monarch(size: Int) throws -> FourierFactors {
        let least = max(2 * size - 1, 4)
        var best = (first: 2, second: (least + 1) / 2)
        for first in 2...max(2, least) where first * first <= 2 * least {
            let second = max((least + first - 1) / first, first)
            if first * second * (first + second) < best.first * best.second * (best.first + best.second) {
                best = (first, second)
            }
        }
        return try FourierFactors(size: size, radices: [best.first, best.second])
    }

    /// Complex numbers of all factors and of D: 2 n (r_1 + … + r_L) + n.
    public var complexCount: Int { length * (2 * radices.reduce(0, +) + 1) }

    /// Real operations of a product with one vector, factor by factor: 8 per complex multiply-add, 6 per complex product.
    public var operationCount: Int { length * (16 * radices.reduce(0, +) + 6) }

    private static func order(_ radices: ArraySlice<Int>) -> [Int] {
        guard let last = radices.last else { return [0] }
        let inner = order(radices.dropLast())
        return (0..<last).flatMap { q in inner.map { q + last * $0 } }
    }

    /// The numbers of B_1 … B_L, D, B̃_L … B̃_1 (each group after group, row-major) with which the product is the Hankel matrix of
    /// the anti-diagonals h, 2N - 1 of them: D = F c with c_{k-N+1 mod n} = h_k. - Throws: `LacunaError` (shape) for another number.
    public func start(sequence h: [Double]) throws -> [Complex<Double>] {
        guard h.count == 2 * size - 1 else {
            throw LacunaError(.shape, "Hankel sequence", "\(h.count) numbers, 2 · \(size) - 1 are needed")
        }
        var numbers: [Complex<Double>] = []
        numbers.reserveCapacity(complexCount)
        for (index, stage) in stages.enumerated() {
            if stage.radix == 1 {
                let plan = try FourierPlan(length: length)
                let signal = Buffer<Complex<Double>>(repeating: 0, count: 2 * length)
                for (k, value) in h.enumerated() { signal[(k - size + 1 + length) % length] = Complex(value, 0) }
                plan.transform(signal.pointer, into: signal.pointer + length)
                numbers += signal.prefix(2 * length)[length...]
                continue
            }
            let (radix, span) = (stage.radix, stage.span), isInverse = index > radices.count
            for group in 0..<length / radix {
                for row in 0..<radix {
                    for column in 0..<radix {
                        let (l, q) = isInverse ? (column, row) : (row, column)
                        let turns = q * (group % span + span * l) % (span * radix)
                        let angle = 2 * Double.pi * Double(turns) / Double(span * radix)
                        let root = Complex(Double.cos(angle), (isInverse ? 1 : -1) * Double.sin(angle))
                        numbers.append(root.scaled(by: isInverse ? 1 / Double(radix) : 1))
                    }
                }
            }
        }
        return numbers
    }
}
