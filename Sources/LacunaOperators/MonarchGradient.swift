/// The derivatives of a loss with respect to a Monarch layer's factors and input, each of its argument's dimensions. For
/// complex numbers ∂loss/∂θ̄: the direction of steepest ascent.
public struct MonarchGradient<Element: Scalar>: Sendable {
    public let left: Tensor<Element>
    public let right: Tensor<Element>
    public let input: Tensor<Element>
}

/// Forward and backward pass of Z = M X on N samples at once, tensors being features × samples and row-major.
extension MonarchOperator {
    /// Z = M X (rows × N), and the Y = R X (K r J × N) between the factors, which `gradient` needs again.
    /// - Throws: `LacunaError` if X is not columns × N.
    public func forward(_ x: Tensor<Element>) throws -> (output: Tensor<Element>, inner: Tensor<Element>) {
        let count = try samples(x, columns, "X")
        let y = Buffer<Element>(repeating: 0, count: layout.innerCount * count)
        let z = Buffer<Element>(repeating: 0, count: rows * count)
        x.storage.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            withStages {
                $0.right(x, vectors: count, into: y.pointer)
                $0.left(y.pointer, vectors: count, into: z.pointer)
            }
        }
        return (
            Tensor(dimensions: [rows, count], storage: z.prefix(rows * count)),
            Tensor(dimensions: [layout.innerCount, count], storage: y.prefix(layout.innerCount * count))
        )
    }

    /// From G = ∂loss/∂Z̄, the X of the forward pass and its Y: per sample
    ///
    ///     dL[j, l, k, ρ] = G[l, j] Ȳ[k, ρ, j]       dY[k, ρ, j] = Σ_l L̄[j, l, k, ρ] G[l, j]
    ///     dR[k, ρ, j, i] = dY[k, ρ, j] X̄[k, i]      dX[k, i] = Σ_ρj R̄[k, ρ, j, i] dY[k, ρ, j],
    ///
    /// dL and dR summed over the samples. Cost: two forward passes. Entries of padding get 0.
    /// - Throws: `LacunaError` if the sizes do not agree.
    public func gradient(
        output g: Tensor<Element>, input x: Tensor<Element>, inner y: Tensor<Element>
    ) throws -> MonarchGradient<Element> {
        let count = try samples(x, columns, "X")
        guard try samples(g, rows, "G") == count, try samples(y, layout.innerCount, "Y") == count else {
            throw LacunaError(
                .shape, "Monarch gradient",
                "X, G and Y are of \(count), \(g.dimensions[1]) and \(y.dimensions[1]) samples")
        }
        let left = Buffer<Element>(repeating: 0, count: factors.left.storage.count)
        let right = Buffer<Element>(repeating: 0, count: factors.right.storage.count)
        let inner = Buffer<Element>(repeating: 0, count: layout.innerCount * count)
        defer { withExtendedLifetime(inner) {} }
        let input = Buffer<Element>(repeating: 0, count: columns * count)
        let conjugated = Buffer<Element>(repeating: 0, count: BatchProduct<Element>.workspaceCount(rows * count))
        defer { withExtendedLifetime(conjugated) {} }
        g.storage.withUnsafeBufferPointer { g in
            guard let g = g.baseAddress else { return }
            y.storage.withUnsafeBufferPointer { y in
                guard let y = y.baseAddress else { return }
                MonarchStages.leftGradient(layout, g, inner: y, vectors: count, into: left.pointer)
            }
            let start = BatchProduct.conjugate(g, rows * count, into: conjugated.pointer)
            withStages {
                $0.leftTransposed(start, vectors: count, into: inner.pointer)
                $0.rightTransposed(inner.pointer, vectors: count, into: input.pointer)
            }
            BatchProduct.conjugate(input.pointer, columns * count)
            BatchProduct.conjugate(inner.pointer, layout.innerCount * count)
        }
        x.storage.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            MonarchStages.rightGradient(layout, inner.pointer, input: x, vectors: count, into: right.pointer)
        }
        return MonarchGradient(
            left: Tensor(dimensions: layout.leftDimensions, storage: left.prefix(left.count)),
            right: Tensor(dimensions: layout.rightDimensions, storage: right.prefix(right.count)),
            input: Tensor(dimensions: [columns, count], storage: input.prefix(columns * count)))
    }

    /// The N of a `features` × N tensor.
    private func samples(_ tensor: Tensor<Element>, _ features: Int, _ name: String) throws -> Int {
        guard tensor.dimensions.count == 2, tensor.dimensions[0] == features else {
            throw LacunaError(
                .shape, "Monarch layer",
                "\(name) is \(describeShape(tensor.dimensions)), not \(features)×samples")
        }
        return tensor.dimensions[1]
    }
}
