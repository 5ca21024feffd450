import LacunaExperiment
import LacunaIO

/// A family that draws from data sets.
protocol DataSetFamily: ProblemFamily {
    /// Where they lie. `ScenarioReader` sets it: the user's folder, then those around the scenario's file.
    var dataFolder: DataFolder { get set }
}
