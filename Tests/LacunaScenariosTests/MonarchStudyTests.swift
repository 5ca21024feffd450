import LacunaExperiment
import LacunaNets
import LacunaScenarios
import LacunaSolvers
import Testing

/// Problem families `operator-learning`, `mri-reconstruction` and `structured-training`, with their methods.
@Suite struct MonarchStudyTests {
    private func draw(
        _ family: String, _ parameters: [String: ParameterValue], seed: UInt64 = 1
    ) throws -> DrawnProblem {
        let family = try #require(Catalogue.standard.family(family))
        let values = try ParameterValues(parameters, declarations: family.parameters, owner: family.name)
        return try family.draw(values, randomness: Randomness(seed: seed, trial: 0))
    }

    private func metrics(
        _ method: String, _ drawn: DrawnProblem, _ options: [String: ParameterValue] = [:]
    ) throws -> [String: Double] {
        let method = try Catalogue.standard.method(method)
        let values = try ParameterValues(options, declarations: method.options, owner: method.name)
        #expect(method.reasonToSkip(drawn.problem, options: values) == nil)
        return try drawn.score(method.run(drawn.problem, options: values, limits: SolveLimits()).estimate)
    }

    private func line(_ equation: String, noise: Double = 0.01) -> [String: ParameterValue] {
        ["equation": .text(equation), "size": .integer(16), "train_samples": .integer(40), "noise": .number(noise)]
    }

    /// Where coefficients vary a Fourier layer cannot be right; where they do not it is.
    @Test func fourierLayersAreForPeriodicProblems() throws {
        let options = ["epochs": ParameterValue.integer(800), "rate": .number(1e-2)]
        let walls = try draw("operator-learning", line("advection-diffusion"))
        let circle = try draw("operator-learning", line("periodic-advection-diffusion"))
        let wallError = try #require(try metrics("fourier-layer", walls, options)["relative_error"])
        let circleError = try #require(try metrics("fourier-layer", circle, options)["relative_error"])
        #expect(wallError > 0.2 && circleError < wallError / 5, "\(wallError) \(circleError)")
        let monarch = try metrics("monarch-layer", walls, options)
        #expect(try #require(monarch["relative_error"]) < wallError / 3 && monarch["parameters"] == 4 * 128 + 32)
    }

    /// A linear map without noise is found from as many samples as it has inputs.
    @Test func denseLayersFindLinearMaps() throws {
        var parameters = line("advection-diffusion", noise: 0)
        parameters["length"] = .number(0.02)
        let drawn = try draw("operator-learning", parameters)
        let found = try metrics("dense-layer", drawn, ["penalty": .number(0)])
        #expect(try #require(found["relative_error"]) < 1e-6 && found["parameters"] == 17 * 16)
        #expect(try #require(try metrics("persistence", drawn)["relative_error"]) > 0.5)
    }

    @Test func drawsShareWhatTheyShould() throws {
        func data(_ changes: [String: ParameterValue]) throws -> OperatorSamples {
            let parameters = line("advection-diffusion").merging(changes) { $1 }
            let drawn = try draw("operator-learning", parameters)
            return try #require(drawn.problem as? OperatorLearningProblem).data()
        }
        let base = try data([:]), later = try data(["time": .number(0.5)])
        let fewer = try data(["train_samples": .integer(10)]), exact = try data(["noise": .number(0)])
        #expect(later.trainingInputs == base.trainingInputs && later.trainingTargets != base.trainingTargets)
        #expect(fewer.trainingInputs == Array(base.trainingInputs[..<10]) && fewer.testTargets == base.testTargets)
        #expect(exact.testTargets == base.testTargets && exact.trainingTargets != base.trainingTargets)
    }

    @Test(arguments: ["fourier-layer", "monarch-layer"])
    func neuralOperatorsRepeatTheirBits(method: String) throws {
        let parameters: [String: ParameterValue] = [
            "equation": .text("vorticity"), "size": .integer(8), "train_samples": .integer(6),
            "test_samples": .integer(3), "time": .number(0.2), "time_step": .number(0.02), "initial_scale": .number(4),
        ]
        let options: [String: ParameterValue] = [
            "epochs": .integer(3), "width": .integer(3), "layers": .integer(2), "modes": .integer(2),
        ]
        let first = try metrics(method, draw("operator-learning", parameters), options)
        let second = try metrics(method, draw("operator-learning", parameters), options)
        #expect(first == second && first["relative_error"]?.isFinite == true)
    }

