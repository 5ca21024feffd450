extension ResultTable {
    /// Median over the trials of the cost after each iteration, at one point and for one algorithm; empty if no history
    /// was recorded. A solve that stopped earlier keeps its last cost, so that late iterations are not a median of the
    /// slow solves alone.
    public func medianCost(point: Int, algorithm: Int) -> [Double] {
        let recorded = (0..<trials)
            .map { histories[index(point: point, algorithm: algorithm, trial: $0)] }
            .filter { !$0.isEmpty }
        let longest = recorded.map(\.count).max() ?? 0
        return (0..<longest).map { iteration in
            quantile(0.5, ofSorted: recorded.map { $0[min(iteration, $0.count - 1)] }.sorted())
        }
    }
}
