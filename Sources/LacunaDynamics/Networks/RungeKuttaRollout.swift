/// Classical Runge-Kutta steps of a sum of neural fields from many states at once, with gradients through them. The step is part of the model:
/// the fields learn to make up for the method's error.
///
/// States are d rows of `count` columns. With restarts, a step begins at the true state instead of the one before: teacher forcing.
final class RungeKuttaRollout {
    let dimension: Int
    let count: Int
    let steps: Int
    private let step: Double
    private let fields: [NeuralField]
    /// Of each step, d × count numbers.
    private let starts: Buffer<Double>
    let predictions: Buffer<Double>
    /// Four rates, a stage, and as many gradients and those of states.
    private let workspace: Buffer<Double>

    init(_ fields: [NeuralField], dimension: Int, count: Int, steps: Int, step: Double) {
        self.fields = fields
        self.dimension = dimension
        self.count = count
        self.steps = steps
        self.step = step
        starts = Buffer(repeating: 0, count: steps * dimension * count)
        predictions = Buffer(repeating: 0, count: steps * dimension * count)
        workspace = Buffer(repeating: 0, count: 7 * dimension * count)
    }

    private var size: Int { dimension * count }

    /// Predictions of the states after 1, 2, … steps. `truth` are the states at 0, 1, …; of those only the first and restarts are read.
    func forward(_ truth: UnsafePointer<Double>, restarts: [Bool]? = nil) {
        let k = workspace.pointer, stage = k + 4 * size
        for index in 0..<steps {
            let x = starts.pointer + index * size, next = predictions.pointer + index * size
            let isRestart = index == 0 || (restarts?[index] ?? false)
            x.update(from: isRestart ? truth + index * size : UnsafePointer(next - size), count: size)
            evaluate(4 * index, x, into: k)
            for (part, h) in [step / 2, step / 2, step].enumerated() {
                for i in 0..<size { stage[i] = x[i] + h * k[part * size + i] }
                evaluate(4 * index + part + 1, stage, into: k + (part + 1) * size)
            }
            for i in 0..<size {
                next[i] = x[i] + step / 6 * (k[i] + 2 * k[size + i] + 2 * k[2 * size + i] + k[3 * size + i])
            }
        }
    }

    /// Gradients at the fields' parameters, for `gradients` at the predictions of the last `forward` with the same restarts.
    func backward(_ gradients: UnsafePointer<Double>, restarts: [Bool]? = nil) {
        let dk = workspace.pointer, dStage = dk + 4 * size, dx = dk + 5 * size, g = dk + 6 * size
        dx.update(repeating: 0, count: size)
        for index in (0..<steps).reversed() {
            // What later steps make of this prediction, unless they began at the truth.
            let isRestart = index + 1 < steps && (restarts?[index + 1] ?? false)
            for i in 0..<size { g[i] = gradients[index * size + i] + (isRestart ? 0 : dx[i]) }
            dx.update(from: g, count: size)
            for (part, weight) in [1.0, 2, 2, 1].enumerated() {
                for i in 0..<size { dk[part * size + i] = step / 6 * weight * g[i] }
            }
            for (part, h) in [(3, step), (2, step / 2), (1, step / 2), (0, 0)] {
                dStage.update(repeating: 0, count: size)
                for field in fields {
                    field.addGradient(
                        4 * index + part, dk + part * size, rows: dimension, count: count, into: dStage)
                }
                for i in 0..<size { dx[i] += dStage[i] }
                guard part > 0 else { continue }
                for i in 0..<size { dk[(part - 1) * size + i] += h * dStage[i] }
            }
        }
    }

    private func evaluate(_ evaluation: Int, _ x: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>) {
        rates.update(repeating: 0, count: size)
        for field in fields { field.addRates(evaluation, x, rows: dimension, count: count, into: rates) }
    }
}
