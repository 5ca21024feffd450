import LacunaNets

/// A delay window, all variables of the newest sample first, as the delays of one variable after those of another: row i d + j of the input is
/// row j n + i of the output, n delays of d variables. For structured matrices from variable to variable.
public struct StateMajorOrder<Element: RealScalar>: Layer {
    /// n.
    public let delays: Int
    /// d.
    public let variables: Int

    public init(delays: Int, variables: Int) {
        self.delays = delays
        self.variables = variables
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        guard shapes.count == 1, shapes[0].featureCount == delays * variables else {
            throw LacunaError(
                .shape, "input", "\(shapes) instead of one of \(delays) delays of \(variables) variables")
        }
        return ValueShape([delays * variables], positions: shapes[0].positions)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        for row in 0..<delays * variables {
            (pass.output + place(row) * n).update(from: pass.inputs[0] + row * n, count: n)
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let dx = pass.inputGradients[0] else { return }
        let n = pass.columns()
        for row in 0..<delays * variables {
            (dx + row * n).update(from: pass.outputGradient + place(row) * n, count: n)
        }
    }

    private func place(_ row: Int) -> Int { row % variables * delays + row / variables }
}
