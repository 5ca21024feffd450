/// Z = M P X along one axis of a complex value, for a complex Monarch matrix M (`MonarchLinear` has the formula) and a fixed order P of its
/// input; or Z = Pᵀ Mᵀ X, if `isTransposed` (without conjugation). A learnable Fourier transform, when it starts as one: two of them, one per
/// axis, transform an image.
///
/// X is [2, d_1, …, d_m], the planes being real and imaginary parts, and `axis` counts among these: 1 is the first after the planes, the rows
/// of [2, height, width], 2 its columns. `left` is [2, J, L, K, r], `right` [2, K, r, J, I].
///
/// Gradients, as ∂/∂Re + i ∂/∂Im, are those of `MonarchGradient`; kept are the reordered X and R X. Start: uniform on ±1/√(2 columns) in each
/// part, or the factors of a known transform. Cost: 8 J K r (L + I) operations per vector along the axis.
public struct ComplexMonarch<Element: RealScalar>: Layer {
    public let layout: MonarchLayout
    public let axis: Int
    public let isTransposed: Bool
    /// Position s of what M acts on holds entry `order[s]`; nil is as they come.
    public let order: [Int]?
    public var leftStart: ParameterStart
    public var rightStart: ParameterStart

    public init(_ layout: MonarchLayout, axis: Int = 1, transposed: Bool = false) {
        self.init(
            layout, axis, transposed, order: nil, .uniform(fanIn: 2 * layout.leftWidth),
            .uniform(fanIn: 2 * layout.rightColumns))
    }

    /// Starting as a known transform, such as `MonarchTransform.fourier`.
    public init(_ transform: MonarchTransform<Complex<Double>>, axis: Int = 1, transposed: Bool = false) {
        let factors = transform.factors
        self.init(
            factors.layout, axis, transposed, order: transform.inputOrder,
            ComplexPlanes.start(factors.left.storage), ComplexPlanes.start(factors.right.storage))
    }

    private init(
        _ layout: MonarchLayout, _ axis: Int, _ isTransposed: Bool, order: [Int]?, _ leftStart: ParameterStart,
        _ rightStart: ParameterStart
    ) {
        self.layout = layout
        self.axis = axis
        self.isTransposed = isTransposed
        self.order = order
        self.leftStart = leftStart
        self.rightStart = rightStart
    }

    /// Along the axis.
    public var inputs: Int { isTransposed ? layout.rows : layout.columns }
    public var outputs: Int { isTransposed ? layout.columns : layout.rows }

    public var parameters: [LayerParameter] {
        [
            LayerParameter("left", [2] + layout.leftDimensions, leftStart),
            LayerParameter("right", [2] + layout.rightDimensions, rightStart),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try complexInput(shapes)
        guard axis >= 1, axis < input.features.count, input.features[axis] == inputs else {
            throw LacunaError(
                .shape, "input", "\(input), the Monarch matrix takes \(inputs) numbers along axis \(axis)",
                remedy: "Axes are counted from the planes on: 1 is the first after them.")
        }
        var features = input.features
        features[axis] = outputs
        return ValueShape(features, positions: input.positions)
    }

    private func vectors(_ shapes: [ValueShape], batch: Int) -> Int {
        guard inputs > 0 else { return 0 }
        return shapes[0].count * batch / 2 / inputs
    }

    /// X as M takes it, and what lies between the factors.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int {
        2 * (inputs + layout.innerCount) * vectors(shapes, batch: batch)
    }

    /// The factors and their gradients; output, gradients of it and of what lies between.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        4 * layout.parameterCount
            + 2 * (layout.rows + layout.columns + layout.innerCount) * vectors(shapes, batch: batch)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int {
        layout.flops(Complex<Element>.self) * vectors(shapes, batch: 1)
    }

    private var leftCount: Int { layout.leftBlocks * layout.leftRows * layout.leftWidth }
    private var rightCount: Int { layout.parameterCount - leftCount }

