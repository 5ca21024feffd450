import LacunaDynamics
import LacunaIO

/// A model that a file can hold and that can be put to other data.
public protocol ModelContent: Sendable {
    /// "equations", "delay regression" ... in the file's attribute `model`.
    static var modelKind: String { get }
    /// Writes its numbers. - Throws: `LacunaError` for a model that no file can hold, such as one with a user's own functions.
    func write(to file: HDF5File) throws
    /// - Throws: `LacunaError` (file) where something is missing or does not fit.
    init(from file: HDF5File) throws

    /// The variables that it takes, in order, and the inputs beside them.
    var stateNames: [String] { get }
    var inputNames: [String] { get }
    /// Between the samples that it takes; nil: any.
    var fixedStep: Double? { get }
    /// Equations, eigenvalues or sizes, a line each.
    func lines() throws -> [String]
    /// - Parameters:
    ///   - step: between samples, `fixedStep` where there is one.
    ///   - group: the number of the trajectory: the environment, counted from 1, of a model that has several.
    /// - Returns: nil where the model tells no next state.
    /// - Throws: `LacunaError` for a group that the model does not have.
    func forecaster(step: Double, group: Double) throws -> Forecaster?
}

extension ModelContent {
    public var inputNames: [String] { [] }
}

/// What a file holds.
public struct KeptModel: Sendable {
    /// The name of the method that learnt it.
    public let method: String
    public let content: any ModelContent
}

/// Models in HDF5 files: the attribute `model` says which kind it is, `method` what learnt it; the data sets are the kind's own.
public enum ModelFile {
    static let kinds: [any ModelContent.Type] = [
        SINDyModel.self, LinearDelayModel.self, StNNModel.self, DelayModes.self, DelayControlledModes.self,
        MeasuredHAVOK.self, LEADSModel.self,
    ]

    /// The file appears only when it is whole.
    public static func write(_ content: any ModelContent, method: String, to path: String) throws {
        try HDF5File.write(to: path) { file in
            try file.setAttribute("model", to: .text(type(of: content).modelKind))
            try file.setAttribute("method", to: .text(method))
            try content.write(to: file)
        }
    }

    /// - Throws: `LacunaError` (file) in one line: missing, damaged, not a model.
    public static func read(_ path: String) throws -> KeptModel {
        try HDF5File.read(path) { file in
            guard case .text(let kind)? = try file.attribute("model") else {
                throw LacunaError(.file, path, "is not a model: the attribute 'model' is missing")
            }
            guard let type = kinds.first(where: { $0.modelKind == kind }) else {
                throw LacunaError(
                    .file, path, "holds a model of kind '\(kind)'",
                    remedy: "Those known are " + kinds.map { $0.modelKind }.joined(separator: ", "))
            }
            return KeptModel(method: try file.text("method"), content: try type.init(from: file))
        }
    }
}

extension HDF5File {
    /// A matrix as rows × columns, as h5py reads it.
    func write(_ matrix: Matrix<Double>, to name: String) throws {
        try write(Tensor(dimensions: [matrix.rows, matrix.columns], storage: matrix.transposed.storage), to: name)
    }

    func write(_ matrix: Matrix<Complex<Double>>, to name: String) throws {
        try write(Tensor(dimensions: [matrix.rows, matrix.columns], storage: matrix.transposed.storage), to: name)
    }

    func readMatrix<Element: HDF5Element>(_ type: Element.Type = Double.self, from name: String) throws -> Matrix<
        Element
    > {
        let array = try read(Element.self, from: name)
        guard array.dimensions.count == 2 else {
            throw LacunaError(.file, "\(path): \(name)", "has \(array.dimensions.count) axes, a matrix is expected")
        }
        return Matrix(rows: array.dimensions[1], columns: array.dimensions[0], storage: array.storage).transposed
    }

    func readVector<Element: HDF5Element>(_ type: Element.Type = Double.self, from name: String) throws -> [Element] {
        try read(Element.self, from: name).storage
    }

    func number(_ attribute: String) throws -> Double {
        switch try self.attribute(attribute) {
        case .number(let value)?: return value
        case .integer(let value)?: return Double(value)
        default: throw LacunaError(.file, path, "the attribute '\(attribute)' is missing, or no number")
        }
    }

    func count(_ attribute: String) throws -> Int {
        guard case .integer(let value)? = try self.attribute(attribute), value >= 0, value < 1 << 32 else {
            throw LacunaError(.file, path, "the attribute '\(attribute)' is missing, or no count")
        }
        return Int(value)
    }

    func text(_ attribute: String) throws -> String {
        guard case .text(let text)? = try self.attribute(attribute) else {
            throw LacunaError(.file, path, "the attribute '\(attribute)' is missing, or no text")
        }
        return text
    }
}
