/// How far a layer's gradients are from the derivatives of its forward pass.
public struct GradientCheck: Sendable {
    /// Largest |analytic - numeric| over the inputs' entries, relative to the largest derivative among them (or to 1e-8).
    public let inputs: Double
    /// The same for each parameter array, by name.
    public let parameters: [String: Double]
    /// Whether `backward` wrote finite numbers over everything it found at the inputs' gradients, and added to the parameters'.
    public let followsContract: Bool

    /// The largest of all discrepancies; infinite where the contract is broken.
    public var discrepancy: Double {
        followsContract ? max(inputs, parameters.values.max() ?? 0) : .infinity
    }
}

/// Compares the gradients of Σ c y, for random c, with central differences at random inputs: the first thing to run on a layer of
/// one's own. Use `Double`: discrepancies of a right layer are then near 1e-9.
///
/// - Parameters:
///   - parameters: where the check is made; nil draws them from N(0, 1/4) around 0.5 for offsets and around 0 for weights.
///   - input: draws one entry of an input; the default is N(0, 1). Keep away from points without a derivative.
/// - Throws: what the layer says about the shapes. Cost: two forward passes per entry.
public func checkGradient<Element: RealScalar>(
    _ layer: any Layer<Element>, inputs shapes: [ValueShape], batch: Int = 3, isTraining: Bool = true,
    parameters given: [Element]? = nil, random: inout RandomStream,
    input: (inout RandomStream) -> Double = { $0.normal() }
) throws -> GradientCheck {
    let outputShape = try layer.outputShape(shapes)
    let trained = layer.parameters.filter { $0.role != .statistic }
    let statistics = layer.parameters.filter { $0.role == .statistic }
    let parameters = Buffer<Element>(repeating: 0, count: trained.reduce(0) { $0 + $1.count })
    var offset = 0
    for parameter in trained {
        for index in offset..<offset + parameter.count {
            let center = parameter.role == .offset ? 0.5 : 0
            parameters[index] = given?[index] ?? Element(center + 0.5 * random.normal())
        }
        offset += parameter.count
    }
    let running = Buffer<Element>(repeating: 1, count: statistics.reduce(0) { $0 + $1.count })
    let values = shapes.map { Buffer<Element>(repeating: 0, count: $0.count * batch) }
    for value in values {
        for index in 0..<value.count { value[index] = Element(input(&random)) }
    }
    let output = Buffer<Element>(repeating: 0, count: outputShape.count * batch)
    let weights = Buffer<Element>(repeating: 0, count: output.count)
    for index in 0..<output.count { weights[index] = Element(random.normal()) }
    // A backward pass must overwrite what it finds here and add to what it finds there.
    let inputGradients = values.map { Buffer<Element>(repeating: .nan, count: $0.count) }
    let parameterGradients = Buffer<Element>(repeating: 1, count: parameters.count)
    let saved = Buffer<Element>(repeating: .nan, count: layer.savedCount(shapes, batch: batch))
    let workspace = Buffer<Element>(repeating: .nan, count: layer.workspaceCount(shapes, batch: batch))
    let pass = LayerPass(
        batch: batch, inputShapes: shapes, outputShape: outputShape, inputs: values.map { UnsafePointer($0.pointer) },
        output: output.pointer, parameters: UnsafePointer(parameters.pointer), statistics: running.pointer,
        saved: saved.pointer, workspace: workspace.pointer, outputGradient: UnsafePointer(weights.pointer),
        inputGradients: inputGradients.map(\.pointer), parameterGradients: parameterGradients.pointer)
    let context = PassContext(isTraining: isTraining, randomKey: random.next())

    func value() -> Double {
        layer.forward(pass, context)
        var sum = 0.0
        for index in 0..<output.count { sum += Double(weights[index]) * Double(output[index]) }
        return sum
    }
    _ = value()
    layer.backward(pass, context)
    let step = Double(Element.ulpOfOne.squareRoot().squareRoot()) * 0.1
    func discrepancy(_ numbers: Buffer<Element>, _ range: Range<Int>, _ analytic: (Int) -> Double) -> Double {
        var worst = 0.0, largest = 1e-8
        for index in range {
            let kept = numbers[index]
            numbers[index] = kept + Element(step)
            let above = numbers[index], right = value()
            numbers[index] = kept - Element(step)
            let below = numbers[index], left = value()
            numbers[index] = kept
            let numeric = (right - left) / Double(above - below)
            worst = max(worst, abs(numeric - analytic(index)))
            largest = max(largest, abs(numeric))
        }
        return worst / largest
    }
    var follows = true
    var ofInputs = 0.0
    for (value, gradient) in zip(values, inputGradients) {
        follows = follows && gradient.prefix(gradient.count).allSatisfy(\.isFinite)
        ofInputs = max(ofInputs, discrepancy(value, 0..<value.count) { Double(gradient[$0]) })
    }
    var ofParameters: [String: Double] = [:]
    offset = 0
    for parameter in trained {
        ofParameters[parameter.name] = discrepancy(parameters, offset..<offset + parameter.count) {
            Double(parameterGradients[$0]) - 1
        }
        offset += parameter.count
    }
    return withExtendedLifetime(
        (values, output, weights, inputGradients, parameterGradients, saved, workspace, running)
    ) {
        GradientCheck(inputs: ofInputs, parameters: ofParameters, followsContract: follows)
    }
}
