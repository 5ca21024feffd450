import LacunaIO
import LacunaNets

/// The samples of a network study: what training sees, and what scores are taken on.
public struct NetworkData: Sendable {
    public let training: DataSet<Float>
    public let evaluation: DataSet<Float>

    /// Pixels are scaled to [0, 1], then by the training part's mean and deviation.
    ///
    /// - Parameters:
    ///   - canvas: images are placed at random on a square canvas of this size; nil leaves them.
    ///   - trainCount: this many of the training samples, the first of a random order; nil takes all.
    ///   - validates: hold out the last sixth of them for scores, and leave the test part alone: for choosing settings.
    /// - Throws: `LacunaError` for a canvas that is too small or more samples than there are.
    init(
        _ set: ImageSet, canvas: Int?, trainCount: Int?, validates: Bool, seed: UInt64, order: inout RandomStream
    ) throws {
        func placed(_ images: LabelledImages, _ part: String) throws -> LabelledImages {
            guard let canvas else { return images }
            return try images.placedAtRandom(onHeight: canvas, width: canvas, seed: seed, part: part)
        }
        let train = try placed(set.train, "train")
        let count = trainCount ?? train.count
        guard count <= train.count else {
            throw LacunaError(.value, "train_samples", "\(count); the data set has \(train.count)")
        }
        let scale = 1 / Float(set.pixelMaximum)
        var sum = 0.0, squares = 0.0
        for pixel in train.images.storage {
            let value = Double(pixel)
            sum += value
            squares += value * value
        }
        let n = Double(train.images.storage.count)
        let mean = sum / n, deviation = max((squares / n - mean * mean).squareRoot(), 1e-6)
        let offset = Float(mean) * scale, slope = 1 / (Float(deviation) * scale)
        func samples(_ images: LabelledImages) throws -> DataSet<Float> {
            try DataSet(
                shape: ValueShape([images.channels, images.height, images.width]),
                inputs: images.images.storage.map { (Float($0) * scale - offset) * slope },
                targets: .labels(images.labels.map(Int32.init), classes: images.classCount))
        }
        let all = try samples(train)
        let chosen = order.permutation(train.count)
        let held = validates ? count / 6 : 0
        guard count > held, count >= 1 else {
            throw LacunaError(.value, "train_samples", "\(count); too few to hold some out")
        }
        training =
            held == 0 && count == train.count ? all : try all.selecting(chosen[..<(count - held)].sorted())
        evaluation =
            validates
            ? try all.selecting(chosen[(count - held)..<count].sorted()) : try samples(placed(set.test, "test"))
    }
}
