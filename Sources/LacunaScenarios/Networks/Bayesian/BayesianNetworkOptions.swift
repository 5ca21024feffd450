import LacunaExperiment
import LacunaNets

/// Options that Bayesian methods of `network-compression` share.
enum BayesianNetworkOptions {
    static func startDeviation(_ value: Double) -> ParameterDeclaration {
        ParameterDeclaration(
            "start_deviation", .number(1e-9...1), default: .number(value),
            "deviation of what is random at the start; dense weights should be ten times that")
    }
    static let temperature = ParameterDeclaration(
        "temperature", .number(1e-6...1e3), default: .number(1),
        "weight of the prior against the likelihood; 1 is the bound")
    static let epochsPerRound = ParameterDeclaration(
        "epochs_per_round", .integer(1...1000), default: .integer(2), "epochs between updates of the precisions")
    static let warmUp = ParameterDeclaration(
        "warm_up", .number(0...1), default: .number(0.3), "part of the epochs over which the divergence rises from 0")
    static func threshold(_ value: Double, _ summary: String) -> ParameterDeclaration {
        ParameterDeclaration("threshold", .number(-100...100), default: .number(value), summary)
    }

    /// - Parameter startDeviation: nil reads the option.
    static func search(_ options: ParameterValues, startDeviation: Double? = nil) throws -> VariationalSearch {
        VariationalSearch(
            epochs: try options.integer("epochs"), learningRate: try options.number("rate"),
            startDeviation: try startDeviation ?? options.number("start_deviation"))
    }
}
