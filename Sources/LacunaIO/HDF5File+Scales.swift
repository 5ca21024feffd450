import CHDF5
import LacunaArrays

/// Dimension scales: coordinates attached to the axes of other data sets. With them xarray and netCDF readers show named
/// axes.
extension HDF5File {
    /// Declares a one-dimensional data set to be the coordinate of an axis called `axis`.
    public func makeScale(_ name: String, axis: String) throws {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            guard H5DSset_scale(set, axis) >= 0 else { throw failure(name, "cannot be made a dimension scale") }
        }
    }

    /// Attaches one scale per axis to a data set, in the order of its axes.
    public func attachScales(_ scales: [String], to name: String) throws {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            let dimensions = try dimensions(of: set, name)
            guard dimensions.count == scales.count else {
                throw LacunaError(
                    .shape, place(name), "has \(dimensions.count) axes, \(scales.count) dimension scales are given")
            }
            for (axis, scale) in scales.enumerated() {
                let coordinate = try openDataset(scale)
                defer { H5Dclose(coordinate) }
                let length = try self.dimensions(of: coordinate, scale)
                guard length == [dimensions[axis]] else {
                    throw LacunaError(
                        .shape, place(scale),
                        "has \(describeShape(length)) elements, axis \(axis) of \(name) has \(dimensions[axis])")
                }
                guard H5DSattach_scale(set, coordinate, UInt32(axis)) >= 0 else {
                    throw failure(name, "cannot take the dimension scale \(scale)")
                }
            }
        }
    }

    /// The paths of the scales attached to a data set, one per axis; nil where an axis has none.
    public func scales(of name: String) throws -> [String?] {
        try HDF5Library.locked {
            let set = try openDataset(name)
            defer { H5Dclose(set) }
            return try dimensions(of: set, name).indices.map { axis in
                guard H5DSget_num_scales(set, UInt32(axis)) > 0 else { return nil }
                var path: String?
                withUnsafeMutablePointer(to: &path) { pointer in
                    _ = H5DSiterate_scales(
                        set, UInt32(axis), nil,
                        { _, _, scale, data in
                            var buffer = [CChar](repeating: 0, count: max(0, H5Iget_name(scale, nil, 0)) + 1)
                            H5Iget_name(scale, &buffer, buffer.count)
                            let name = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
                            data?.assumingMemoryBound(to: String?.self).pointee = name
                            return 1
                        }, pointer)
                }
                return path
            }
        }
    }
}
