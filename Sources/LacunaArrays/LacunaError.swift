/// Bad input or a failing environment, told in one line: where, what, what was expected, what to do next.
///
/// Not converging is a result (`StopReason`), never an error. The `kind` decides the exit code of the `lacuna` command.
public struct LacunaError: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Sizes of two arguments do not agree.
        case shape
        /// A value is outside its range, not finite, or of the wrong type.
        case value
        /// A name (method, option, parameter, data set) is not known.
        case name
        /// An input file is missing, unreadable, truncated or in another format.
        case file
        /// The machine: a library, the file system, a full device.
        case environment
    }

    public let kind: Kind
    /// The argument, the file with line and column, or the data set.
    public let place: String
    /// What is wrong, with the value found and the value expected.
    public let problem: String
    /// The next step, if there is an obvious one.
    public let remedy: String?

    public init(_ kind: Kind, _ place: String, _ problem: String, remedy: String? = nil) {
        self.kind = kind
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }
}

extension LacunaError: CustomStringConvertible {
    public var description: String {
        let line = "\(place): \(problem)"
        guard let remedy else { return line }
        return "\(line). \(remedy)"
    }
}
