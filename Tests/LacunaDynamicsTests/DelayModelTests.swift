import LacunaDynamics
import LacunaTestSupport
import Testing

@Suite struct DelayModelTests {
    private func lorenz(steps: Int = 400, scale: Double = 1) throws -> Trajectory {
        let orbit = try RungeKutta4(substeps: 10).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.05, steps: steps)
        return try orbit.replacingStates(
            Matrix(rows: orbit.count, columns: 3) { scale * orbit.states[$0, $1] })
    }

    /// A series of one variable with steps of 0.1.
    private func series(_ values: [Double]) throws -> Trajectory {
        try Trajectory(
            variables: ["x"], times: values.indices.map { 0.1 * Double($0) },
            states: Matrix(rows: values.count, columns: 1, storage: values))
    }

    @Test func windowsAreNewestFirstAndWithinTrajectories() throws {
        let orbits = [try lorenz(steps: 30), try lorenz(steps: 3), try lorenz(steps: 50).segment(20..<51)]
        let delays = 5, windows = try DelayWindows(orbits, delays: delays)
        // The second is too short for a window and its increment.
        #expect(windows.count == (31 - delays) + (31 - delays) && windows.size == 15)
        let scaling = windows.scaling
        for (index, position) in windows.positions.enumerated() {
            let states = orbits[position.trajectory].states
            #expect(position.trajectory != 1 && position.sample >= delays - 1 && position.sample + 1 < states.rows)
            for variable in 0..<3 {
                for delay in 0..<delays {
                    let z =
                        (states[position.sample - delay, variable] - scaling.means[variable])
                        / scaling.deviations[variable]
                    #expect(windows.inputs[index * 15 + delay * 3 + variable] == z)
                }
                let change = states[position.sample + 1, variable] - states[position.sample, variable]
                #expect(windows.targets[index * 3 + variable] == change / scaling.incrementDeviations[variable])
            }
        }
        // In these units states and increments have deviation 1.
        let all = orbits.flatMap { Array($0.states.column(1)) }
        let mean = all.reduce(0, +) / Double(all.count)
        #expect(abs(scaling.means[1] - mean) < 1e-12)
        let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
        #expect(abs(scaling.deviations[1] - variance.squareRoot()) < 1e-12)
        #expect(abs(scaling.step - 0.05) < 1e-12)
    }

    @Test func splitsLeaveNoSampleInBothParts() throws {
        let orbit = try lorenz(steps: 99), delays = 6
        let (training, test) = try DelaySplit.time(training: 60, gap: delays).parts(of: [orbit])
        #expect(training[0].count == 60 && test[0].count == 34)
        #expect(test[0].times[0] == orbit.times[66] && test[0].state(0) == orbit.state(66))
        let windows = try DelayWindows(test, delays: delays, scaling: DelayScaling(training))
        #expect(windows.count == 34 - delays)
        #expect(try windows.scaling == DelayScaling(training))
        let orbits = [orbit, try lorenz(steps: 40), try lorenz(steps: 20)]
        let parts = try DelaySplit.trajectories(training: 2).parts(of: orbits)
        #expect(parts.training == Array(orbits[..<2]) && parts.test == [orbits[2]])
        #expect(throws: LacunaError.self) { try DelaySplit.trajectories(training: 3).parts(of: orbits) }
        #expect(throws: LacunaError.self) { try DelaySplit.trajectories(training: 0).parts(of: orbits) }
        #expect(throws: LacunaError.self) { try DelaySplit.time(training: 95, gap: 4).parts(of: [orbit]) }
        #expect(throws: LacunaError.self) { try DelaySplit.time(training: 10, gap: 0).parts(of: []) }
        #expect(throws: LacunaError.self) { try orbit.segment(50..<101) }
    }

    /// x_{t+1} = a x_t + b x_{t-1}.
    @Test func findsLinearRecurrences() throws {
        var x = [1.0, 0.9]
        for t in 1..<120 { x.append(1.8 * x[t] - 0.9 * x[t - 1]) }
        let series = try series(x)
        let model = try DelayRegression(delays: 2).fit([series])
        #expect(model.parameterCount == 3 && model.operationCount == 4)
        #expect(try model.oneStepError(DelayWindows([series], delays: 2)) < 1e-20)
        let forecast = try model.forecast(from: Matrix([[x[40]], [x[41]]]), steps: 50)
        for step in 0..<50 { #expect(abs(forecast[step, 0] - x[42 + step]) < 1e-10) }
    }

    /// A wave has windows of rank 2: the solution of least norm extrapolates it all the same.
    @Test func windowsMayDependOnEachOther() throws {
        let wave = try series((0..<200).map { Double.sin(0.3 * Double($0)) })
        let model = try DelayRegression(delays: 12).fit([wave])
        #expect(try model.oneStepError(DelayWindows([wave], delays: 12)) < 1e-20)
        #expect(model.weights.storage.allSatisfy { abs($0) < 10 })
    }

    @Test func residualsAreOrthogonalToWindows() throws {
        let orbit = try lorenz(), windows = try DelayWindows([orbit], delays: 4)
        let predicted = try DelayRegression(delays: 4).fit([orbit]).increments(windows)
        let residual = zip(windows.targets, predicted).map { $0 - $1 }
        for variable in 0..<3 {
            let own = (0..<windows.count).map { residual[$0 * 3 + variable] }
            #expect(abs(own.reduce(0, +)) < 1e-8)
            for row in 0..<12 {
                #expect(abs((0..<windows.count).reduce(0) { $0 + own[$1] * windows.inputs[$1 * 12 + row] }) < 1e-8)
            }
        }
    }

    @Test func errorsHaveNoUnits() throws {
        let errors = try [1.0, 10].map { scale in
            let (training, test) = try DelaySplit.time(training: 250, gap: 4).parts(of: [lorenz(scale: scale)])
            let model = try DelayRegression(delays: 4).fit(training)
            let windows = try DelayWindows(test, delays: 4, scaling: model.scaling)
            return (oneStep: try model.oneStepError(windows), long: try model.scores(test, horizon: 20, starts: 5))
        }
        #expect(abs(errors[0].oneStep / errors[1].oneStep - 1) < 1e-10)
        #expect(abs(errors[0].long.rolloutError / errors[1].long.rolloutError - 1) < 1e-8)
        #expect(errors[0].long.validTimes == errors[1].long.validTimes)
    }

    /// A forecast that is not finite was valid until then, and is counted.
    @Test func runawaysAreCounted() throws {
        let scaling = try DelayScaling(
            variables: ["x"], step: 0.5, means: [0], deviations: [2], incrementDeviations: [1])
        let truth = Matrix<Double>([[1], [1], [1]])
        let forecasts = [Matrix<Double>([[1], [.infinity], [1]]), Matrix([[1], [1], [4]])]
        let scores = ForecastScores(forecasts, truths: [truth, truth], scaling: scaling, threshold: 0.4)
        #expect(scores.validTimes == [1, 1.5] && scores.divergedShare == 0.5 && scores.rolloutError == .infinity)
        let finite = ForecastScores([forecasts[1]], truths: [truth], scaling: scaling, threshold: 2)
        #expect(finite.rolloutError == 3.0.squareRoot() && finite.validTimes == [1.5] && finite.divergedShare == 0)
    }

    /// Scores from forecasts one by one.
    @Test func scoresAreThoseOfSingleForecasts() throws {
        let (training, test) = try DelaySplit.time(training: 250, gap: 4).parts(of: [lorenz()])
        let model = try DelayRegression(delays: 4).fit(training), horizon = 30, starts = 6
        let scores = try model.scores(test, horizon: horizon, starts: starts, threshold: 0.2)
        let states = test[0].states, last = test[0].count - 1 - horizon, possible = last - 3 + 1
        var error = 0.0, size = 0.0
        for start in 0..<starts {
            let sample = 3 + start * possible / starts
            let window = Matrix<Double>(rows: 4, columns: 3) { states[sample - 3 + $0, $1] }
            let forecast = try model.forecast(from: window, steps: horizon)
            var valid = Double(horizon) * 0.05
            for step in (0..<horizon).reversed() {
                var distance = 0.0
                for variable in 0..<3 {
                    let difference = forecast[step, variable] - states[sample + 1 + step, variable]
                    error += difference * difference
                    size += states[sample + 1 + step, variable] * states[sample + 1 + step, variable]
                    distance +=
                        (difference / model.scaling.deviations[variable])
                        * (difference / model.scaling.deviations[variable])
                }
                if (distance / 3).squareRoot() > 0.2 { valid = Double(step + 1) * 0.05 }
            }
            #expect(abs(scores.validTimes[start] - valid) < 1e-9)
        }
        #expect(abs(scores.rolloutError - (error / size).squareRoot()) < 1e-10)
        #expect(scores.validTimes.contains { $0 < 1.4 } && scores.meanValidTime > 0.05)
    }

    @Test func badInput() throws {
        let orbit = try lorenz(steps: 40)
        #expect { try DelayWindows([orbit], delays: 0) } throws: { "\($0)".contains("0; at least 1") }
        #expect { try DelayWindows([orbit], delays: 41) } throws: { "\($0)".contains("has 41 samples") }
        #expect { try DelayWindows([], delays: 3) } throws: { "\($0)".contains("no trajectory") }
        #expect { try DelayRegression(delays: 20).fit([orbit]) } throws: { "\($0)".contains("21 windows for 61") }
        let other = try RungeKutta4().trajectory(of: LotkaVolterra(), from: [2, 1], step: 0.05, steps: 40)
        #expect { try DelayScaling([orbit, other]) } throws: {
            "\($0)".contains("variables x, y, the model's are x, y, z")
        }
        let coarse = try RungeKutta4(substeps: 10).trajectory(of: Lorenz(), from: [1, 1, 1], step: 0.1, steps: 40)
        #expect { try DelayScaling([orbit, coarse]) } throws: { "\($0)".contains("steps of 0.1") }
        let uneven = try Trajectory(
            variables: ["x"], times: [0, 0.1, 0.3, 0.4], states: Matrix(rows: 4, columns: 1, storage: [1, 2, 4, 3]))
        #expect { try DelayScaling([uneven]) } throws: { "\($0)".contains("equal steps") }
        #expect { try DelayScaling([series([3, 3, 3, 3])]) } throws: { "\($0)".contains("x is constant") }
        #expect { try DelayScaling([series([1, 2, 3, 4])]) } throws: { "\($0)".contains("equal steps") }

        let model = try DelayRegression(delays: 3).fit([orbit])
        let window = Matrix<Double>(rows: 3, columns: 3) { orbit.states[$0, $1] }
        #expect { try model.forecast(from: window, steps: 0) } throws: { "\($0)".contains("0; at least 1") }
        #expect { try model.forecast(from: window.selectingColumns([0]), steps: 1) } throws: {
            "\($0)".contains("3 finite states of 3 variables")
        }
        #expect { try model.scores([orbit], horizon: 39) } throws: { "\($0)".contains("39 steps from") }
        #expect { try model.increments(DelayWindows([orbit], delays: 4)) } throws: { "\($0)".contains("another model") }
        // An unstable model is not forecast for ever.
        let growth = try DelayRegression(delays: 1).fit([series((0..<30).map { Double.pow(3, $0) })])
        #expect { try growth.forecast(from: Matrix([[1.0]]), steps: 2000) } throws: {
            "\($0)".contains("not finite any more after")
        }
    }
}
