/// One mode of the E-step: the eigendecomposition of K = A diag(g) Aᴴ as the two matrices of the posterior,
///
///     mean = (⊗ backward_i) [ D⁻¹ ∘ (⊗ forward_iᴴ) z ],   var = g - (⊗ backwardSquared_i) D⁻¹,   D = s² + ⊗ w_i.
///
/// While the active columns n number at least the rows M: K = U diag(w) Uᴴ, forward = U, backward = diag(g) Aᴴ U, and z is
/// the measurement tensor. With fewer columns, from the n×n matrix g^½ AᴴA g^½ = V diag(w) Vᴴ: forward = backward =
/// g^½ V and backwardSquared = g |V|² w, z being Aᴴy along this mode.
final class KroneckerFactor<S: Scalar> {
    typealias Real = S.RealPart
    let rows: Int
    private(set) var count: Int
    /// Active columns, M×n.
    let dictionary: Buffer<S>
    /// Their adjoint, n×M.
    let adjoint: Buffer<S>
    /// AᴴA of the active columns, lower triangle, once n < M.
    private let gram: Buffer<S>
    private(set) var usesGram = false
    private let eigenvectors: Buffer<S>
    let eigenvalues: Buffer<Real>
    private let forwardMatrix: Buffer<S>
    private let backwardMatrix: Buffer<S>
    let backwardSquared: Buffer<Real>
    private let scaled: Buffer<S>
    private let roots: Buffer<Real>
    private let eigen: HermitianEigenWorkspace<S>

    @specialized(where S == Double)
    @specialized(where S == Complex<Double>)
    init(_ matrix: Matrix<S>) {
        rows = matrix.rows
        count = matrix.columns
        let small = min(rows, count)
        dictionary = Buffer(matrix.storage)
        adjoint = Buffer(matrix.adjoint.storage)
        gram = Buffer(repeating: 0, count: small * small)
        eigenvectors = Buffer(repeating: 0, count: small * small)
        eigenvalues = Buffer(repeating: 0, count: small)
        forwardMatrix = Buffer(repeating: 0, count: small * small)
        backwardMatrix = Buffer(repeating: 0, count: small * count)
        backwardSquared = Buffer(repeating: 0, count: small * count)
        scaled = Buffer(repeating: 0, count: rows * count)
        roots = Buffer(repeating: 0, count: count)
        eigen = HermitianEigenWorkspace(capacity: small)
    }

    /// Eigenvalues kept: min(M, n).
    var rank: Int { usesGram ? count : rows }
    /// Length of this mode of the tensor z.
    var measurementCount: Int { usesGram ? count : rows }
    /// forwardᴴ: rank × measurementCount.
    var forward: UnsafePointer<S> { UnsafePointer(forwardMatrix.pointer) }
    /// n × rank.
    var backward: UnsafePointer<S> { UnsafePointer(usesGram ? eigenvectors.pointer : backwardMatrix.pointer) }

    /// Drops all active columns but those at `kept`.
    @specialized(where S == Double)
    @specialized(where S == Complex<Double>)
    func restrict(_ kept: [Int]) {
        for (position, index) in kept.enumerated() where position != index {
            (dictionary.pointer + position * rows).update(from: dictionary.pointer + index * rows, count: rows)
        }
        if usesGram {
            for (column, oldColumn) in kept.enumerated() {
                for row in column..<kept.count {
                    gram[row + column * kept.count] = gram[kept[row] + oldColumn * count]
                }
            }
        }
        count = kept.count
        for column in 0..<rows {
            for row in 0..<count { adjoint[row + column * count] = dictionary[column + row * rows].conjugated }
        }
    }

    /// Changes to the n×n form. The caller takes Aᴴ along this mode of its measurements.
    func switchToGram() {
        usesGram = true
        BLAS<S>.innerGram(count, rows, dictionary.pointer, rows, into: gram.pointer, count)
    }

    @specialized(where S == Double)
    @specialized(where S == Complex<Double>)
    func update(_ scales: [Real]) {
        if usesGram { updateFromGram(scales) } else { updateFromCovariance(scales) }
    }

    /// n×n: g^½ AᴴA g^½ = V diag(w) Vᴴ.
    @inline(__always)
    private func updateFromGram(_ scales: [Real]) {
        let n = count
        for index in 0..<n { roots[index] = scales[index].squareRoot() }
        for column in 0..<n {
            for row in column..<n {
                let factor = roots[row] * roots[column]
                eigenvectors[row + column * n] = gram[row + column * n].scaled(by: factor)
            }
        }
        decompose(n)
        for column in 0..<n {
            let w = eigenvalues[column]
            for row in 0..<n {
                let position = row + column * n
                let entry = eigenvectors[position].scaled(by: roots[row])
                eigenvectors[position] = entry
                forwardMatrix[column + row * n] = entry.conjugated
                backwardSquared[position] = entry.squaredModulus * w
            }
        }
    }

    /// M×M: A diag(g) Aᴴ = U diag(w) Uᴴ, backward = (diag(g) Aᴴ) U.
    @inline(__always)
    private func updateFromCovariance(_ scales: [Real]) {
        let n = count, m = rows
        scales.withUnsafeBufferPointer { g in
            for column in 0..<m {
                for row in 0..<n { scaled[row + column * n] = adjoint[row + column * n].scaled(by: g[row]) }
            }
        }
        BLAS<S>.combine(
            length: m, outputs: m, depth: n, dictionary.pointer, stride: m, coefficients: scaled.pointer,
            outputStride: n, depthStride: 1, into: eigenvectors.pointer, stride: m)
        decompose(m)
        for column in 0..<m {
            for row in 0..<m { forwardMatrix[column + row * m] = eigenvectors[row + column * m].conjugated }
        }
        BLAS<S>.combine(
            length: n, outputs: m, depth: m, scaled.pointer, stride: n, coefficients: eigenvectors.pointer,
            outputStride: m, depthStride: 1, into: backwardMatrix.pointer, stride: n)
        for position in 0..<n * m { backwardSquared[position] = backwardMatrix[position].squaredModulus }
    }

    @inline(__always)
    private func decompose(_ size: Int) {
        eigen.decompose(size, eigenvectors.pointer, values: eigenvalues.pointer)
        for index in 0..<size { eigenvalues[index] = max(eigenvalues[index], 0) }
    }
}
