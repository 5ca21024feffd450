import LacunaNets

/// Σ σ_max(W)² over the weight matrices of a network, by power iterations on vectors kept from call to call (Miyato et al. 2018,
/// arXiv 1802.05957): v ← Wᵀ u / ‖·‖, u ← W v / ‖·‖, σ = uᵀ W v; d(σ²)/dW = 2 σ u vᵀ.
final class SpectralNorms {
    private let matrices: [(range: Range<Int>, rows: Int, columns: Int)]
    private let left: [Buffer<Double>]
    private let right: [Buffer<Double>]

    /// - Parameter random: where the vectors start.
    init(_ layout: ParameterLayout, random: inout RandomStream) {
        matrices = layout.entries.filter { $0.parameter.shape.count == 2 }.map {
            ($0.range, $0.parameter.shape[0], $0.parameter.shape[1])
        }
        left = matrices.map { Buffer(random.normals(count: $0.rows)) }
        right = matrices.map { Buffer(random.normals(count: $0.columns)) }
    }

    /// Σ σ² after so many iterations; adds `scale` times its gradient.
    func evaluate(
        _ values: UnsafePointer<Double>, iterations: Int = 5, scale: Double = 0,
        into gradient: UnsafeMutablePointer<Double>? = nil
    ) -> Double {
        var sum = 0.0
        for (index, matrix) in matrices.enumerated() {
            let w = values + matrix.range.lowerBound, u = left[index].pointer, v = right[index].pointer
            var norm = 0.0
            for _ in 0..<iterations {
                v.update(repeating: 0, count: matrix.columns)
                for row in 0..<matrix.rows {
                    for column in 0..<matrix.columns { v[column] += w[row * matrix.columns + column] * u[row] }
                }
                normalize(v, matrix.columns)
                for row in 0..<matrix.rows {
                    var product = 0.0
                    for column in 0..<matrix.columns { product += w[row * matrix.columns + column] * v[column] }
                    u[row] = product
                }
                norm = normalize(u, matrix.rows)
            }
            sum += norm * norm
            guard let gradient else { continue }
            let target = gradient + matrix.range.lowerBound
            for row in 0..<matrix.rows {
                let factor = 2 * scale * norm * u[row]
                for column in 0..<matrix.columns { target[row * matrix.columns + column] += factor * v[column] }
            }
        }
        return sum
    }

    /// x ← x / ‖x‖, and the norm. A zero vector becomes a constant one, so that later iterations can leave it.
    @discardableResult
    private func normalize(_ x: UnsafeMutablePointer<Double>, _ count: Int) -> Double {
        var square = 0.0
        for index in 0..<count { square += x[index] * x[index] }
        let norm = square.squareRoot()
        for index in 0..<count { x[index] = norm > 0 ? x[index] / norm : 1 / Double(count).squareRoot() }
        return norm
    }
}
