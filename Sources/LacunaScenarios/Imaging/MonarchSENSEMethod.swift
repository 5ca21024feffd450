import LacunaExperiment
import LacunaNets

struct MonarchSENSEMethod: Method {
    let name = "monarch-sense"
    let summary =
        "SENSE with Monarch matrices that start as the inverse Fourier transforms, trained on scans with known images"
    let citation = Citation.dao2022
    let options = [
        ParameterDeclaration("epochs", .integer(1...100_000), default: .integer(150), "passes over the training scans"),
        ParameterDeclaration(
            "rate", .number(1e-6...1), default: .number(1e-3), "Adam's learning rate, falling by a cosine to 0"),
        ParameterDeclaration("batch", .integer(1...4096), "scans of a batch; default: all"),
    ]

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is MRIReconstructionProblem ? nil : "'\(name)' reconstructs scans only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? MRIReconstructionProblem, let encoding = problem.training.first?.encoding else {
            throw LacunaError(.value, name, "reconstructs scans only")
        }
        let network = try Network<Float>.monarchSENSE(
            coils: encoding.coils, height: encoding.height, width: encoding.width,
            sensitivities: encoding.sensitivities.map { Complex(Float($0.real), Float($0.imaginary)) })
        let training = StochasticTraining(
            Adam<Float>(learningRate: try options.number("rate")), epochs: try options.integer("epochs"),
            batchSize: try options.optionalInteger("batch") ?? problem.training.count, schedule: .cosine(floor: 0),
            key: problem.key)
        let solution = try training.solve(
            TrainingProblem(
                network: network, start: NetworkParameters(network, random: RandomStream(key: problem.key)),
                data: dataSet(problem.training, network.inputShape), loss: MeanSquaredError()), limits: limits)
        let outputs = try network.outputs(
            solution.estimate.parameters, dataSet(problem.test, network.inputShape), batch: 20)
        let points = encoding.columns
        let images = problem.test.indices.map { scan in
            (0..<points).map { point in
                let real = outputs[2 * scan * points + point], imaginary = outputs[(2 * scan + 1) * points + point]
                return Complex(Double(real), Double(imaginary))
            }
        }
        return Outcome(
            estimate: MRIReconstruction(images: images, parameterCount: network.layout.count),
            report: solution.report,
            divergence: solution.estimate.divergedAt.map { "in the training at step \($0 + 1)" })
    }

    /// Zero-filled spectra as [2, coils, height, width], images as [2, height, width].
    private func dataSet(_ scans: [MRIReconstructionProblem.Scan], _ shape: ValueShape) throws -> DataSet<Float> {
        var inputs: [Float] = [], targets: [Float] = []
        for scan in scans {
            let encoding = scan.encoding, points = encoding.columns, plane = encoding.coils * points
            var spectra = [Float](repeating: 0, count: 2 * plane)
            for (index, value) in scan.measurements.enumerated() {
                let coil = index / encoding.samples.count, sample = encoding.samples[index % encoding.samples.count]
                spectra[coil * points + sample] = Float(value.real)
                spectra[plane + coil * points + sample] = Float(value.imaginary)
            }
            inputs += spectra
            targets += scan.image.map { Float($0.real) } + scan.image.map { Float($0.imaginary) }
        }
        return try DataSet(shape: shape, inputs: inputs, targets: .values(targets))
    }
}
