import CHDF5
import Foundation
import LacunaArrays

extension HDF5File {
    /// Writes an array; its shape becomes the data set's (an empty shape: a scalar). Large arrays are chunked and
    /// compressed (shuffle + deflate), which loses nothing.
    /// - Throws: `LacunaError` if `name` is taken or has a wrong form.
    public func write<Element: HDF5Element>(_ array: Tensor<Element>, to name: String) throws {
        try HDF5Library.locked {
            let type = Element.makeFileType()
            defer { H5Tclose(type) }
            let set = try createDataset(name, dimensions: array.dimensions, type: type, isCompressed: true)
            defer { H5Dclose(set) }
            let memory = Element.makeMemoryType(for: .complex(real: "r", imaginary: "i"))
            defer { H5Tclose(memory) }
            guard !array.storage.isEmpty else { return }
            let all = lacuna_H5S_ALL()
            let result = array.storage.withUnsafeBytes {
                H5Dwrite(set, memory, all, all, lacuna_H5P_DEFAULT(), $0.baseAddress)
            }
            guard result >= 0 else { throw failure(name, "cannot be written") }
        }
    }

    public func write<Element: HDF5Element>(_ vector: [Element], to name: String) throws {
        try write(Tensor(dimensions: [vector.count], storage: vector), to: name)
    }

    public func write<Element: HDF5Element>(_ scalar: Element, to name: String) throws {
        try write(Tensor(dimensions: [], storage: [scalar]), to: name)
    }

    /// Reads a data set as it lies in the file: row-major, last index fastest.
    /// - Throws: `LacunaError` (file) if it is missing, damaged, or holds another kind than `Element`.
    public func read<Element: HDF5Element>(_: Element.Type, from name: String) throws -> Tensor<Element> {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            let kind = try kind(of: set, name)
            guard Element.canRead(kind) else {
                throw LacunaError(.file, place(name), "holds \(kind), \(Element.hdf5Description) are expected")
            }
            let dimensions = try dimensions(of: set, name)
            let count = try elementCount(dimensions, MemoryLayout<Element>.stride, name)
            var values = [Element](repeating: .zero, count: count)
            let memory = Element.makeMemoryType(for: kind)
            defer { H5Tclose(memory) }
            let all = lacuna_H5S_ALL()
            let result = values.withUnsafeMutableBytes {
                $0.isEmpty ? 0 : H5Dread(set, memory, all, all, lacuna_H5P_DEFAULT(), $0.baseAddress)
            }
            guard result >= 0 else { throw failure(name, "cannot be read") }
            return Tensor(dimensions: dimensions, storage: values)
        }
    }

    /// What a data set holds.
    public func kind(of name: String) throws -> HDF5Kind {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            return try kind(of: set, name)
        }
    }

    /// The sizes of a data set's axes; empty for a scalar.
    public func shape(of name: String) throws -> [Int] {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            return try dimensions(of: set, name)
        }
    }

    // MARK: - Inside the lock

    func openDataset(_ name: String) throws -> hid_t {
        guard hasObject(name), objectType(name) == H5I_DATASET else { throw missing(name, "data set") }
        let set = H5Dopen2(id, name, lacuna_H5P_DEFAULT())
        guard set >= 0 else { throw failure(name, "cannot be opened") }
        return set
    }

    func kind(of set: hid_t, _ name: String) throws -> HDF5Kind {
        let type = H5Dget_type(set)
        guard type >= 0 else { throw failure(name, "has no readable type") }
        defer { H5Tclose(type) }
        return HDF5Kind(type: type)
    }

    func dimensions(of set: hid_t, _ name: String) throws -> [Int] {
        let space = H5Dget_space(set)
        guard space >= 0 else { throw failure(name, "has no readable shape") }
        defer { H5Sclose(space) }
        return try dimensions(ofSpace: space, name)
    }

    func dimensions(ofSpace space: hid_t, _ name: String) throws -> [Int] {
        // A null space (MATLAB's empty array) has no elements, a scalar has one.
        if H5Sget_simple_extent_type(space) == H5S_NULL { return [0] }
        let rank = H5Sget_simple_extent_ndims(space)
        guard rank >= 0 else { throw failure(name, "has no readable shape") }
        var sizes = [hsize_t](repeating: 0, count: Int(rank))
        H5Sget_simple_extent_dims(space, &sizes, nil)
        return try sizes.map { size in
            guard let size = Int(exactly: size) else {
                throw LacunaError(.file, place(name), "has an axis of \(size) elements")
            }
            return size
        }
    }

    /// The number of elements, if this machine could hold them: a damaged file may claim any size.
    func elementCount(_ dimensions: [Int], _ stride: Int, _ name: String) throws -> Int {
        var bytes = stride
        for size in dimensions {
            let product = bytes.multipliedReportingOverflow(by: size)
            bytes = product.overflow ? .max : product.partialValue
            if bytes == 0 { return 0 }
        }
        guard UInt64(bytes) <= ProcessInfo.processInfo.physicalMemory else {
            throw LacunaError(
                .file, place(name), "has \(describeShape(dimensions)) elements, more than this machine's memory holds")
        }
        return bytes / stride
    }

    func createDataset(_ name: String, dimensions: [Int], type: hid_t, isCompressed: Bool) throws -> hid_t {
        guard !hasObject(name) else { throw LacunaError(.name, place(name), "is in the file already") }
        let space =
            dimensions.isEmpty
            ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(dimensions.count), dimensions.map(hsize_t.init), nil)
        defer { H5Sclose(space) }
        let links = H5Pcreate(lacuna_H5P_LINK_CREATE())
        defer { H5Pclose(links) }
        H5Pset_create_intermediate_group(links, 1)
        let creation = H5Pcreate(lacuna_H5P_DATASET_CREATE())
        defer { H5Pclose(creation) }
        // No time stamps: the same results are the same bytes.
        H5Pset_obj_track_times(creation, false)
        if isCompressed, let chunk = Self.chunk(for: dimensions), H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0 {
            H5Pset_chunk(creation, Int32(chunk.count), chunk.map(hsize_t.init))
            H5Pset_shuffle(creation)
            H5Pset_deflate(creation, 4)
        }
        let set = H5Dcreate2(id, name, type, space, links, creation, lacuna_H5P_DEFAULT())
        guard set >= 0 else { throw failure(name, "cannot be created") }
        return set
    }

    /// Chunks of at most 2^17 elements, cut along the first axes; nil for small arrays, which stay contiguous.
    static func chunk(for dimensions: [Int]) -> [Int]? {
        guard dimensions.reduce(1, *) >= 4096 else { return nil }
        var chunk = dimensions
        for axis in chunk.indices {
            while chunk[axis] > 1, chunk.reduce(1, *) > 1 << 17 { chunk[axis] = (chunk[axis] + 1) / 2 }
        }
        return chunk
    }
}
