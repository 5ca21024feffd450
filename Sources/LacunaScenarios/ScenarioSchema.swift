/// The keys of a scenario file: what the reader accepts and the JSON schema lists.
enum ScenarioSchema {
    static let version = 1

    static let topKeys = [
        "lacuna", "name", "title", "paper", "problem", "sweep", "methods", "trials", "metrics", "seed", "history",
        "time_limit", "figures", "expect", "published", "notes", "profiles",
    ]
    static let paperKeys = ["title", "authors", "year", "source", "arxiv", "figure"]
    static let rangeKeys = ["from", "to", "step"]
    static let methodKeys = ["kind", "label", "trials", "only"]
    static let figureKeys = [
        "kind", "name", "title", "x", "y", "scale", "statistic", "band", "published", "algorithms", "at",
    ]
    static let maskFigureKeys = ["kind", "name", "title", "array", "algorithms", "at"]
    static let viewFigureKeys = ["kind", "name", "title", "view", "algorithms", "at"]

    /// What a figure shows: metrics, or which entries of an array stay.
    enum FigureKind: String, CaseIterable { case curves, masks, views }
    static let expectKeys = ["at", "metric", "statistic", "order", "methods", "at_least", "at_most"]

    /// The largest number of values of one sweep axis, and of trials: a slip of the pen above it.
    static let largestCount = 10_000_000
    static let longestAxis = 10_000
}

/// The sizes in which every shipped scenario comes.
public enum Profile: String, CaseIterable, Sendable {
    /// Seconds; for tests.
    case smoke
    /// Minutes; what `lacuna run` takes.
    case `default`
    /// The published set-up.
    case paper
}
