import LacunaDynamics

/// A coefficient of equations as reports have it.
public struct ReportedCoefficient: Encodable, Sendable {
    /// The variable whose equation it is.
    public let equation: String
    public let term: String
    public let value: Double
    public let deviation: Double?
    /// The share of an ensemble's models that have the term.
    public let inclusion: Double?
}

extension SINDyModel {
    /// Those that are not 0, and those that some models of an ensemble have.
    public var reportedCoefficients: [ReportedCoefficient] {
        stateNames.indices.flatMap { row in
            features.names.indices.compactMap { column in
                let inclusion = uncertainty?.inclusion?[row, column]
                guard coefficients[row, column] != 0 || inclusion ?? 0 > 0 else { return nil }
                return ReportedCoefficient(
                    equation: stateNames[row], term: features.names[column], value: coefficients[row, column],
                    deviation: uncertainty?.deviations[row, column], inclusion: inclusion)
            }
        }
    }
}
