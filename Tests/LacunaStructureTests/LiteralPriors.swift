import LacunaStructure
import LacunaTestSupport

// Updates of the priors on full tensors, as the formulas have them.

func kroneckerVector(_ factors: [[Double]]) -> [Double] { factors.reduce([1], naiveKronecker) }

func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// The multi-index of a position in a row-major tensor.
func multiIndex(_ position: Int, _ sizes: [Int]) -> [Int] {
    var remaining = position
    return sizes.reversed().map { size in
        defer { remaining /= size }
        return remaining % size
    }.reversed()
}

/// (N_i / N) Σ L_n ∏_{j≠i} 1 / g_j[n_j] over the entries with n_i fixed.
func literalMinimizer(_ mode: Int, _ g: [[Double]], _ moment: [Double]) -> [Double] {
    let sizes = g.map(\.count)
    var sums = Array(repeating: 0.0, count: sizes[mode])
    for position in moment.indices {
        let index = multiIndex(position, sizes)
        var term = moment[position]
        for other in sizes.indices where other != mode { term /= g[other][index[other]] }
        sums[index[mode]] += term
    }
    return sums.map { $0 * Double(sizes[mode]) / Double(moment.count) }
}

func literalNormalization(_ g: [[Double]]) -> [[Double]] {
    var g = g
    for mode in g.indices.dropLast() {
        let size = norm(g[mode])
        g[mode] = g[mode].map { $0 / size }
        g[g.count - 1] = g[g.count - 1].map { $0 * size }
    }
    return g
}

/// Sweeps of `update` until the Kronecker vector changes by at most the tolerance.
func literalSweeps(
    _ start: [[Double]], tolerance: Double, isRelative: Bool, limit: Int, update: ([[Double]], Int) -> [Double]
) -> [[Double]] {
    var g = start
    for _ in 0..<limit {
        let old = kroneckerVector(g)
        for mode in g.indices { g[mode] = update(g, mode) }
        g = literalNormalization(g)
        let change = norm(zip(kroneckerVector(g), old).map { $0 - $1 })
        if change <= tolerance * (isRelative ? norm(old) : 1) { break }
    }
    return g
}

/// Σ_n log g_n + L_n / g_n.
func majorizer(_ g: [[Double]], _ moment: [Double]) -> Double {
    zip(kroneckerVector(g), moment).reduce(0) { $0 + Double.log($1.0) + $1.1 / $1.0 }
}

extension ScalePrior where Real == Double {
    /// One update with fresh workspace.
    func updated(_ scales: KroneckerScales<Double>, _ moment: [Double]) -> KroneckerScales<Double> {
        var scales = scales
        var workspace = makeWorkspace(dimensions: scales.dimensions)
        update(&scales, secondMoment: moment, workspace: &workspace)
        return scales
    }
}

/// Scales and second moments of a given size, some entries pruned.
struct PriorCase {
    let scales: KroneckerScales<Double>
    let moment: [Double]

    init(_ sizes: [Int], pruned: Bool, seed: UInt64) throws {
        var stream = RandomStream(key: seed)
        let full = sizes.map { size in
            var values: [Double] = stream.positives(size, in: 0.2...3)
            if pruned && size > 2 { values[size / 2] = 0 }
            return values
        }
        scales = try KroneckerScales(full)
        moment = stream.positives(scales.activeCount, in: 0...4)
    }
}

/// The largest relative distance between modes.
func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    zip(a, b).map { relativeDistance($0, $1) }.max() ?? .infinity
}