    /// The factors, joined at the beginning of the workspace.
    private func stages(_ pass: LayerPass<Element>) -> MonarchStages<Complex<Element>> {
        let factors = ComplexPlanes.rebound(pass.workspace)
        ComplexPlanes.join(pass.parameters, count: leftCount, into: factors)
        ComplexPlanes.join(pass.parameters + 2 * leftCount, count: rightCount, into: factors + leftCount)
        return MonarchStages(layout, left: factors, right: factors + leftCount)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let source = ComplexAxis(pass.inputShapes[0], axis: axis, batch: pass.batch)
        let target = ComplexAxis(pass.outputShape, axis: axis, batch: pass.batch)
        let count = source.vectors, stages = stages(pass)
        let x = ComplexPlanes.rebound(pass.saved), inner = x + inputs * count
        let z = ComplexPlanes.rebound(pass.workspace) + 2 * layout.parameterCount
        source.gather(pass.inputs[0], order: isTransposed ? nil : order, conjugated: false, into: x)
        if isTransposed {
            stages.leftTransposed(x, vectors: count, into: inner)
            stages.rightTransposed(inner, vectors: count, into: z)
        } else {
            stages.right(x, vectors: count, into: inner)
            stages.left(inner, vectors: count, into: z)
        }
        target.scatter(z, order: isTransposed ? order : nil, conjugated: false, into: pass.output)
    }

    /// Everything in conjugates: with G̃ = Ḡ, dŨ = Lᵀ G̃ and dX̃ = Rᵀ dŨ the gradients are the conjugates of G̃_j U_jᵀ, dŨ_k X_kᵀ and dX̃;
    /// for the transposed matrix, dŨ = R G̃, dX̃ = L dŨ, and X_j dŨ_jᵀ and U_k G̃_kᵀ.
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let source = ComplexAxis(pass.inputShapes[0], axis: axis, batch: pass.batch)
        let target = ComplexAxis(pass.outputShape, axis: axis, batch: pass.batch)
        let count = source.vectors, stages = stages(pass)
        let x = ComplexPlanes.rebound(pass.saved), inner = x + inputs * count
        let gradients = ComplexPlanes.rebound(pass.workspace) + layout.parameterCount
        let g = gradients + layout.parameterCount, du = g + outputs * count, dx = du + layout.innerCount * count
        // Entries of padding have no gradient, and none is written.
        ComplexPlanes.clear(gradients, count: layout.parameterCount)
        target.gather(pass.outputGradient, order: isTransposed ? order : nil, conjugated: true, into: g)
        if isTransposed {
            stages.right(g, vectors: count, into: du)
        } else {
            stages.leftTransposed(g, vectors: count, into: du)
        }
        MonarchStages.leftGradient(
            layout, isTransposed ? x : g, inner: isTransposed ? du : inner, vectors: count, form: .transposed,
            into: gradients)
        MonarchStages.rightGradient(
            layout, isTransposed ? inner : du, input: isTransposed ? g : x, vectors: count, form: .transposed,
            into: gradients + leftCount)
        ComplexPlanes.addConjugate(gradients, count: leftCount, into: pass.parameterGradients)
        ComplexPlanes.addConjugate(
            gradients + leftCount, count: rightCount, into: pass.parameterGradients + 2 * leftCount)
        guard let gradient = pass.inputGradients[0] else { return }
        if isTransposed {
            stages.left(du, vectors: count, into: dx)
        } else {
            stages.rightTransposed(du, vectors: count, into: dx)
        }
        source.scatter(dx, order: isTransposed ? nil : order, conjugated: true, into: gradient)
    }
}

extension Layer {
    /// The one input, complex: a leading axis of 2. - Throws: `LacunaError` (shape).
    func complexInput(_ inputs: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(inputs)
        guard input.features.count >= 2, input.features[0] == 2 else {
            throw LacunaError(
                .shape, "input", "\(input), a complex value has a leading axis of 2 and at least one more")
        }
        return input
    }
}
