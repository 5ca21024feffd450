extension ResultTable {
    /// The table of a scenario from what its journals hold; cells without a record stay NaN and `not-run`.
    public init(plan: Plan, journal: Journal) {
        let scenario = plan.scenario
        self.init(
            axes: scenario.axes, algorithms: scenario.methods.map(\.label), trials: scenario.trials,
            metrics: scenario.tableMetrics)
        for cell in plan.cells {
            guard let record = journal.records[cell.id] else { continue }
            let index = index(point: cell.point, algorithm: cell.algorithm, trial: cell.trial)
            status[index] = record.status
            workers = max(workers, record.workers)
            for metric in metrics { values[metric.name]?[index] = record.metrics[metric.name] ?? .nan }
            histories[index] = record.history ?? []
            masks[index] = record.masks ?? []
            curves[index] = record.curves ?? []
        }
    }
}
