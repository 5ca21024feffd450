import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaScenarios

/// The published curves of a scenario, taken along so that the output folder needs nothing but itself.
///
/// Where the file is not at hand (a scenario that was taken out of a result file) the run goes on without the curves.
/// - Returns: the scenario as it is kept with the run, the bytes of the curves, and a warning.
func takePublished(_ scenario: Scenario, from scenarioFile: String) throws -> (Scenario, Data?, warning: String?) {
    guard let name = scenario.published else { return (scenario, nil, nil) }
    var scenario = scenario
    let path = resolve(name, beside: scenarioFile)
    guard FileManager.default.fileExists(atPath: path) else {
        scenario.published = nil
        for index in scenario.figures.indices { scenario.figures[index].published = false }
        scenario.resolvedText = scenario.canonicalText
        return (scenario, nil, "\(path): no such file; the published curves are left out")
    }
    // A file that is there but wrong is better told now than after hours of cells.
    _ = try PublishedCurves(file: path)
    guard let data = FileManager.default.contents(atPath: path) else {
        throw LacunaError(.file, path, "cannot be read", remedy: "Check its permissions")
    }
    scenario.published = OutputFolder.publishedName
    scenario.resolvedText = scenario.canonicalText
    return (scenario, data, nil)
}
