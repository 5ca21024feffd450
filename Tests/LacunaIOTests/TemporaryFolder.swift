import Foundation
import LacunaArrays
import Testing

/// A folder of its own for each test, because tests run side by side.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lacuna-io-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// The one line that `body` fails with; the test fails if it does not.
func errorLine(
    _ kind: LacunaError.Kind, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> String {
    do {
        try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as LacunaError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
        return error.description
    } catch {
        Issue.record("not a LacunaError: \(error)", sourceLocation: sourceLocation)
    }
    return ""
}

/// What is in a folder, so that nothing half-written is overlooked.
func contents(of folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}
