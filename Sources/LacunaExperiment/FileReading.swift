import Foundation
import LacunaArrays

/// The bytes of a file.
/// - Throws: `LacunaError` with the file's name and the system's reason.
func readFile(_ path: String) throws -> Data {
    do {
        return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
        throw LacunaError(.file, path, "cannot read the file (\(systemMessage(of: error)))")
    }
}

/// The system's own words for a Foundation file error, which otherwise hides them.
public func systemMessage(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let underlying, underlying.domain == NSPOSIXErrorDomain {
        return String(cString: strerror(Int32(underlying.code)))
    }
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile?, .fileNoSuchFile?: return String(cString: strerror(ENOENT))
    case .fileReadNoPermission?, .fileWriteNoPermission?: return String(cString: strerror(EACCES))
    case .fileWriteOutOfSpace?: return String(cString: strerror(ENOSPC))
    case .fileWriteVolumeReadOnly?: return String(cString: strerror(EROFS))
    default: return (error as NSError).localizedDescription
    }
}
