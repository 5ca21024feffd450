import CHDF5

/// What a data set or attribute holds, as far as readers must tell kinds apart.
public enum HDF5Kind: Hashable, Sendable {
    case float
    case integer
    case text
    /// A compound of two floating-point fields with one of the usual pairs of names: {r, i}, {real, imag}, {re, im}.
    case complex(real: String, imaginary: String)
    /// Anything else, described for messages.
    case other(String)
}

extension HDF5Kind: CustomStringConvertible {
    public var description: String {
        switch self {
        case .float: "real numbers"
        case .integer: "whole numbers"
        case .text: "text"
        case .complex: "complex numbers"
        case .other(let description): description
        }
    }
}

extension HDF5Kind {
    private static let complexFieldNames = [["r", "i"], ["real", "imag"], ["re", "im"]]

    /// The kind of an HDF5 type. Inside the lock.
    init(type: hid_t) {
        switch H5Tget_class(type) {
        case H5T_FLOAT: self = .float
        case H5T_INTEGER: self = .integer
        case H5T_STRING: self = .text
        case H5T_COMPOUND: self = Self.compoundKind(type)
        case H5T_ENUM: self = .other("an enumeration (booleans of h5py are one)")
        case H5T_REFERENCE: self = .other("object references (a MATLAB cell array or struct array)")
        case H5T_VLEN: self = .other("lists of varying length")
        case H5T_ARRAY: self = .other("arrays within elements")
        case H5T_OPAQUE: self = .other("opaque bytes")
        default: self = .other("an unknown HDF5 type")
        }
    }

    private static func compoundKind(_ type: hid_t) -> HDF5Kind {
        var names: [String] = []
        var areFloats = true
        for member in 0..<max(0, H5Tget_nmembers(type)) {
            guard let name = H5Tget_member_name(type, UInt32(member)) else { continue }
            names.append(String(cString: name))
            H5free_memory(name)
            areFloats = areFloats && H5Tget_member_class(type, UInt32(member)) == H5T_FLOAT
        }
        for pair in complexFieldNames where areFloats && names.map({ $0.lowercased() }) == pair {
            return .complex(real: names[0], imaginary: names[1])
        }
        return .other("a compound with the fields {\(names.joined(separator: ", "))}")
    }
}
