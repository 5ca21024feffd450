/// Kronecker-structured scales by a rank-one fit of L (He & Joseph 2024, SVD-KroSBL): with L unfolded as mode 1 against
/// the rest, g_1 is the leading left singular vector; then the same on the rest, s v refolded over modes 2…I. The scale
/// stays in the last mode.
///
/// L is entrywise non-negative, so its leading singular vectors may be taken non-negative (Perron). Only the leading pair
/// is computed: power iteration on the N_i × N_i Gram matrix, started from the previous answer.
/// Cost: N N_1 / 2 multiply-adds for the first Gram matrix, less for the others.
public struct SingularVectorPrior<Real: RealScalar>: ScalePrior {
    public var start: ScaleStart

    public init(start: ScaleStart = .normalized) {
        self.start = start
    }

    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        KroneckerScales(dimensions: dimensions, start: start)
    }

    public struct Workspace {
        let gram: Buffer<Real>
        let vector: Buffer<Real>
        let next: Buffer<Real>
        let tensors: [Buffer<Real>]
    }

    public func makeWorkspace(dimensions: [Int]) -> Workspace {
        let largest = dimensions.dropLast().max() ?? 1
        let rest = dimensions.dropFirst().reduce(1, *)
        return Workspace(
            gram: Buffer(repeating: 0, count: largest * largest),
            vector: Buffer(repeating: 0, count: largest),
            next: Buffer(repeating: 0, count: largest),
            tensors: (0..<2).map { _ in Buffer(repeating: 0, count: rest) })
    }

    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, workspace: inout Workspace
    ) {
        var tensor = secondMoment
        var count = scales.activeCount
        for mode in 0..<scales.modes - 1 {
            let size = scales.values[mode].count
            let rest = count / size
            leadingVector(tensor, size, rest, start: scales.values[mode], workspace)
            for index in 0..<size { scales.values[mode][index] = workspace.vector[index] }
            let target = workspace.tensors[mode % 2].pointer
            BLAS<Real>.combine(
                length: rest, outputs: 1, depth: size, tensor, stride: rest, coefficients: workspace.vector.pointer,
                outputStride: size, depthStride: 1, into: target, stride: rest)
            tensor = UnsafePointer(target)
            count = rest
        }
        let last = scales.modes - 1
        for index in 0..<count { scales.values[last][index] = tensor[index].magnitude }
    }

    /// Leading left singular vector of T (size × rest, row-major) into `workspace.vector`.
    @specialized(where Real == Double)
    private func leadingVector(
        _ tensor: UnsafePointer<Real>, _ size: Int, _ rest: Int, start: [Real], _ workspace: Workspace
    ) {
        let u = workspace.vector.pointer, v = workspace.next.pointer, gram = workspace.gram.pointer
        guard size > 1 else {
            u[0] = 1
            return
        }
        BLAS<Real>.rowGram(rows: size, length: rest, tensor, into: gram)
        // Relative to the trace, so that the squares below stay in range whatever the units of L.
        var trace = Real.zero
        for index in 0..<size { trace += gram[index * (size + 1)] }
        let unit = trace > 0 ? 1 / trace : 0
        // A strictly positive start is never orthogonal to the Perron vector.
        var norm = Real.zero
        for index in 0..<size {
            u[index] = max(start[index], Real.leastNormalMagnitude)
            norm = max(norm, u[index])
        }
        for index in 0..<size { u[index] /= norm }
        for _ in 0..<10_000 {
            for index in 0..<size { v[index] = 0 }
            for column in 0..<size {
                let factor = u[column] * unit
                let entries = gram + column * size
                for row in 0..<size { v[row] += factor * entries[row] }
            }
            var squares = Real.zero
            for index in 0..<size { squares += v[index] * v[index] }
            guard squares > 0 else { break }
            let scale = 1 / squares.squareRoot()
            var change = Real.zero
            for index in 0..<size {
                let value = v[index] * scale
                change = max(change, (value - u[index]).magnitude)
                u[index] = value
            }
            if change <= 64 * Real.ulpOfOne { break }
        }
    }
}
