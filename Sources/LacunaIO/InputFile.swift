import Foundation
import LacunaArrays
import LacunaExperiment

/// Whole files in memory.
public enum InputFile {
    /// The bytes of a file.
    /// - Throws: `LacunaError` (file) with the system's reason if it is missing, a folder, or unreadable.
    public static func read(_ path: String) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw LacunaError(.file, path, "is a folder, a file is expected")
        }
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw LacunaError(.file, path, "cannot read the file (\(systemMessage(of: error)))")
        }
    }
}
