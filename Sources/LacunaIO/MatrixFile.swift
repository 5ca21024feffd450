import LacunaArrays

/// One real or complex matrix of an HDF5 file.
public struct MatrixFile: Sendable {
    public enum Content: Sendable {
        case real(Matrix<Double>)
        case complex(Matrix<Complex<Double>>)
    }

    public let content: Content
    /// The data set that it was read from.
    public let dataset: String
    /// How the file was understood, where that took a decision.
    public let notes: [String]

    /// Reads a matrix, single precision as double.
    /// - Parameters:
    ///   - dataset: its name; nil: the only data set at the top of the file.
    ///   - order: of its dimensions; nil: MATLAB's where MATLAB marked it, else h5py's.
    /// - Throws: `LacunaError` (file) in one line: missing, damaged, not a matrix, not finite.
    public static func read(_ path: String, dataset: String? = nil, order: ArrayOrder? = nil) throws -> MatrixFile {
        try HDF5File.read(path) { file in
            let name = try dataset ?? onlyDataset(of: file)
            guard try file.contains(name) else {
                let members = try file.names()
                throw LacunaError(
                    .file, file.place(name), "is missing",
                    remedy: "The file holds \(members.isEmpty ? "nothing" : members.joined(separator: ", "))")
            }
            try ProblemNames.checkDataset(name, file)
            let isMarked = try file.attribute("MATLAB_class", of: name) != nil
            let chosen = order ?? (isMarked ? .reversed : .rowMajor)
            let notes =
                isMarked && order == nil
                ? ["\(path): written by MATLAB; its reversed dimensions are read accordingly"] : []
            if case .complex = try file.kind(of: name) {
                return MatrixFile(content: .complex(try matrix(name, chosen, file)), dataset: name, notes: notes)
            }
            return MatrixFile(content: .real(try matrix(name, chosen, file)), dataset: name, notes: notes)
        }
    }

    private static func matrix<Scalar: ProblemScalar>(
        _ name: String, _ order: ArrayOrder, _ file: HDF5File
    ) throws -> Matrix<Scalar> {
        let reader = ArrayReader<Scalar>(file: file)
        let array = try reader.array(name)
        guard array.dimensions.count == 2 else {
            throw LacunaError(.file, file.place(name), "is \(reader.size(array)), a matrix is expected")
        }
        return reader.matrix(array, order)
    }

    private static func onlyDataset(of file: HDF5File) throws -> String {
        let members = try file.names()
        let datasets = try members.filter { try !file.isGroup($0) }
        if let only = datasets.first, datasets.count == 1 { return only }
        throw LacunaError(
            .file, file.path, "holds \(datasets.count) data sets at its top (\(datasets.joined(separator: ", ")))",
            remedy: "Name one: --dataset NAME")
    }
}
