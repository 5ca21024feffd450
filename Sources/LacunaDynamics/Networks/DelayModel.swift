/// A model of the next increment from the last n states: what a fit to delay windows returns.
public protocol DelayModel: Sendable {
    /// n.
    var delays: Int { get }
    var scaling: DelayScaling { get }
    /// q, steps that one evaluation tells: 1 for most models.
    var horizon: Int { get }
    /// Numbers that were fitted.
    var parameterCount: Int { get }
    /// Multiplications and additions of one evaluation.
    var operationCount: Int { get }

    /// A function that writes the next q increments of `batch` windows, both in the units of `scaling` and laid out as rows of `batch`
    /// columns: N rows in, d q rows out, the d of the next step first. It allocates nothing.
    func predictor(batch: Int) throws -> (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
}

extension DelayModel {
    public var horizon: Int { 1 }
    private var dimension: Int { scaling.dimension }
    private var size: Int { delays * dimension }

    /// States that follow a window, steps × variables. The window is n × variables in the order of time, the newest state last; predictions
    /// are fed back, all q of them before the next evaluation.
    /// - Throws: `LacunaError` for a window of another shape, fewer than one step, and where the forecast is no longer finite.
    public func forecast(from window: Matrix<Double>, steps: Int) throws -> Matrix<Double> {
        guard window.rows == delays, window.columns == dimension, window.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(
                .shape, "window",
                "\(describeShape(window.shape)) or not finite; \(delays) finite states of \(dimension) variables are needed"
            )
        }
        guard steps >= 1 else { throw LacunaError(.value, "steps", "\(steps); at least 1 is needed") }
        let states = try rollout(
            [scaling.window(window, endingAt: delays - 1, delays: delays)], steps: steps)[0]
        for step in 0..<steps where !(0..<dimension).allSatisfy({ states[step, $0].isFinite }) {
            throw LacunaError(
                .value, "forecast", "the state is not finite any more after \(step + 1) steps",
                remedy: "End before that: the model is unstable.")
        }
        return states
    }

    /// Increments of all windows in the units of `scaling`, one after the other.
    public func increments(_ windows: DelayWindows) throws -> [Double] {
        try check(windows)
        let count = windows.count, rows = size, outputs = dimension * horizon
        let input = Buffer<Double>(repeating: 0, count: rows * count)
        let output = Buffer<Double>(repeating: 0, count: outputs * count)
        for sample in 0..<count {
            for row in 0..<rows { input[row * count + sample] = windows.inputs[sample * rows + row] }
        }
        try predictor(batch: count)(input.pointer, output.pointer)
        return withExtendedLifetime((input, output)) {
            (0..<count * outputs).map { output[$0 % outputs * count + $0 / outputs] }
        }
    }

    /// Mean of (ŷ - y)² over windows, variables and the q steps, y being increments in units of their deviation in training: 1 is what the mean reaches.
    public func oneStepError(_ windows: DelayWindows) throws -> Double {
        let predicted = try increments(windows)
        return zip(predicted, windows.targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            / Double(predicted.count)
    }

    func check(_ windows: DelayWindows) throws {
        guard windows.delays == delays, windows.horizon == horizon, windows.scaling == scaling else {
            throw LacunaError(
                .value, "delay windows", "they are of another model",
                remedy: "Make them with the model's delays, horizon and scaling.")
        }
    }

    /// Forecasts from several windows at once, in the units of the data; numbers may be infinite or NaN.
    func rollout(_ windows: [[Double]], steps: Int) throws -> [Matrix<Double>] {
        let batch = windows.count, rows = size, d = dimension
        let window = Buffer<Double>(repeating: 0, count: rows * batch)
        let increments = Buffer<Double>(repeating: 0, count: d * horizon * batch)
        for (column, values) in windows.enumerated() {
            for row in 0..<rows { window[row * batch + column] = values[row] }
        }
        let predict = try predictor(batch: batch)
        var states = Array(repeating: Matrix<Double>(repeating: 0, rows: steps, columns: d), count: batch)
        for step in 0..<steps {
            if step % horizon == 0 { predict(window.pointer, increments.pointer) }
            let increment = increments.pointer + step % horizon * d * batch
            for variable in 0..<d {
                let scale = scaling.incrementDeviations[variable] / scaling.deviations[variable]
                for column in 0..<batch {
                    let next = window[variable * batch + column] + scale * increment[variable * batch + column]
                    increment[variable * batch + column] = next
                    states[column].storage[step + variable * steps] =
                        scaling.means[variable] + scaling.deviations[variable] * next
                }
            }
            // The oldest state leaves the window.
            (window.pointer + d * batch).update(from: window.pointer, count: (rows - d) * batch)
            window.pointer.update(from: increment, count: d * batch)
        }
        withExtendedLifetime((window, increments)) {}
        return states
    }
}
