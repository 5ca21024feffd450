import CHDF5
import LacunaArrays

extension HDF5File {
    /// Writes text as variable-length UTF-8 strings.
    public func write(_ text: Tensor<String>, to name: String) throws {
        try HDF5Library.locked {
            let type = Self.makeTextType()
            defer { H5Tclose(type) }
            let set = try createDataset(name, dimensions: text.dimensions, type: type, isCompressed: false)
            defer { H5Dclose(set) }
            let all = lacuna_H5S_ALL()
            let result = withCStrings(text.storage) {
                $0.isEmpty ? 0 : H5Dwrite(set, type, all, all, lacuna_H5P_DEFAULT(), $0.baseAddress)
            }
            guard result >= 0 else { throw failure(name, "cannot be written") }
        }
    }

    public func write(_ text: [String], to name: String) throws {
        try write(Tensor(dimensions: [text.count], storage: text), to: name)
    }

    /// Reads text of variable or fixed length.
    /// - Throws: `LacunaError` (file) if the data set is missing, damaged, or holds something else.
    public func readText(from name: String) throws -> Tensor<String> {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            let kind = try kind(of: set, name)
            guard kind == .text else { throw LacunaError(.file, place(name), "holds \(kind), text is expected") }
            let dimensions = try dimensions(of: set, name)
            let type = H5Dget_type(set)
            defer { H5Tclose(type) }
            let space = H5Dget_space(set)
            defer { H5Sclose(space) }
            let all = lacuna_H5S_ALL()
            let text = try readStrings(dimensions, type: type, space: space, name) { memory, buffer in
                H5Dread(set, memory, all, all, lacuna_H5P_DEFAULT(), buffer)
            }
            return Tensor(dimensions: dimensions, storage: text)
        }
    }

    // MARK: - Inside the lock

    static func makeTextType() -> hid_t {
        let type = H5Tcopy(lacuna_H5T_C_S1())
        H5Tset_size(type, lacuna_H5T_VARIABLE())
        H5Tset_cset(type, H5T_CSET_UTF8)
        return type
    }

    /// The strings of a data set or attribute of `type`, fetched by `read(memory type, buffer)`.
    func readStrings(
        _ dimensions: [Int], type: hid_t, space: hid_t, _ name: String,
        read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
    ) throws -> [String] {
        if H5Tis_variable_str(type) > 0 {
            let count = try elementCount(dimensions, MemoryLayout<UnsafeMutablePointer<CChar>?>.stride, name)
            var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            guard count > 0 else { return [] }
            guard read(type, &pointers) >= 0 else { throw failure(name, "cannot be read") }
            defer { H5Dvlen_reclaim(type, space, lacuna_H5P_DEFAULT(), &pointers) }
            return pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
        }
        let length = H5Tget_size(type)
        let count = try elementCount(dimensions, max(1, length), name)
        var bytes = [UInt8](repeating: 0, count: count * length)
        guard count > 0, length > 0 else { return Array(repeating: "", count: count) }
        guard read(type, &bytes) >= 0 else { throw failure(name, "cannot be read") }
        return (0..<count).map { index in
            let text = bytes[index * length..<(index + 1) * length].prefix { $0 != 0 }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Calls `body` with one C string per element; they live as long as the call.
    func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for string in strings {
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8CString)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            let pointers = offsets.map { offset in buffer.baseAddress.map { $0 + offset } }
            return pointers.withUnsafeBufferPointer(body)
        }
    }
}
