import Foundation

/// Where data sets lie: each in a folder of its own name, in the folder that the user names with `--data` or else with
/// the variable LACUNA_DATA. Sets that come with Lacuna are also found in its `Data`.
public struct DataFolder: Hashable, Sendable {
    public static let variable = "LACUNA_DATA"

    /// The user's folder, if one is named.
    public let path: String?
    /// Folders that may be Lacuna's own `Data`, best first.
    let shipped: [String]

    /// - Parameters:
    ///   - option: the value of `--data`.
    ///   - scenarioFile: the scenario that asks: `Data` is looked for in the folders above it, then in the current folder
    ///     and those above, then above the program itself.
    public init(
        option: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
        scenarioFile: String? = nil
    ) {
        let named = option ?? environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        path = named.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        let starts = [
            scenarioFile.map(Self.absoluteFolder), FileManager.default.currentDirectoryPath, Self.programFolder,
        ]
        shipped = starts.compactMap(\.self).flatMap(Self.ancestors).map { ($0 == "/" ? "" : $0) + "/Data" }
    }

    /// The folder of a data set, there or not; nil if no folder is named and the set is not found in Lacuna's own.
    public func folder(of set: ImageDataSet) -> String? {
        let own = path.map { "\($0)/\(set.name)" }
        guard set.isShipped else { return own }
        let places = [own].compactMap(\.self) + shipped.map { "\($0)/\(set.name)" }
        return places.first { place in set.files.contains { $0.path(in: place) != nil } } ?? own
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static var programFolder: String? {
        Bundle.main.executablePath.map { absoluteFolder(of: $0) }
    }

    private static func absoluteFolder(of file: String) -> String {
        URL(fileURLWithPath: file).resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    /// The folder and all above it.
    private static func ancestors(of folder: String) -> [String] {
        var url = URL(fileURLWithPath: folder).standardizedFileURL
        var result = [url.path]
        while url.path != "/" {
            url.deleteLastPathComponent()
            result.append(url.path)
        }
        return result
    }
}
