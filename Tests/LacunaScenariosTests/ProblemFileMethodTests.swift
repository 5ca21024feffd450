import LacunaExperiment
import LacunaIO
import LacunaScenarios
import LacunaSolvers
import LacunaTestSupport
import Testing

/// What `lacuna solve` makes of a problem, method by method.
@Suite struct ProblemFileMethodTests {
    private static let methods = Catalogue.standard.methods.compactMap { $0 as? any ProblemFileMethod }
    private static let bayesian = ["svd-krosbl", "am-krosbl", "pc-krosbl", "ksbl", "sbl", "pc-sbl"]

    private func recorded(modes: Int = 3, unit: Double = 1) throws -> RecordedProblem<Double> {
        var stream = RandomStream(key: 71)
        let problem: KroneckerProblem<Double> = try stream.kroneckerProblem(
            rows: Array(repeating: 5, count: modes), columns: Array(repeating: 6, count: modes), sparsity: 2,
            noiseVariance: 1e-3)
        // The largest coefficient is 3 units.
        let scale = unit * 3 / (problem.coefficients.map { abs($0) }.max() ?? 1)
        func column(_ values: [Double]) -> Matrix<Double> {
            Matrix(rows: values.count, columns: 1) { row, _ in values[row] * scale }
        }
        return RecordedProblem(
            snapshots: column(problem.measurements), dictionaries: problem.factors,
            noiseVariance: problem.noiseVariance * scale * scale, truth: column(problem.coefficients))
    }

    private func solve(
        _ name: String, _ problem: RecordedProblem<Double>, _ options: [String: ParameterValue] = [:]
    ) throws -> SolutionFile<Double> {
        let method = try #require(Self.methods.first { $0.name == name })
        let values = try ParameterValues(options, declarations: method.options, owner: name)
        guard case .real(let file) = try method.solve(.real(problem), options: values) else {
            throw LacunaError(.value, name, "a complex answer to a real problem")
        }
        return file
    }

    @Test(arguments: ["fista", "lmmse"])
    func withoutANoiseVarianceAMethodThatNeedsItDoesNotApply(name: String) throws {
        var problem = try recorded()
        problem.noiseVariance = nil
        let error = #expect(throws: LacunaError.self) { try solve(name, problem) }
        #expect(error?.description.contains("give the option noise_variance") == true)
        #expect(try solve(name, problem, ["noise_variance": .number(1e-3)]).snapshots.count == 1)
    }

    @Test func theGivenNoiseVarianceIsTold() throws {
        let problem = try recorded()
        #expect(try solve("omp", problem).snapshots.first?.noiseVariance == problem.noiseVariance)
    }

    private func option(_ name: String, of file: SolutionFile<Double>) -> ParameterValue? {
        file.options.first { $0.name == name }?.value
    }

    @Test(arguments: methods.map(\.name), [1e6, 1e-6])
    func theAnswerDoesNotDependOnUnits(name: String, unit: Double) throws {
        let expected = try solve(name, recorded()), file = try solve(name, recorded(unit: unit))
        // Message passing, made for large random dictionaries, may diverge on this one: then it does in every unit.
        if expected.snapshots[0].stopReason == .diverged {
            #expect(name == "bg-amp" && file.snapshots[0].stopReason == .diverged)
            return
        }
        #expect(file.snapshots[0].iterations == expected.snapshots[0].iterations)
        let error = try #require(file.snapshots[0].nmse), expectedError = try #require(expected.snapshots[0].nmse)
        #expect(abs(error - expectedError) < 1e-8 * max(expectedError, 1e-8))
        #expect(file.snapshots[0].supportRecovery == expected.snapshots[0].supportRecovery)
        guard Self.bayesian.contains(name) else {
            #expect(option("unit", of: file) == nil)
            return
        }
        #expect(option("unit", of: expected) == .number(1))
        #expect(option("unit", of: file) == .number(unit))
    }

