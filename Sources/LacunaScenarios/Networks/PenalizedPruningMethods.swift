import LacunaExperiment
import LacunaNets

struct L1PruningMethod: NetworkCompressionMethod {
    let name = "l1"
    let summary = "l1 penalty by proximal steps: weights that end at 0 go"
    let citation = Citation(
        authors: "R. Tibshirani", year: 1996, title: "Regression Shrinkage and Selection via the Lasso",
        source: "J. R. Stat. Soc. B 58(1)")
    let strengths = strengthOption(
        [1e-4, 3e-4, 1e-3], 0...1e3, "weight of the penalty against the mean loss, per level")
    let ownOptions: [ParameterDeclaration] = [epochsOption(10), rateOption(0.05, "SGD")]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        PenalizedPruning(
            .l1, strength: strength, epochs: try options.integer("epochs"), learningRate: try options.number("rate"))
    }
}

struct GroupLassoPruningMethod: NetworkCompressionMethod {
    let name = "group-lasso"
    let summary = "group lasso on the incoming weights of each neuron or channel: what ends at 0 goes as a whole"
    let citation = Citation(
        authors: "M. Yuan, Y. Lin", year: 2006,
        title: "Model Selection and Estimation in Regression with Grouped Variables",
        source: "J. R. Stat. Soc. B 68(1)")
    let strengths = strengthOption(
        [1e-4, 3e-4, 1e-3], 0...1e3, "weight of the penalty against the mean loss, per level")
    let ownOptions: [ParameterDeclaration] = [epochsOption(10), rateOption(0.05, "SGD")]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        PenalizedPruning(
            .groupLasso, strength: strength, epochs: try options.integer("epochs"),
            learningRate: try options.number("rate"))
    }
}
