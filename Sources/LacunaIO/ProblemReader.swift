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

    private var arrays: ArrayReader<Scalar> { ArrayReader(file: file) }

    func problem() throws -> (problem: RecordedProblem<Scalar>, notes: [String], isOrderGuessed: Bool) {
        let y = try arrays.array(names.y)
        let factors = try names.dictionaries.map { try arrays.array($0) }
        try checkContent(y, factors)
        let (order, notes, isGuessed) = try fittingOrder(y, factors)
        let dictionaries = factors.map { arrays.matrix($0, order) }
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
                    "is \(arrays.size(y)) and the dictionaries are square: its snapshots could be columns or rows",
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
                "is \(arrays.size(y)), the dictionaries (\(sizes.joined(separator: ", "))) need \(rows) rows",
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

    /// A vector as one column, a matrix with its own columns.
    private func columns(_ array: Tensor<Scalar>, _ order: ArrayOrder) -> Matrix<Scalar> {
        if isVector(array) { return Matrix(rows: array.storage.count, columns: 1, storage: array.storage) }
        return arrays.matrix(array, order)
    }

    // MARK: - What may be known besides

    private func noiseVariance() throws -> Double? {
        guard let name = names.noiseVariance else { return nil }
        let values = try file.read(Double.self, from: name)
        guard values.storage.count == 1, let variance = values.storage.first else {
            throw LacunaError(
                .file, file.place(name), "is \(arrays.size(values)), one number is expected")
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
        let array = try arrays.array(name)
        let truth = columns(array, order)
        let unknowns = dictionaries.reduce(1) { $0 &* $1.columns }
        guard truth.rows == unknowns, truth.columns == 1 || truth.columns == snapshots else {
            let sizes = zip(names.dictionaries, dictionaries).map { "\($0) \(describeShape($1.shape))" }
            throw LacunaError(
                .file, file.place(name),
                "is \(arrays.size(array)), the dictionaries (\(sizes.joined(separator: ", "))) need \(unknowns)"
                    + " elements")
        }
        return truth
    }

    private func channels(_ order: ArrayOrder) throws -> Matrix<Scalar>? {
        guard let name = names.channels else { return nil }
        let array = try arrays.array(name)
        guard array.dimensions.count == 2 else {
            throw LacunaError(
                .file, file.place(name), "is a vector, a matrix with one row per IRS pattern is expected")
        }
        return arrays.matrix(array, order)
    }
}
