import LacunaArrays

/// A number type that a recorded problem can have.
protocol ProblemScalar: HDF5Element, Equatable {
    init(real: Double)
    var isFinite: Bool { get }
}

extension Double: ProblemScalar {
    init(real: Double) { self = real }
}

extension Complex<Double>: ProblemScalar {
    init(real: Double) { self.init(real, 0) }
}

/// The order in which a file's arrays lie, by who wrote it.
public enum ArrayOrder: String, CaseIterable, Sendable {
    /// As h5py writes them: the file's shape is the array's.
    case rowMajor = "h5py"
    /// As MATLAB writes them: the file's shape is the array's reversed.
    case reversed = "matlab"
}

/// Reads one problem out of an open file.
struct ProblemReader<Scalar: ProblemScalar> {
    let file: HDF5File
    let names: ProblemNames
    /// nil: the order that fits.
    var order: ArrayOrder?

    func problem() throws -> (problem: RecordedProblem<Scalar>, notes: [String], isOrderGuessed: Bool) {
        let y = try array(names.y)
        let factors = try names.dictionaries.map { try array($0) }
        try checkContent(y, factors)
        let (order, notes, isGuessed) = try fittingOrder(y, factors)
        let dictionaries = factors.map { matrix($0, order) }
        let snapshots = columns(y, order)
        let problem = RecordedProblem(
            snapshots: snapshots, dictionaries: dictionaries, noiseVariance: try noiseVariance(),
            truth: try truth(order, dictionaries, snapshots.columns), channels: try channels(order))
        return (problem, notes, isGuessed)
    }

    // MARK: - Order

    /// The one order in which the sizes of y and the dictionaries agree.
    private func fittingOrder(
        _ y: Tensor<Scalar>, _ factors: [Tensor<Scalar>]
    ) throws -> (ArrayOrder, notes: [String], isGuessed: Bool) {
        let fits = (order.map { [$0] } ?? ArrayOrder.allCases).filter { order in
            measurements(factors, order).map { isLength($0, of: y, order) } ?? false
        }
        switch (fits.contains(.rowMajor), fits.contains(.reversed)) {
        case (true, false):
            return (.rowMajor, [], false)
        case (false, true):
            let note = "\(file.path): dimensions are reversed, as MATLAB writes them; read accordingly"
            return (.reversed, order == nil ? [note] : [], false)
        case (true, true):
            // Arrays that are the same in both orders need no word.
            let isAmbiguous = factors.contains { $0.dimensions.count == 2 && $0.dimensions.min() != 1 }
            if names.hasMATLABMarks {
                let note = "\(file.path): written as MATLAB does; its reversed dimensions are read accordingly"
                return (.reversed, isAmbiguous ? [note] : [], false)
            }
            let remedy = "--order matlab (in a scenario `order: matlab`)"
            if isAmbiguous, !isVector(y) {
                throw LacunaError(
                    .file, file.place(names.y),
                    "is \(size(y)) and the dictionaries are square: its snapshots could be columns or rows",
                    remedy: "Say who wrote the file: --order h5py or \(remedy)")
            }
            let note =
                "\(file.path): the sizes fit either order of dimensions; read as h5py writes them, with \(remedy) as MATLAB does"
            return (.rowMajor, isAmbiguous ? [note] : [], isAmbiguous)
        case (false, false):
            let sizes = zip(names.dictionaries, factors).map { "\($0) \(describeShape($1.dimensions))" }
            let rows = measurements(factors, order ?? .rowMajor).map { "\($0)" } ?? "too many"
            throw LacunaError(
                .file, file.place(names.y),
                "is \(size(y)), the dictionaries (\(sizes.joined(separator: ", "))) need \(rows) rows",
                remedy: "The length of y is the product of the dictionaries' rows; snapshots are columns of y")
        }
    }

    /// M = ∏ M_i; nil if it is too large to count.
    private func measurements(_ factors: [Tensor<Scalar>], _ order: ArrayOrder) -> Int? {
        factors.reduce(1 as Int?) { product, factor in
            guard let result = product?.multipliedReportingOverflow(by: rows(factor, order)) else { return nil }
            return result.overflow ? nil : result.partialValue
        }
    }

