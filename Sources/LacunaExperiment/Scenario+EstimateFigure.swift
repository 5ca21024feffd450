extension Scenario {
    /// A picture of estimates themselves, a panel for each method and point of the sweep: which entries of one array they keep, or curves of
    /// theirs. Estimates differ from trial to trial and have no mean worth a look: they are those of the first trial.
    public struct EstimateFigure: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable { case masks, views }

        public let kind: Kind
        public let name: String
        public let title: String
        /// One of the family's `maskArrays`, or the name of one of its `curveViews`.
        public let subject: String
        /// Labels of the methods to draw; empty: all.
        public let algorithms: [String]
        /// Axis -> the value at which it is drawn; axes that are not named give a panel for each of their values.
        public let at: [String: ParameterValue]

        public init(
            _ kind: Kind, name: String, title: String, of subject: String, algorithms: [String] = [],
            at: [String: ParameterValue] = [:]
        ) {
            self.kind = kind
            self.name = name
            self.title = title
            self.subject = subject
            self.algorithms = algorithms
            self.at = at
        }

        public func draws(_ algorithm: String) -> Bool { algorithms.isEmpty || algorithms.contains(algorithm) }
    }

    /// The arrays whose masks, or the views whose curves, a cell's record is to keep: those that a figure shows.
    func subjects(_ kind: EstimateFigure.Kind, of cell: Cell) -> Set<String> {
        guard cell.trial == 0 else { return [] }
        let label = methods[cell.algorithm].label
        return Set(
            estimateFigures.filter { $0.kind == kind && $0.draws(label) && axes.isPoint(cell.point, at: $0.at) }.map(
                \.subject))
    }
}
