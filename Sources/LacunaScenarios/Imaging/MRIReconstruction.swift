import LacunaExperiment
import LacunaNets

/// Scans of several coils to be turned into images, with scans whose images are known.
public struct MRIReconstructionProblem: Sendable {
    /// A scan, and the image it is of.
    public struct Scan: Sendable {
        public let encoding: CoilEncodingOperator
        public let measurements: [Complex<Double>]
        public let image: [Complex<Double>]
    }

    public let size: Int
    public let training: [Scan]
    public let test: [Scan]
    /// Order of samples and initial weights of trained methods follow from it.
    public let key: UInt64
}

/// Images of the test scans.
public struct MRIReconstruction: Sendable {
    public let images: [[Complex<Double>]]
    /// Trained numbers.
    public let parameterCount: Int
}

/// A method of `mri-reconstruction` that takes one scan after the other. A conformer names itself and reconstructs one; limits, the clock and
/// the rest come with the protocol.
protocol ScanMethod: Method {
    /// - Throws: `LacunaError` for options that it cannot take.
    func reconstruct(
        _ scan: MRIReconstructionProblem.Scan, options: ParameterValues, limits: SolveLimits
    ) throws -> Solution<[Complex<Double>]>
}

extension ScanMethod {
    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is MRIReconstructionProblem ? nil : "'\(name)' reconstructs scans only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? MRIReconstructionProblem else {
            throw LacunaError(.value, name, "reconstructs scans only")
        }
        var images: [[Complex<Double>]] = []
        var report = SolverReport(iterations: 0, reason: .converged, seconds: 0)
        for scan in problem.test {
            var left = limits
            left.seconds = limits.seconds.map { max(0, $0 - report.seconds) }
            let solution = try reconstruct(scan, options: options, limits: left)
            images.append(solution.estimate)
            report.iterations += solution.report.iterations
            report.seconds += solution.report.seconds
            // The reason that says most: one scan that diverged, or ran into a limit, is told.
            let isFine = report.reason == .converged || report.reason == .closedForm
            if isFine || solution.report.reason == .diverged { report.reason = solution.report.reason }
        }
        return Outcome(estimate: MRIReconstruction(images: images, parameterCount: 0), report: report)
    }
}