    @Test func scansWithoutLossGiveTheImage() throws {
        let drawn = try draw(
            "mri-reconstruction",
            [
                "size": .integer(16), "acceleration": .number(1), "noise": .number(0), "train_images": .integer(1),
                "test_images": .integer(2),
            ])
        for method in ["sense", "cg-sense"] {
            let options: [String: ParameterValue] = method == "cg-sense" ? ["weight": .number(0)] : [:]
            let found = try metrics(method, drawn, options)
            #expect(try #require(found["psnr"]) > 200 && abs(try #require(found["ssim"]) - 1) < 1e-9)
        }
    }

    @Test func trainingImprovesReconstructions() throws {
        let drawn = try draw(
            "mri-reconstruction",
            [
                "size": .integer(16), "acceleration": .number(3), "centre": .number(2), "train_images": .integer(20),
                "test_images": .integer(10),
            ])
        let zeroFilled = try #require(try metrics("sense", drawn)["psnr"])
        let learnt = try metrics("monarch-sense", drawn, ["epochs": .integer(100), "rate": .number(2e-3)])
        #expect(try #require(learnt["psnr"]) > zeroFilled && learnt["parameters"] == 4 * 128)
        for method in ["cg-sense", "wavelet-sense"] {
            let options: [String: ParameterValue] = method == "wavelet-sense" ? ["levels": .integer(2)] : [:]
            #expect(try #require(try metrics(method, drawn, options)["psnr"]) > zeroFilled, "\(method)")
        }
    }

    @Test func masksOfTestsMayBeOthers() throws {
        func problem(_ mask: String) throws -> MRIReconstructionProblem {
            let drawn = try draw(
                "mri-reconstruction",
                [
                    "size": .integer(16), "train_images": .integer(1), "test_images": .integer(1), "centre": .number(2),
                    "test_mask": .text(mask),
                ])
            return try #require(drawn.problem as? MRIReconstructionProblem)
        }
        let same = try problem("same"), other = try problem("other")
        #expect(same.test[0].encoding.samples == same.training[0].encoding.samples)
        #expect(other.test[0].encoding.samples != other.training[0].encoding.samples)
        #expect(other.test[0].encoding.samples.count == same.test[0].encoding.samples.count)
        #expect(same.test[0].image == other.test[0].image)
    }

    @Test func structuredTrainingsAtEqualNumbers() throws {
        let drawn = try draw(
            "structured-training",
            [
                "hidden": .list([.integer(64)]), "blocks": .integer(8), "epochs": .integer(6),
                "train_samples": .integer(400),
            ])
        let dense = try metrics("dense-training", drawn), sparse = try metrics("monarch-training", drawn)
        let grown = try metrics("sparse-to-dense", drawn, ["fraction": .number(0.5)])
        #expect(dense["parameters"] == 64 * 64 + 64 + 650 && grown["parameters"] == dense["parameters"])
        // 8 · 8 · (8 + 8) in the hidden layer; the last one has 10 outputs and stays.
        #expect(sparse["parameters"] == 1738)
        let fine = ["fine_tune_epochs": ParameterValue.integer(2)]
        for method in ["dense-to-sparse", "dense-to-low-rank", "dense-to-pruned"] {
            let found = try metrics(method, drawn, fine)
            let count = try #require(found["parameters"]), limit = try #require(sparse["parameters"])
            #expect(count <= limit && count >= limit - 64, "\(method)")
            let error = try #require(found["projection_error"])
            #expect(error > 0 && error < 1)
            #expect(try #require(found["nll"]) < Double.log(10), "\(method)")
            let none = try metrics(method, drawn, ["fine_tune_epochs": .integer(0)])
            #expect(none["accuracy"] == none["projected_accuracy"], "\(method)")
        }
        #expect(try metrics("dense-training", drawn) == dense)
    }

    @Test func methodsAreForTheirProblems() throws {
        let drawn = try draw("operator-learning", line("advection-diffusion"))
        let scans = try draw(
            "mri-reconstruction", ["size": .integer(16), "train_images": .integer(1), "test_images": .integer(1)])
        for (name, other) in [
            ("sense", drawn), ("monarch-sense", drawn), ("sparse-to-dense", drawn), ("dense-training", drawn),
            ("fourier-layer", scans), ("dense-layer", scans), ("persistence", scans), ("dense-to-sparse", scans),
        ] {
            let method = try Catalogue.standard.method(name)
            let values = try ParameterValues([:], declarations: method.options, owner: name)
            #expect(method.reasonToSkip(other.problem, options: values) != nil, "\(name)")
            #expect(throws: LacunaError.self) { try method.run(other.problem, options: values, limits: SolveLimits()) }
        }
        #expect(Catalogue.standard.contradictions().isEmpty)
    }
}
