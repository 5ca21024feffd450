import CHDF5
import LacunaArrays

@testable import LacunaIO

extension HDF5File {
    /// Complex numbers as other programs name their fields.
    func writeComplex(_ array: Tensor<Complex<Double>>, to name: String, fields: [String]) throws {
        try HDF5Library.locked {
            let type = Complex<Double>.makeMemoryType(for: .complex(real: fields[0], imaginary: fields[1]))
            defer { H5Tclose(type) }
            let set = try createDataset(name, dimensions: array.dimensions, type: type, isCompressed: false)
            defer { H5Dclose(set) }
            let all = lacuna_H5S_ALL()
            let result = array.storage.withUnsafeBytes {
                H5Dwrite(set, type, all, all, lacuna_H5P_DEFAULT(), $0.baseAddress)
            }
            guard result >= 0 else { throw failure(name, "cannot be written") }
        }
    }
}
