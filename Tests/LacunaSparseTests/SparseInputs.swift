import LacunaSparse

/// A matrix with about `density` of its blocks random, some block rows empty.
func sparseDense<S: Scalar>(
    _ rows: Int, _ columns: Int, block: BlockShape = .entry, density: Double, seed: UInt64, of: S.Type = S.self
) -> Matrix<S> {
    var stream = RandomStream(key: seed)
    var dense = Matrix<S>(repeating: 0, rows: rows, columns: columns)
    for blockRow in 0..<rows / block.rows where blockRow % 5 != 3 {
        for blockColumn in 0..<columns / block.columns where stream.uniform() < density {
            for i in 0..<block.rows {
                for j in 0..<block.columns {
                    dense[blockRow * block.rows + i, blockColumn * block.columns + j] = S(
                        real: S.RealPart(stream.normal()), imaginary: S.RealPart(stream.normal()))
                }
            }
        }
    }
    return dense
}

func randomTensor<S: Scalar>(_ dimensions: [Int], seed: UInt64, of: S.Type = S.self) -> Tensor<S> {
    var stream = RandomStream(key: seed)
    return Tensor(
        dimensions: dimensions,
        storage: (0..<dimensions.reduce(1, *)).map { _ in
            S(real: S.RealPart(stream.normal()), imaginary: S.RealPart(stream.normal()))
        })
}

/// The largest error of Y against W X by definition, in units of rounding for sums of its length.
func productError<S: Scalar>(_ dense: Matrix<S>, _ x: Tensor<S>, _ y: Tensor<S>) -> S.RealPart {
    let n = x.dimensions[1]
    var error = S.RealPart.zero
    for row in 0..<dense.rows {
        for column in 0..<n {
            var sum = S.zero
            var size = S.RealPart(1)
            for k in 0..<dense.columns {
                let term = dense[row, k] * x.storage[k * n + column]
                sum += term
                size += term.modulus
            }
            error = max(error, (sum - y.storage[row * n + column]).modulus / size)
        }
    }
    return error / S.RealPart.ulpOfOne
}
