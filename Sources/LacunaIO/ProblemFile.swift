import LacunaArrays

/// An HDF5 problem file: `y`, `dictionary/A1` … (or one `dictionary` or `A`), and if known `noise_variance`, `truth/x`,
/// `truth/channels`.
///
/// Files from MATLAB have their dimensions reversed. Which order a file has is told by its sizes: the rows of the
/// dictionaries must multiply to the length of y. Where both orders fit, files with MATLAB's marks are read as MATLAB
/// wrote them, others as h5py does, unless several snapshots would be at stake: then the order must be said.
public struct ProblemFile: Sendable {
    public let data: LinearProblemData
    /// How the file was understood, where that took a decision: for the user to read.
    public let notes: [String]
    /// Whether both orders of dimensions fit, nothing tells which it is, and h5py's was taken.
    public let isOrderGuessed: Bool

    /// Reads and checks a file.
    /// - Parameter order: of its dimensions; nil: the one that fits.
    /// - Throws: `LacunaError` (file) in one line that names file and data set: missing, damaged, of a wrong type or
    ///   size, not finite, an all-zero dictionary, a variance that is not positive.
    public static func read(_ path: String, order: ArrayOrder? = nil) throws -> ProblemFile {
        try HDF5File.read(path) { file in
            let names = try ProblemNames(in: file)
            let isComplex = try names.linear.contains { name in
                if case .complex = try file.kind(of: name) { true } else { false }
            }
            if isComplex {
                let reader = ProblemReader<Complex<Double>>(file: file, names: names, order: order)
                let reading = try reader.problem()
                return ProblemFile(
                    data: .complex(reading.problem), notes: reading.notes, isOrderGuessed: reading.isOrderGuessed)
            }
            let reading = try ProblemReader<Double>(file: file, names: names, order: order).problem()
            return ProblemFile(
                data: .real(reading.problem), notes: reading.notes, isOrderGuessed: reading.isOrderGuessed)
        }
    }
}

/// Where the parts of a problem lie in a file.
struct ProblemNames {
    var y = "y"
    var dictionaries: [String] = []
    var noiseVariance: String?
    var truth: String?
    var channels: String?
    /// MATLAB marks every data set that it saves, calls the parts of complex numbers real and imag, and has no vectors but
    /// 1×M and M×1 matrices, of which M×1 comes as 1×M.
    var hasMATLABMarks = false

    /// What decides whether the problem is complex.
    var linear: [String] { [y] + dictionaries }

    init(in file: HDF5File) throws {
        let members = try file.names()
        guard members.contains(y) else { throw Self.missing("y", "the measurements", among: members, file) }
        try Self.checkDataset(y, file)
        dictionaries = try Self.dictionaryNames(members, file)
        for name in dictionaries { try Self.checkDataset(name, file) }
        noiseVariance = try Self.optional("noise_variance", file)
        truth = try Self.optional("truth/x", file)
        channels = try Self.optional("truth/channels", file)
        hasMATLABMarks =
            try linear.contains { name in
                try file.attribute("MATLAB_class", of: name) != nil
                    || file.kind(of: name) == .complex(real: "real", imaginary: "imag")
            } || file.shape(of: y).first == 1 && file.shape(of: y).count == 2
    }

    private static func dictionaryNames(_ members: [String], _ file: HDF5File) throws -> [String] {
        guard members.contains("dictionary") else {
            if members.contains("A") { return ["A"] }
            throw missing("dictionary", "the dictionaries A1, A2, …", among: members, file)
        }
        guard try file.isGroup("dictionary") else { return ["dictionary"] }
        let factors = try file.names(in: "dictionary")
        guard !factors.isEmpty else {
            throw LacunaError(.file, file.place("dictionary"), "is empty, the data sets A1, A2, … are expected")
        }
        // A1 … AI without a gap and nothing else: a factor left out in silence would be another problem.
        let expected = (1...factors.count).map { "A\($0)" }
        guard Set(factors) == Set(expected) else {
            throw LacunaError(
                .file, file.place("dictionary"),
                "holds \(factors.joined(separator: ", ")), \(expected.joined(separator: ", ")) are expected")
        }
        return expected.map { "dictionary/\($0)" }
    }

    private static func optional(_ name: String, _ file: HDF5File) throws -> String? {
        guard try file.contains(name) else { return nil }
        try checkDataset(name, file)
        return name
    }

    /// Octave's `save -hdf5` wraps each variable into a group of `type` and `value`.
    static func checkDataset(_ name: String, _ file: HDF5File) throws {
        guard try file.isGroup(name) else { return }
        let isOctave = try file.names(in: name) == ["type", "value"]
        throw LacunaError(
            .file, file.place(name),
            isOctave
                ? "is a group as Octave's 'save -hdf5' writes it, a data set is expected"
                : "is a group, a data set is expected",
            remedy: isOctave ? "Convert the file with h5py: copy \(name)/value to \(name)" : nil)
    }

    private static func missing(
        _ name: String, _ meaning: String, among members: [String], _ file: HDF5File
    ) -> LacunaError {
        let parts = members.filter { $0.lowercased().hasPrefix(name + "_") }
        let found = members.isEmpty ? "nothing" : members.joined(separator: ", ")
        let remedy =
            parts.count >= 2
            ? "Put \(parts.joined(separator: " and ")) into one data set '\(name)' of the compound type {r, i} (h5py writes complex arrays so)"
            : "Write \(meaning) under this name"
        return LacunaError(.file, file.place(name), "is missing; the file holds \(found)", remedy: remedy)
    }
}
