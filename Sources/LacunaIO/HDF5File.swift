import CHDF5
import Foundation
import LacunaArrays

/// An HDF5 file: groups, data sets with shapes and types, attributes and dimension scales.
///
/// Files are opened for the length of a closure. A file that is written lives in memory until the closure ends, then
/// appears on disk whole (`OutputFile`): a failure leaves nothing behind. Paths inside the file are written with
/// slashes, "dictionary/A1"; groups on the way are made as needed.
public final class HDF5File {
    /// The name on disk, for messages.
    public let path: String
    let id: hid_t

    private init(path: String, id: hid_t) {
        self.path = path
        self.id = id
    }

    /// Creates a file from what `body` puts into it, replacing a file of that name.
    /// - Throws: what `body` throws; `LacunaError` (environment) if the file cannot be written.
    public static func write(to path: String, _ body: (HDF5File) throws -> Void) throws {
        let bytes = try image(of: path, body)
        try bytes.withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    /// The bytes of the file that `body` makes; nothing is written.
    static func image(of path: String, _ body: (HDF5File) throws -> Void) throws -> [UInt8] {
        let file = HDF5File(path: path, id: try createInMemory(path))
        defer { file.close() }
        try body(file)
        return try file.image()
    }

    /// Opens a file for reading.
    /// - Throws: `LacunaError` (file) if it is missing, unreadable, truncated or not HDF5; what `body` throws.
    public static func read<Result>(_ path: String, _ body: (HDF5File) throws -> Result) throws -> Result {
        try checkReadable(path)
        let id = try HDF5Library.locked {
            let id = H5Fopen(path, lacuna_H5F_ACC_RDONLY(), lacuna_H5P_DEFAULT())
            guard id >= 0 else {
                throw LacunaError(
                    .file, path, "cannot be opened as HDF5: \(HDF5Library.lastError())",
                    remedy: "The file is damaged or cut short: copy or write it again")
            }
            return id
        }
        let file = HDF5File(path: path, id: id)
        defer { file.close() }
        return try body(file)
    }

    /// The library's version, "1.10.8".
    public static var libraryVersion: String {
        get throws { try HDF5Library.version }
    }

    // MARK: - Groups

    /// Whether a group or data set is there.
    public func contains(_ name: String) throws -> Bool {
        try HDF5Library.locked { hasObject(name) }
    }

    /// Names in a group, sorted; "/" is the root.
    public func names(in group: String = "/") throws -> [String] {
        try HDF5Library.locked {
            let opened = H5Gopen2(id, group, lacuna_H5P_DEFAULT())
            guard opened >= 0 else { throw missing(group, "group") }
            defer { H5Gclose(opened) }
            var information = H5G_info_t()
            guard H5Gget_info(opened, &information) >= 0 else { throw failure(group, "cannot be listed") }
            return (0..<information.nlinks).map { index in
                name(at: index, in: opened)
            }
        }
    }

    /// Whether `name` is a group (and not a data set, or absent).
    public func isGroup(_ name: String) throws -> Bool {
        try HDF5Library.locked { hasObject(name) && objectType(name) == H5I_GROUP }
    }

    private func name(at index: hsize_t, in group: hid_t) -> String {
        let plist = lacuna_H5P_DEFAULT()
        let length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, plist)
        var buffer = [CChar](repeating: 0, count: max(0, length) + 1)
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, plist)
        return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    // MARK: - Inside the lock

    /// Link by link, because HDF5 calls a missing group on the way an error.
    func hasObject(_ name: String) -> Bool {
        var prefix = ""
        for part in name.split(separator: "/") {
            prefix += "/" + part
            guard H5Lexists(id, prefix, lacuna_H5P_DEFAULT()) > 0 else { return false }
        }
        return prefix.isEmpty || H5Oexists_by_name(id, prefix, lacuna_H5P_DEFAULT()) > 0
    }

    func objectType(_ name: String) -> H5I_type_t {
        let object = H5Oopen(id, name, lacuna_H5P_DEFAULT())
        guard object >= 0 else { return H5I_BADID }
        defer { H5Oclose(object) }
        return H5Iget_type(object)
    }

    /// "problem.h5:/dictionary/A1": where messages say something is wrong.
    func place(_ name: String) -> String {
        name.hasPrefix("/") ? "\(path):\(name)" : "\(path):/\(name)"
    }

    /// The failure of the C call just made, in one line.
    func failure(_ name: String, _ problem: String) -> LacunaError {
        LacunaError(.file, place(name), "\(problem): \(HDF5Library.lastError())")
    }

    func missing(_ name: String, _ noun: String) -> LacunaError {
        LacunaError(.file, place(name), hasObject(name) ? "is not a \(noun)" : "there is no such \(noun)")
    }

    // MARK: - Life of a file

    private static func createInMemory(_ path: String) throws -> hid_t {
        try HDF5Library.locked {
            let access = H5Pcreate(lacuna_H5P_FILE_ACCESS())
            defer { H5Pclose(access) }
            H5Pset_fapl_core(access, 1 << 20, false)
            let id = H5Fcreate(path, lacuna_H5F_ACC_TRUNC(), lacuna_H5P_DEFAULT(), access)
            guard id >= 0 else {
                throw LacunaError(.environment, path, "cannot be prepared in memory: \(HDF5Library.lastError())")
            }
            return id
        }
    }

    private func image() throws -> [UInt8] {
        try HDF5Library.locked {
            guard H5Fflush(id, H5F_SCOPE_LOCAL) >= 0 else { throw failure("/", "cannot be completed") }
            let size = H5Fget_file_image(id, nil, 0)
            guard size > 0 else { throw failure("/", "cannot be completed") }
            var bytes = [UInt8](repeating: 0, count: size)
            guard H5Fget_file_image(id, &bytes, size) == size else { throw failure("/", "cannot be completed") }
            return bytes
        }
    }

    private func close() {
        try? HDF5Library.locked { _ = H5Fclose(id) }
    }

    /// Says the plain reasons plainly, before the library puts them its way.
    private static func checkReadable(_ path: String) throws {
        func unreadable(_ problem: String, remedy: String? = nil) -> LacunaError {
            LacunaError(.file, path, problem, remedy: remedy)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable("cannot be opened: \(OutputFile.reason(errno))") }
        defer { Foundation.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable("is not a file, an HDF5 file is expected")
        }
        guard status.st_size > 0 else { throw unreadable("is empty, an HDF5 file is expected") }
        var head = [UInt8](repeating: 0, count: 10)
        let count = pread(descriptor, &head, head.count, 0)
        if count == head.count, head.elementsEqual("MATLAB 5.0".utf8) {
            throw unreadable("is a MATLAB 5 file, HDF5 is expected", remedy: "Save it in MATLAB with the option -v7.3")
        }
        let isHDF5 = try HDF5Library.locked { H5Fis_hdf5(path) > 0 }
        guard isHDF5 else { throw unreadable("is not an HDF5 file (no HDF5 signature)") }
    }
}
