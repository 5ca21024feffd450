extension Scenario {
    /// A picture of masks: which entries of one array the estimates keep, a panel for each method and point of the sweep. Masks differ from
    /// trial to trial and have no mean worth a look: they are those of the first trial.
    public struct MaskFigure: Hashable, Sendable {
        public let name: String
        public let title: String
        /// One of the family's `maskArrays`.
        public let array: String
        /// Labels of the methods to draw; empty: all.
        public let algorithms: [String]
        /// Axis -> the value at which it is drawn; axes that are not named give a panel for each of their values.
        public let at: [String: ParameterValue]

        public init(
            name: String, title: String, array: String, algorithms: [String] = [], at: [String: ParameterValue] = [:]
        ) {
            self.name = name
            self.title = title
            self.array = array
            self.algorithms = algorithms
            self.at = at
        }

        public func draws(_ algorithm: String) -> Bool { algorithms.isEmpty || algorithms.contains(algorithm) }
    }

    /// The arrays whose masks a cell's record is to keep: those that a figure shows.
    func maskArrays(of cell: Cell) -> Set<String> {
        guard cell.trial == 0 else { return [] }
        let label = methods[cell.algorithm].label
        return Set(maskFigures.filter { $0.draws(label) && axes.isPoint(cell.point, at: $0.at) }.map(\.array))
    }
}
