import LacunaArrays
import LacunaExperiment
import LacunaIO

/// A method that solves a problem from a file: what `lacuna solve` can be asked for.
///
/// An option `preset` of such a method is what `--preset` sets: the settings of a study, which single options override.
/// Options whose default depends on the preset declare it for each (`presetDefaults`).
public protocol ProblemFileMethod: Method {
    /// Solves every snapshot. A file without a noise variance means that it is to be learnt.
    /// - Throws: `LacunaError` for a problem or options that the method cannot take.
    func solve(_ problem: LinearProblemData, options: ParameterValues) throws -> ProblemFileSolution
}

/// A solution as it goes into a file: real or complex as the problem is.
public enum ProblemFileSolution: Sendable {
    case real(SolutionFile<Double>)
    case complex(SolutionFile<Complex<Double>>)

    /// - Throws: `LacunaError` (environment) if the file cannot be written.
    public func write(to path: String) throws {
        switch self {
        case .real(let file): try file.write(to: path)
        case .complex(let file): try file.write(to: path)
        }
    }
}
