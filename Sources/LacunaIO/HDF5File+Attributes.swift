import CHDF5
import LacunaArrays

extension HDF5File {
    /// Attaches an attribute to a group or data set ("/": the file itself), replacing one of that name.
    public func setAttribute(_ attribute: String, of object: String = "/", to value: HDF5Attribute) throws {
        try HDF5Library.locked {
            switch value {
            case .text(let text): try writeText([text], dimensions: [], attribute, object)
            case .texts(let texts): try writeText(texts, dimensions: [texts.count], attribute, object)
            case .integer(let value): try writeNumbers([value], dimensions: [], attribute, object)
            case .integers(let values): try writeNumbers(values, dimensions: [values.count], attribute, object)
            case .number(let value): try writeNumbers([value], dimensions: [], attribute, object)
            case .numbers(let values): try writeNumbers(values, dimensions: [values.count], attribute, object)
            }
        }
    }

    /// An attribute of a group or data set; nil if there is none of that name or it holds neither text nor numbers.
    public func attribute(_ attribute: String, of object: String = "/") throws -> HDF5Attribute? {
        try HDF5Library.locked {
            let plist = lacuna_H5P_DEFAULT()
            guard hasObject(object), H5Aexists_by_name(id, object, attribute, plist) > 0 else { return nil }
            let opened = H5Aopen_by_name(id, object, attribute, plist, plist)
            guard opened >= 0 else { throw failure(object, "attribute '\(attribute)' cannot be opened") }
            defer { H5Aclose(opened) }
            let type = H5Aget_type(opened)
            defer { H5Tclose(type) }
            let space = H5Aget_space(opened)
            defer { H5Sclose(space) }
            let shape = try dimensions(ofSpace: space, object)
            switch HDF5Kind(type: type) {
            case .text:
                let texts = try readStrings(shape, type: type, space: space, object) { H5Aread(opened, $0, $1) }
                return texts.count == 1 && shape.isEmpty ? .text(texts[0]) : .texts(texts)
            case .integer:
                let values = try readNumbers(Int64.self, opened, shape, object)
                return shape.isEmpty ? .integer(values[0]) : .integers(values)
            case .float:
                let values = try readNumbers(Double.self, opened, shape, object)
                return shape.isEmpty ? .number(values[0]) : .numbers(values)
            case .complex, .other:
                return nil
            }
        }
    }

    /// Names of the attributes of a group or data set, sorted.
    public func attributeNames(of object: String = "/") throws -> [String] {
        try HDF5Library.locked {
            let opened = H5Oopen(id, object, lacuna_H5P_DEFAULT())
            guard opened >= 0 else { throw missing(object, "group or data set") }
            defer { H5Oclose(opened) }
            return (0..<max(0, H5Aget_num_attrs(opened))).map { index in
                let plist = lacuna_H5P_DEFAULT()
                let position = hsize_t(index)
                let length = H5Aget_name_by_idx(opened, ".", H5_INDEX_NAME, H5_ITER_INC, position, nil, 0, plist)
                var buffer = [CChar](repeating: 0, count: max(0, length) + 1)
                H5Aget_name_by_idx(
                    opened, ".", H5_INDEX_NAME, H5_ITER_INC, position, &buffer, buffer.count, plist)
                return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            }
        }
    }

    // MARK: - Inside the lock

    private func writeText(_ texts: [String], dimensions: [Int], _ attribute: String, _ object: String) throws {
        let type = Self.makeTextType()
        defer { H5Tclose(type) }
        let created = try createAttribute(attribute, of: object, dimensions: dimensions, type: type)
        defer { H5Aclose(created) }
        let result = withCStrings(texts) { $0.isEmpty ? 0 : H5Awrite(created, type, $0.baseAddress) }
        guard result >= 0 else { throw failure(object, "attribute '\(attribute)' cannot be written") }
    }

    private func writeNumbers<Number: HDF5Element>(
        _ values: [Number], dimensions: [Int], _ attribute: String, _ object: String
    ) throws {
        let type = Number.makeFileType()
        defer { H5Tclose(type) }
        let created = try createAttribute(attribute, of: object, dimensions: dimensions, type: type)
        defer { H5Aclose(created) }
        let memory = Number.makeMemoryType(for: .float)
        defer { H5Tclose(memory) }
        let result = values.withUnsafeBytes { $0.isEmpty ? 0 : H5Awrite(created, memory, $0.baseAddress) }
        guard result >= 0 else { throw failure(object, "attribute '\(attribute)' cannot be written") }
    }

    private func createAttribute(
        _ attribute: String, of object: String, dimensions: [Int], type: hid_t
    ) throws -> hid_t {
        guard hasObject(object) else { throw missing(object, "group or data set") }
        let plist = lacuna_H5P_DEFAULT()
        if H5Aexists_by_name(id, object, attribute, plist) > 0 { H5Adelete_by_name(id, object, attribute, plist) }
        let space =
            dimensions.isEmpty
            ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(dimensions.count), dimensions.map(hsize_t.init), nil)
        defer { H5Sclose(space) }
        let created = H5Acreate_by_name(id, object, attribute, type, space, plist, plist, plist)
        guard created >= 0 else { throw failure(object, "attribute '\(attribute)' cannot be created") }
        return created
    }

    private func readNumbers<Number: HDF5Element>(
        _: Number.Type, _ attribute: hid_t, _ shape: [Int], _ object: String
    ) throws -> [Number] {
        let count = try elementCount(shape, MemoryLayout<Number>.stride, object)
        var values = [Number](repeating: .zero, count: count)
        let memory = Number.makeMemoryType(for: .float)
        defer { H5Tclose(memory) }
        let result = values.withUnsafeMutableBytes { $0.isEmpty ? 0 : H5Aread(attribute, memory, $0.baseAddress) }
        guard result >= 0 else { throw failure(object, "an attribute cannot be read") }
        return values
    }
}
