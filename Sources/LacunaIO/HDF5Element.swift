import CHDF5
import LacunaArrays

/// A number that HDF5 data sets hold: Double, Float, Int64, UInt64, UInt8, and Complex of Double or Float.
///
/// Complex numbers are compounds {r, i}, the convention of h5py, which reads them as complex128 or complex64.
public protocol HDF5Element: Sendable {
    /// What messages call it: "real numbers".
    static var hdf5Description: String { get }
    /// Whether a data set of this kind can be read as `Self` without losing anything but precision.
    static func canRead(_ kind: HDF5Kind) -> Bool
    static var zero: Self { get }
    /// The type in the file (little-endian, independent of the machine). The caller closes it, inside the lock.
    static func makeFileType() -> Int64
    /// The type in memory for data of `kind` in the file. The caller closes it, inside the lock.
    static func makeMemoryType(for kind: HDF5Kind) -> Int64
}

extension Double: HDF5Element {
    public static var hdf5Description: String { "real numbers" }
    public static func canRead(_ kind: HDF5Kind) -> Bool { kind == .float || kind == .integer }
    public static func makeFileType() -> Int64 { H5Tcopy(lacuna_H5T_IEEE_F64LE()) }
    public static func makeMemoryType(for kind: HDF5Kind) -> Int64 { H5Tcopy(lacuna_H5T_NATIVE_DOUBLE()) }
}

extension Float: HDF5Element {
    public static var hdf5Description: String { "real numbers" }
    public static func canRead(_ kind: HDF5Kind) -> Bool { kind == .float || kind == .integer }
    public static func makeFileType() -> Int64 { H5Tcopy(lacuna_H5T_IEEE_F32LE()) }
    public static func makeMemoryType(for kind: HDF5Kind) -> Int64 { H5Tcopy(lacuna_H5T_NATIVE_FLOAT()) }
}

extension Int64: HDF5Element {
    public static var hdf5Description: String { "whole numbers" }
    public static func canRead(_ kind: HDF5Kind) -> Bool { kind == .integer }
    public static func makeFileType() -> Int64 { H5Tcopy(lacuna_H5T_STD_I64LE()) }
    public static func makeMemoryType(for kind: HDF5Kind) -> Int64 { H5Tcopy(lacuna_H5T_NATIVE_INT64()) }
}

extension UInt64: HDF5Element {
    public static var hdf5Description: String { "whole numbers" }
    public static func canRead(_ kind: HDF5Kind) -> Bool { kind == .integer }
    public static func makeFileType() -> Int64 { H5Tcopy(lacuna_H5T_STD_U64LE()) }
    public static func makeMemoryType(for kind: HDF5Kind) -> Int64 { H5Tcopy(lacuna_H5T_NATIVE_UINT64()) }
}

extension UInt8: HDF5Element {
    public static var hdf5Description: String { "whole numbers" }
    public static func canRead(_ kind: HDF5Kind) -> Bool { kind == .integer }
    public static func makeFileType() -> Int64 { H5Tcopy(lacuna_H5T_STD_U8LE()) }
    public static func makeMemoryType(for kind: HDF5Kind) -> Int64 { H5Tcopy(lacuna_H5T_NATIVE_UINT8()) }
}

extension Complex: HDF5Element where RealType: HDF5Element {
    public static var hdf5Description: String { "complex numbers" }

    public static func canRead(_ kind: HDF5Kind) -> Bool {
        if case .complex = kind { true } else { false }
    }

    public static func makeFileType() -> Int64 {
        makeCompound(of: RealType.makeFileType(), real: "r", imaginary: "i")
    }

    /// HDF5 matches compound fields by name, so the memory type takes the names that the file has.
    public static func makeMemoryType(for kind: HDF5Kind) -> Int64 {
        guard case .complex(let real, let imaginary) = kind else {
            return makeCompound(of: RealType.makeMemoryType(for: .float), real: "r", imaginary: "i")
        }
        return makeCompound(of: RealType.makeMemoryType(for: .float), real: real, imaginary: imaginary)
    }

    private static func makeCompound(of part: Int64, real: String, imaginary: String) -> Int64 {
        defer { H5Tclose(part) }
        let size = H5Tget_size(part)
        let compound = H5Tcreate(H5T_COMPOUND, 2 * size)
        H5Tinsert(compound, real, 0, part)
        H5Tinsert(compound, imaginary, size, part)
        return compound
    }
}
