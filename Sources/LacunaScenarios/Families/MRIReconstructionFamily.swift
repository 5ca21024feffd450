import LacunaExperiment
import LacunaNets

/// `mri-reconstruction`: images from few frequencies seen by several coils, after Dao et al. (2022), section 5.1, on simulated phantoms.
struct MRIReconstructionFamily: ProblemFamily {
    let name = "mri-reconstruction"
    let summary = "phantoms from undersampled scans of several coils, with scans to train on"
    let citation: Citation? = .dao2022
    let parameters = [
        ParameterDeclaration("size", .integer(16...512), default: .integer(64), "pixels per side"),
        ParameterDeclaration("coils", .integer(1...64), default: .integer(4), "receive coils"),
        ParameterDeclaration(
            "acceleration", .number(1...64), default: .number(2), "R: frequencies over those measured"),
        ParameterDeclaration(
            "centre", .number(0...256), default: .number(4), "all frequencies are measured within this radius"),
        ParameterDeclaration(
            "density_power", .number(0...20), default: .number(3), "how fast the sampling thins out beyond it"),
        ParameterDeclaration(
            "noise", .number(0...1), default: .number(0.01),
            "standard deviation of the complex noise per frequency (of a unitary transform), over the largest pixel"),
        ParameterDeclaration("train_images", .integer(1...10_000), default: .integer(40), "scans to train on"),
        ParameterDeclaration("test_images", .integer(1...10_000), default: .integer(20), "scans to reconstruct"),
        ParameterDeclaration(
            "test_mask", .choice(["same", "other"]), default: .text("same"),
            "whether test scans measure the frequencies of the training scans, or others of the same density"),
    ]
    let metrics = [
        ResultTable.Metric(
            name: "psnr", longName: "peak signal-to-noise ratio of moduli, mean over images", unit: "dB",
            better: .higher),
        ResultTable.Metric(
            name: "ssim", longName: "structural similarity of moduli, mean over images", better: .higher),
        ResultTable.Metric(name: "parameters", longName: "trained numbers", better: .lower),
    ]

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let size = try parameters.integer("size"), coils = try parameters.integer("coils")
        let trainCount = try parameters.integer("train_images"), testCount = try parameters.integer("test_images")
        // Double-precision scans and images, and the single-precision copies that networks are trained on.
        try requireMemory(
            elements: [(trainCount + testCount) * (coils + 1) * size * size * 3], bytesEach: 16, name)
        var coilStream = randomness.stream("coils", dependingOn: try parameters.subset(["coils", "size"]))
        let sensitivities = try CoilSensitivities.gaussian(coils: coils, size: size, random: &coilStream)
        let maskNames = ["size", "acceleration", "centre", "density_power"]
        func encoding(_ mask: String) throws -> CoilEncodingOperator {
            var stream = randomness.stream(mask, dependingOn: try parameters.subset(maskNames))
            let samples = try SamplingMask.variableDensity(
                size: size, acceleration: parameters.number("acceleration"), centre: parameters.number("centre"),
                power: parameters.number("density_power"), random: &stream)
            return try CoilEncodingOperator(
                height: size, width: size, sensitivities: sensitivities, samples: samples)
        }
        let noise = try parameters.number("noise")
        func scans(_ count: Int, _ purpose: String, _ encoding: CoilEncodingOperator) throws
            -> [MRIReconstructionProblem.Scan]
        {
            // The same phantoms at every acceleration, and the first of more are those of fewer.
            var images = randomness.stream("\(purpose) images", dependingOn: try parameters.subset(["size"]))
            var noises = randomness.stream(
                "\(purpose) noise", dependingOn: try parameters.subset(["size", "coils", "acceleration"]))
            return try (0..<count).map { _ in
                let image = try Phantom.ellipses(size: size, random: &images)
                let measurements = try encoding.apply(image).map { $0 + noises.complexNormal().scaled(by: noise) }
                return MRIReconstructionProblem.Scan(encoding: encoding, measurements: measurements, image: image)
            }
        }
        let mask = try encoding("mask")
        let test = try scans(
            testCount, "test", parameters.text("test_mask") == "same" ? mask : encoding("other mask"))
        var keyStream = randomness.stream("training", dependingOn: try parameters.subset(["size", "train_images"]))
        let problem = MRIReconstructionProblem(
            size: size, training: try scans(trainCount, "training", mask), test: test, key: keyStream.next())
        return DrawnProblem(problem: problem) { estimate in
            guard let found = estimate as? MRIReconstruction, found.images.count == test.count else {
                throw wrongEstimate(name)
            }
            var ratio = 0.0, similarity = 0.0
            for (image, scan) in zip(found.images, test) {
                let moduli = image.map(\.modulus), truth = scan.image.map(\.modulus)
                ratio += try peakSignalToNoiseRatio(moduli, against: truth)
                similarity += try structuralSimilarity(moduli, against: truth, height: size, width: size)
            }
            let count = Double(test.count)
            return [
                "psnr": ratio / count, "ssim": similarity / count, "parameters": Double(found.parameterCount),
            ]
        }
    }
}