    @Test func everySnapshotHasTheUnitThatItWouldHaveAlone() throws {
        var problem = try recorded()
        let y = problem.snapshots.storage
        problem.snapshots = Matrix(rows: y.count, columns: 2) { $1 == 0 ? y[$0] : 1e6 * y[$0] }
        problem.truth = nil
        problem.noiseVariance = nil
        let file = try solve("svd-krosbl", problem)
        #expect(option("unit", of: file) == .list([.number(1), .number(1e6)]))
        #expect(relativeDistance(file.snapshots[1].x.map { $0 / 1e6 }, file.snapshots[0].x) < 1e-9)
        let fixed = try solve("svd-krosbl", problem, ["unit": .number(1)])
        #expect(option("unit", of: fixed) == .number(1))
        #expect(relativeDistance(fixed.snapshots[1].x.map { $0 / 1e6 }, file.snapshots[0].x) > 1e-3)
    }

    @Test(arguments: [("kronecker-recovery", "recovery"), ("irs-mimo", "irs")])
    func studiesCountInOne(family: String, preset: String) throws {
        let family = try #require(Catalogue.standard.family(family))
        let small: [String: ParameterValue] = family.name == "irs-mimo" ? ["symbols": .integer(10)] : [:]
        let parameters = try ParameterValues(small, declarations: family.parameters, owner: family.name)
        let problem = try family.draw(parameters, randomness: Randomness(seed: 1, trial: 1)).problem
        let drawn = try #require(problem as? LinearProblem)
        #expect(drawn.unit == 1 && drawn.preset.rawValue == preset)
    }

    @Test(arguments: bayesian.filter { $0 != "pc-sbl" }, Preset.allCases)
    func declaredPresetsAreInForce(name: String, preset: Preset) throws {
        let method = try #require(Self.methods.first { $0.name == name })
        let file = try solve(name, recorded(), ["preset": .text(preset.rawValue), "iterations": .integer(2)])
        let decided = method.options.filter { !$0.presetDefaults.isEmpty }
        #expect(decided.count >= 2)
        for declaration in decided {
            let declared = try #require(declaration.presetDefaults.first { $0.preset == preset.rawValue }).value
            let inForce = try #require(option(declaration.name, of: file), "\(declaration.name)")
            #expect(inForce == declared || inForce == .list([declared]), "\(declaration.name)")
        }
    }

    /// A Swift caller gets what the command line gives.
    @Test(arguments: Preset.allCases)
    func theSwiftSolversAreTheMethods(preset: Preset) throws {
        let problem = try recorded()
        let model = try LinearModel(
            dictionary: KroneckerOperator(problem.dictionaries), measurements: problem.snapshots.storage,
            noiseVariance: problem.noiseVariance)
        func check(_ name: String, _ solution: Solution<SparseEstimate<Double>>) throws {
            let file = try solve(name, problem, ["preset": .text(preset.rawValue)])
            #expect(file.snapshots[0].x == solution.estimate.coefficients, "\(name)")
            #expect(file.snapshots[0].gammas == solution.estimate.scales, "\(name)")
        }
        try check("svd-krosbl", SVDKroSBL<Double>(preset).solve(model))
        try check("am-krosbl", AMKroSBL<Double>(preset).solve(model))
        try check("ksbl", AMKroSBL<Double>.singleSweep(preset).solve(model))
        try check("pc-krosbl", PCKroSBL<Double>(preset, couplings: [0.8, nil, 0.8]).solve(model))
        try check("sbl", SBL<Double>(preset).solve(model))
        // Where the noise is learnt AM has another threshold.
        let unknown = try LinearModel(dictionary: model.dictionary, measurements: model.measurements)
        let file = try solve("am-krosbl", problem, ["preset": .text(preset.rawValue), "learn_noise": .flag(true)])
        let solution = try AMKroSBL<Double>(preset, learnsNoise: true).solve(unknown)
        #expect(file.snapshots[0].x == solution.estimate.coefficients)
    }

    @Test func oneThresholdServesOtherNumbersOfModes() throws {
        let file = try solve("am-krosbl", recorded(modes: 2), ["preset": .text("irs")])
        #expect(option("prune", of: file) == .list([.number(1e-2)]))
    }
}