    private func rows(_ factor: Tensor<Scalar>, _ order: ArrayOrder) -> Int {
        order == .rowMajor ? factor.dimensions[0] : factor.dimensions[1]
    }

    /// Whether y holds vectors of this length: itself a vector of either direction, or snapshots as columns.
    private func isLength(_ length: Int, of y: Tensor<Scalar>, _ order: ArrayOrder) -> Bool {
        if isVector(y) { return y.storage.count == length }
        return y.dimensions[order == .rowMajor ? 0 : 1] == length
    }

    private func isVector(_ array: Tensor<Scalar>) -> Bool {
        array.dimensions.count == 1 || array.dimensions.contains(1)
    }

    // MARK: - Arrays

    /// A vector or matrix as it lies in the file; real numbers become complex where the problem is.
    private func array(_ name: String) throws -> Tensor<Scalar> {
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

    private func size<Element>(_ array: Tensor<Element>) -> String {
        switch array.dimensions.count {
        case 0: "a single number"
        case 1: "a vector of \(array.dimensions[0])"
        default: describeShape(array.dimensions)
        }
    }

    private func checkContent(_ y: Tensor<Scalar>, _ factors: [Tensor<Scalar>]) throws {
        for (name, factor) in zip(names.dictionaries, factors) {
            guard factor.dimensions.count == 2 else {
                throw LacunaError(
                    .file, file.place(name), "is a vector of \(factor.dimensions[0]) elements, a matrix is expected")
            }
            guard factor.storage.contains(where: { $0 != .zero }) else {
                throw LacunaError(.file, file.place(name), "is all zero, a dictionary needs columns")
            }
        }
    }

    /// The file's row-major array as a column-major matrix.
    private func matrix(_ array: Tensor<Scalar>, _ order: ArrayOrder) -> Matrix<Scalar> {
        let (first, second) = (array.dimensions[0], array.dimensions[1])
        // A reversed array read row by row is the matrix read column by column.
        if order == .reversed { return Matrix(rows: second, columns: first, storage: array.storage) }
        return Matrix(rows: first, columns: second) { array.storage[$0 * second + $1] }
    }

    /// A vector as one column, a matrix with its own columns.
    private func columns(_ array: Tensor<Scalar>, _ order: ArrayOrder) -> Matrix<Scalar> {
        if isVector(array) { return Matrix(rows: array.storage.count, columns: 1, storage: array.storage) }
        return matrix(array, order)
    }

    // MARK: - What may be known besides

    private func noiseVariance() throws -> Double? {
        guard let name = names.noiseVariance else { return nil }
        let values = try file.read(Double.self, from: name)
        guard values.storage.count == 1, let variance = values.storage.first else {
            throw LacunaError(
                .file, file.place(name), "is \(size(values)), one number is expected")
        }
        guard variance.isFinite, variance > 0 else {
            throw LacunaError(
                .file, file.place(name), "is \(variance), a positive number is expected",
                remedy: "Remove \(name) from the file to have it estimated")
        }
        return variance
    }

    private func truth(
        _ order: ArrayOrder, _ dictionaries: [Matrix<Scalar>], _ snapshots: Int
    ) throws -> Matrix<Scalar>? {
        guard let name = names.truth else { return nil }
        let array = try array(name)
        let truth = columns(array, order)
        let unknowns = dictionaries.reduce(1) { $0 &* $1.columns }
        guard truth.rows == unknowns, truth.columns == 1 || truth.columns == snapshots else {
            let sizes = zip(names.dictionaries, dictionaries).map { "\($0) \(describeShape($1.shape))" }
            throw LacunaError(
                .file, file.place(name),
                "is \(size(array)), the dictionaries (\(sizes.joined(separator: ", "))) need \(unknowns)"
                    + " elements")
        }
        return truth
    }

    private func channels(_ order: ArrayOrder) throws -> Matrix<Scalar>? {
        guard let name = names.channels else { return nil }
        let array = try array(name)
        guard array.dimensions.count == 2 else {
            throw LacunaError(
                .file, file.place(name), "is a vector, a matrix with one row per IRS pattern is expected")
        }
        return matrix(array, order)
    }
}
