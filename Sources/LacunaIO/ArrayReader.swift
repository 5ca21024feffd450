import LacunaArrays

/// Reads vectors and matrices of real or complex numbers, with errors that name file and data set.
struct ArrayReader<Scalar: ProblemScalar> {
    let file: HDF5File

    /// A vector or matrix as it lies in the file; real numbers become complex where the problem is.
    func array(_ name: String) throws -> Tensor<Scalar> {
        let values: Tensor<Scalar>
        if Scalar.canRead(try file.kind(of: name)) {
            values = try file.read(Scalar.self, from: name)
        } else if Scalar.canRead(.complex(real: "r", imaginary: "i")), Double.canRead(try file.kind(of: name)) {
            let real = try file.read(Double.self, from: name)
            values = Tensor(dimensions: real.dimensions, storage: real.storage.map(Scalar.init(real:)))
        } else {
            throw LacunaError(
                .file, file.place(name), "holds \(try file.kind(of: name)), real or complex numbers are expected",
                remedy: "Complex numbers are compounds {r, i} or {real, imag} of two floating-point fields")
        }
        guard !values.storage.isEmpty else { throw LacunaError(.file, file.place(name), "has no elements") }
        guard values.dimensions.count == 1 || values.dimensions.count == 2 else {
            throw LacunaError(.file, file.place(name), "is \(size(values)), a vector or a matrix is expected")
        }
        if let position = values.storage.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(
                .file, file.place(name), "element \(position + 1) of \(values.storage.count) is not finite",
                remedy: "Remove or replace NaN and infinite values")
        }
        return values
    }

    func size<Element>(_ array: Tensor<Element>) -> String {
        switch array.dimensions.count {
        case 0: "a single number"
        case 1: "a vector of \(array.dimensions[0])"
        default: describeShape(array.dimensions)
        }
    }

    /// The file's row-major array as a column-major matrix.
    func matrix(_ array: Tensor<Scalar>, _ order: ArrayOrder) -> Matrix<Scalar> {
        let (first, second) = (array.dimensions[0], array.dimensions[1])
        // A reversed array read row by row is the matrix read column by column.
        if order == .reversed { return Matrix(rows: second, columns: first, storage: array.storage) }
        return Matrix(rows: first, columns: second) { array.storage[$0 * second + $1] }
    }
}
