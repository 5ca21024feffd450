/// A real value as a complex one: [d_1, …] becomes [2, d_1, …] with imaginary part 0. Gradient: that of the real part.
public struct ComplexFromReal<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        return ValueShape([2] + input.features, positions: input.positions)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        Elementwise.copy(pass.inputs[0], into: pass.output, count: pass.count())
        Elementwise.fill(0, into: pass.output + pass.count(), count: pass.count())
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        Elementwise.copy(pass.outputGradient, into: gradient, count: pass.count())
    }
}

/// The real part of a complex value: [2, d_1, …] becomes [d_1, …]. The imaginary part has gradient 0.
public struct RealPart<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try complexInput(shapes)
        return ValueShape(Array(input.features.dropFirst()), positions: input.positions)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        Elementwise.copy(pass.inputs[0], into: pass.output, count: pass.outputCount)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        Elementwise.copy(pass.outputGradient, into: gradient, count: pass.outputCount)
        Elementwise.fill(0, into: gradient + pass.outputCount, count: pass.outputCount)
    }
}

/// Z[p] = Σ_c S̄[c, p] X[c, p] with fixed complex weights: images of several coils, each seen through its sensitivity S_c, joined to one
/// (SENSE: Pruessmann et al. 1999). X is [2, C, …], Z [2, …]. Gradient: dX[c, p] = S[c, p] G[p].
public struct CoilCombination<Element: RealScalar>: Layer {
    public let coils: Int
    public let grid: [Int]
    /// S, [C, …] row-major.
    public let sensitivities: [Complex<Element>]

    /// - Throws: `LacunaError` unless there are `coils` numbers for each point of the grid, all of them finite.
    public init(coils: Int, grid: [Int], sensitivities: [Complex<Element>]) throws {
        guard coils >= 1, sensitivities.count == grid.reduce(coils, *) else {
            throw LacunaError(
                .shape, "coil sensitivities", "\(sensitivities.count) numbers for \(describeShape([coils] + grid))")
        }
        if let index = sensitivities.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "coil sensitivities", "entry \(index) is not finite")
        }
        self.coils = coils
        self.grid = grid
        self.sensitivities = sensitivities
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try complexInput(shapes)
        guard input.features == [2, coils] + grid else {
            throw LacunaError(.shape, "input", "\(input), the coils have \(describeShape([2, coils] + grid))")
        }
        return ValueShape([2] + grid, positions: input.positions)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int { 4 * shapes[0].count }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), points = grid.reduce(1, *)
        Elementwise.fill(0, into: pass.output, count: pass.outputCount)
        for index in 0..<coils * points {
            let s = sensitivities[index], x = pass.inputs[0] + index * n, xi = x + coils * points * n
            let z = pass.output + index % points * n, zi = z + points * n
            for column in 0..<n {
                z[column] += s.real * x[column] + s.imaginary * xi[column]
                zi[column] += s.real * xi[column] - s.imaginary * x[column]
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        let n = pass.columns(), points = grid.reduce(1, *)
        for index in 0..<coils * points {
            let s = sensitivities[index], dx = gradient + index * n, dxi = dx + coils * points * n
            let g = pass.outputGradient + index % points * n, gi = g + points * n
            for column in 0..<n {
                dx[column] = s.real * g[column] - s.imaginary * gi[column]
                dxi[column] = s.real * gi[column] + s.imaginary * g[column]
            }
        }
    }
}
