import LacunaExperiment
import LacunaSolvers

struct SENSEMethod: ScanMethod {
    let name = "sense"
    let summary = "zero-filled: inverse Fourier transforms of what was measured, joined by the sensitivities"
    let citation = Citation.pruessmann1999
    let options: [ParameterDeclaration] = []

    func reconstruct(
        _ scan: MRIReconstructionProblem.Scan, options: ParameterValues, limits: SolveLimits
    ) throws -> Solution<[Complex<Double>]> {
        let began = ContinuousClock.now
        let image = try scan.encoding.applyAdjoint(scan.measurements)
        let seconds = (ContinuousClock.now - began).seconds
        return Solution(
            estimate: image, report: SolverReport(iterations: 1, reason: .closedForm, seconds: seconds))
    }
}

struct CGSENSEMethod: ScanMethod {
    let name = "cg-sense"
    let summary = "least squares on the measured frequencies by conjugate gradients, stopped early"
    let citation = Citation(
        authors: "K. P. Pruessmann, M. Weiger, P. Börnert, P. Boesiger", year: 2001,
        title: "Advances in Sensitivity Encoding With Arbitrary k-Space Trajectories",
        source: "Magnetic Resonance in Medicine 46(4)")
    let options = [
        ParameterDeclaration("iterations", .integer(1...100_000), default: .integer(5), "iteration limit"),
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(1e-6), "gradient over its first value at which to stop"),
        ParameterDeclaration("weight", .number(0...1e6), default: .number(1e-3), "weight of the ridge penalty"),
    ]

    func reconstruct(
        _ scan: MRIReconstructionProblem.Scan, options: ParameterValues, limits: SolveLimits
    ) throws -> Solution<[Complex<Double>]> {
        let solution = try ConjugateGradients<Complex<Double>>(
            weight: options.number("weight"), tolerance: options.number("tolerance"),
            iterationLimit: options.integer("iterations")
        ).solve(LinearModel(dictionary: scan.encoding, measurements: scan.measurements), limits: limits)
        return Solution(estimate: solution.estimate.coefficients, report: solution.report)
    }
}

struct WaveletSENSEMethod: ScanMethod {
    let name = "wavelet-sense"
    let summary = "compressed sensing: few wavelet coefficients that explain the measured frequencies, by FISTA"
    let citation = Citation(
        authors: "M. Lustig, D. Donoho, J. M. Pauly", year: 2007,
        title: "Sparse MRI: The Application of Compressed Sensing for Rapid MR Imaging",
        source: "Magnetic Resonance in Medicine 58(6)")
    let options = [
        ParameterDeclaration(
            "weight", .number(0...1), default: .number(1e-3),
            "weight of the l1 norm over the largest coefficient of the zero-filled image"),
        ParameterDeclaration("levels", .integer(1...12), default: .integer(3), "levels of the wavelet transform"),
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(1e-4), "relative change of x at which to stop"),
        ParameterDeclaration("iterations", .integer(1...1_000_000), default: .integer(200), "iteration limit"),
    ]

    func reconstruct(
        _ scan: MRIReconstructionProblem.Scan, options: ParameterValues, limits: SolveLimits
    ) throws -> Solution<[Complex<Double>]> {
        let wavelet = try WaveletOperator<Complex<Double>>(
            height: scan.encoding.height, width: scan.encoding.width, levels: options.integer("levels"))
        let dictionary = try CompositionOperator(scan.encoding, AdjointOperator(wavelet))
        let largest = try dictionary.applyAdjoint(scan.measurements).reduce(0) { max($0, $1.modulus) }
        let solution = try FISTA<Complex<Double>>(
            weight: options.number("weight") * largest, tolerance: options.number("tolerance"),
            iterationLimit: options.integer("iterations")
        ).solve(LinearModel(dictionary: dictionary, measurements: scan.measurements), limits: limits)
        return Solution(
            estimate: try wavelet.applyAdjoint(solution.estimate.coefficients), report: solution.report)
    }
}

extension Citation {
    static let pruessmann1999 = Citation(
        authors: "K. P. Pruessmann, M. Weiger, M. B. Scheidegger, P. Boesiger", year: 1999,
        title: "SENSE: Sensitivity Encoding for Fast MRI", source: "Magnetic Resonance in Medicine 42(5)")
}
