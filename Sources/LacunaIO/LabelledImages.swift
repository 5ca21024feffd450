import LacunaArrays

/// Images with a class each, as bytes: what a data set's files hold, before any scaling.
public struct LabelledImages: Hashable, Sendable {
    /// (image, channel, row, column).
    public let images: Tensor<UInt8>
    /// The class of each image, 0 ..< `classCount`.
    public let labels: [UInt8]
    public let classCount: Int

    public var count: Int { images.dimensions[0] }
    public var channels: Int { images.dimensions[1] }
    public var height: Int { images.dimensions[2] }
    public var width: Int { images.dimensions[3] }

    /// - Parameters:
    ///   - images: (image, row, column) for one channel, or (image, channel, row, column).
    ///   - imagesPlace, labelsPlace: where they come from, for messages.
    /// - Throws: `LacunaError` (file): not a stack of images, another number of labels, a label out of range.
    public init(
        images: Tensor<UInt8>, labels: Tensor<UInt8>, classCount: Int, imagesPlace: String = "images",
        labelsPlace: String = "labels"
    ) throws {
        precondition((1...256).contains(classCount), "\(classCount) classes do not fit into a byte")
        var dimensions = images.dimensions
        if dimensions.count == 3 { dimensions.insert(1, at: 1) }
        guard dimensions.count == 4 else {
            throw LacunaError(
                .file, imagesPlace, "has \(images.dimensions.count) axes, images have 3 (count, rows, columns)")
        }
        guard labels.dimensions.count == 1 else {
            throw LacunaError(.file, labelsPlace, "has \(labels.dimensions.count) axes, labels have 1 (count)")
        }
        guard dimensions.allSatisfy({ $0 > 0 }) else {
            throw LacunaError(.file, imagesPlace, "holds no pixels: \(describeShape(images.dimensions))")
        }
        guard labels.storage.count == dimensions[0] else {
            throw LacunaError(
                .file, labelsPlace,
                "holds \(labels.storage.count) labels for the \(dimensions[0]) images of \(imagesPlace)")
        }
        if let position = labels.storage.firstIndex(where: { $0 >= classCount }) {
            throw LacunaError(
                .file, labelsPlace,
                "label \(position + 1) of \(labels.storage.count) is \(labels.storage[position]), 0 to \(classCount - 1) are expected"
            )
        }
        self.images = Tensor(dimensions: dimensions, storage: images.storage)
        self.labels = labels.storage
        self.classCount = classCount
    }

    /// Reads a pair of IDX files, plain or packed.
    /// - Throws: `LacunaError` (file) that names the file.
    public static func read(images imagesPath: String, labels labelsPath: String, classCount: Int) throws -> Self {
        try LabelledImages(
            images: IDXFile.read(imagesPath), labels: IDXFile.read(labelsPath), classCount: classCount,
            imagesPlace: imagesPath, labelsPlace: labelsPath)
    }

    /// The images of all parts, one after the other. Precondition: at least one part; equal sizes and class counts.
    public static func joined(_ parts: [LabelledImages]) -> LabelledImages {
        let shape = parts[0].images.dimensions.dropFirst()
        precondition(
            parts.allSatisfy { $0.images.dimensions.dropFirst() == shape && $0.classCount == parts[0].classCount },
            "images of different sizes or classes")
        return LabelledImages(
            checked: Tensor(
                dimensions: [parts.reduce(0) { $0 + $1.count }] + shape, storage: parts.flatMap(\.images.storage)),
            labels: parts.flatMap(\.labels), classCount: parts[0].classCount)
    }

    init(checked images: Tensor<UInt8>, labels: [UInt8], classCount: Int) {
        self.images = images
        self.labels = labels
        self.classCount = classCount
    }
}

extension LabelledImages {
    /// Each image at a place of its own, drawn uniformly, on a larger canvas of zeros: the same task without the hint of
    /// a centred object (MNIST on 36x36).
    ///
    /// A place depends on `seed`, `part` and the image's index alone: not on the number or order of images.
    /// - Parameter part: "train" or "test": which of a data set's parts this is, so that their places differ.
    /// - Throws: `LacunaError` (value) if the canvas is smaller than the images.
    public func placedAtRandom(onHeight canvasHeight: Int, width canvasWidth: Int, seed: UInt64, part: String) throws
        -> LabelledImages
    {
        guard canvasHeight >= height, canvasWidth >= width else {
            throw LacunaError(
                .value, "canvas",
                "\(describeShape([canvasHeight, canvasWidth])) is smaller than the images of \(describeShape([height, width]))"
            )
        }
        var placed = [UInt8](repeating: 0, count: count * channels * canvasHeight * canvasWidth)
        for image in 0..<count {
            var stream = RandomStream([
                ("seed", "\(seed)"), ("purpose", "place on canvas"), ("part", part), ("image", "\(image)"),
            ])
            let top = stream.integer(below: canvasHeight - height + 1)
            let left = stream.integer(below: canvasWidth - width + 1)
            for channel in image * channels..<(image + 1) * channels {
                for row in 0..<height {
                    let source = (channel * height + row) * width
                    let target = (channel * canvasHeight + top + row) * canvasWidth + left
                    for column in 0..<width { placed[target + column] = images.storage[source + column] }
                }
            }
        }
        return LabelledImages(
            checked: Tensor(dimensions: [count, channels, canvasHeight, canvasWidth], storage: placed), labels: labels,
            classCount: classCount)
    }
}
