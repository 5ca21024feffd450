/// What one sample of a value looks like: features, and how many positions (tokens, grid points) carry them.
///
/// A batch of B samples is a row-major matrix of `featureCount` rows and B × positions columns, the positions of a sample
/// beside each other: feature f of sample b at position t is element (f, b T + t). Features by samples, not samples by
/// features: products with weights on the left run on BLAS and on the sparse kernels without a transpose, an image's
/// channel, row and column are contiguous over the batch, and flattening costs nothing.
///
/// A complex value has a leading feature axis of 2: the real plane, then the imaginary one.
public struct ValueShape: Hashable, Sendable {
    /// For example [784], or [channels, height, width].
    public let features: [Int]
    /// T: 1 for all but sequences.
    public let positions: Int

    public init(_ features: [Int], positions: Int = 1) {
        self.features = features
        self.positions = positions
    }

    public var featureCount: Int { features.reduce(1, *) }
    /// Elements of one sample.
    public var count: Int { featureCount * positions }

    /// Columns of a batch's matrix.
    public func columns(batch: Int) -> Int { batch * positions }
}

extension ValueShape: CustomStringConvertible {
    /// "3×32×32", or "64, 16 positions".
    public var description: String {
        describeShape(features) + (positions == 1 ? "" : ", \(positions) positions")
    }
}
