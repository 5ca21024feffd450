extension Network {
    /// LeNet-300-100 (LeCun et al. 1998): 784 inputs, ReLU layers of 300 and 100, ten logits; 266,610 parameters.
    /// - Throws: `LacunaError` for a size below 1.
    public static func lenet300100(inputs: Int = 784, hidden: [Int] = [300, 100], classes: Int = 10) throws -> Network {
        var network = Network(input: ValueShape([inputs]))
        var width = inputs
        for (index, size) in hidden.enumerated() {
            try network.append(Linear(width, size), "fc\(index + 1)")
            try network.append(.relu(), "relu\(index + 1)")
            width = size
        }
        try network.append(Linear(width, classes), "fc\(hidden.count + 1)")
        return network
    }

    /// LeNet-5 as the Caffe examples have it: 5×5 convolutions of 20 and 50 channels without padding, each followed by 2×2 maxima, a ReLU
    /// layer of 500, ten logits; 431,080 parameters on 28×28 images.
    /// - Throws: `LacunaError` for images too small for it.
    public static func lenet5(
        channels: [Int] = [20, 50], hidden: Int = 500, classes: Int = 10, image: [Int] = [1, 28, 28]
    ) throws -> Network {
        var network = Network(input: ValueShape(image))
        var depth = image.first ?? 1
        for (index, size) in channels.enumerated() {
            try network.append(Convolution2D(depth, size, kernel: 5), "conv\(index + 1)")
            try network.append(MaxPooling2D(2), "pool\(index + 1)")
            depth = size
        }
        try network.append(Linear(network.outputShape.featureCount, hidden), "fc1")
        try network.append(.relu(), "relu1")
        try network.append(Linear(hidden, classes), "fc2")
        return network
    }
}
