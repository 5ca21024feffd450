import ArgumentParser
import LacunaArrays
import LacunaIO
import LacunaScenarios

struct ProjectCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "Approximate a matrix from an HDF5 file by a structured one; tell what other structures would cost.",
        discussion: """
            The output holds the factors as h5py reads them (left and right, or values, columns and row_starts) and, as \
            attributes, sizes, parameter_count and relative_error. The comparison takes singular value decompositions of \
            the whole matrix: minutes from 4000 rows on; --alone leaves it out.
            """)

    @Argument(help: "File with the matrix (HDF5): real or complex, single or double precision.")
    var file: String
    @Option(help: "Data set (default: the only one at the top of the file).")
    var dataset: String?
    @Option(help: "monarch, low-rank or sparse.")
    var structure: ProjectionStructure
    @Option(help: "Block size of the Monarch matrix (default: the one with the fewest parameters).")
    var block: Int?
    @Option(
        help: """
            Of the Monarch matrix (default 1) or the low-rank one (default: as many numbers as the Monarch matrix); of a \
            sparse one it gives the number of entries, that of the Monarch matrix's numbers.
            """)
    var rank: Int?
    @Option(name: .shortAndLong, help: "File for the factors (HDF5).")
    var output: String
    @Option(help: "Who wrote the file: h5py (default) or matlab (default where MATLAB marked the data set).")
    var order: ArrayOrder?
    @Flag(help: "Leave out the comparison with other structures.")
    var alone = false
    @Flag(
        help: """
            As JSON: input, dataset, output, rows, columns, structure, block_size, rank, parameter_count, relative_error, \
            notes, others (structure, parameter_count, relative_error or reason).
            """)
    var json = false
    @Flag(name: .shortAndLong, help: "Print nothing on success.")
    var quiet = false

    func validate() throws {
        for (name, value) in [("--block", block), ("--rank", rank)] {
            if let value, value < 1 { throw ValidationError("\(name): got \(value); expected at least 1") }
        }
        if block != nil, structure == .lowRank { throw ValidationError("--block: a low-rank matrix has no blocks") }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        try OutputFile.checkWritable(output)
        if OutputFile.isSame(output, file) {
            throw LacunaError(
                .value, "-o \(output)", "is the file with the matrix, which would be lost",
                remedy: "Choose another name")
        }
        setBLASThreads(1)
        let input = try MatrixFile.read(file, dataset: dataset, order: order)
        let notes = input.notes
        if !quiet, !json { for note in notes { session.console.error("note: \(note)") } }
        var report: ProjectionReport
        switch input.content {
        case .real(let matrix):
            report = try project(matrix, input)
            if !alone { try compare(.real(matrix), in: session, &report) }
        case .complex(let matrix):
            report = try project(matrix, input)
            if !alone { try compare(.complex(matrix), in: session, &report) }
        }
        report.notes = notes
        if json {
            try session.console.print(try jsonText(report))
        } else if !quiet {
            try session.console.print(report.text)
        }
        return .success
    }

    /// Projects, writes the factors and says what came out.
    private func project<S: HDF5Element & Scalar>(
        _ matrix: Matrix<S>, _ input: MatrixFile
    ) throws -> ProjectionReport where S.RealPart == Double {
        let (m, n) = (matrix.rows, matrix.columns)
        let projection = try MatrixProjection(matrix, structure: structure, blockSize: block, rank: rank)
        let report = ProjectionReport(
            input: file, dataset: input.dataset, output: output, rows: m, columns: n, structure: structure.rawValue,
            blockSize: projection.blockSize, rank: projection.rank, parameterCount: projection.parameterCount,
            relativeError: relativeFrobeniusError(of: projection.dense, against: matrix))
        var attributes: [(name: String, value: HDF5Attribute)] = [
            ("structure", .text(structure.rawValue)), ("source", .text("\(file): \(input.dataset)")),
            ("rows", .integer(Int64(m))), ("columns", .integer(Int64(n))),
            ("parameter_count", .integer(Int64(report.parameterCount))),
            ("relative_error", .number(report.relativeError)), ("lacuna_version", .text(lacunaVersion)),
        ]
        if let blockSize = report.blockSize { attributes.append(("block_size", .integer(Int64(blockSize)))) }
        if let rank = report.rank { attributes.append(("rank", .integer(Int64(rank)))) }
        try ProjectionFile(factors: projection.factors, attributes: attributes).write(to: output)
        return report
    }

    private func compare(
        _ target: MatrixApproximationProblem.Target, in session: Session, _ report: inout ProjectionReport
    ) throws {
        let problem = MatrixApproximationProblem(target, parameterCount: report.parameterCount)
        for method in session.catalogue.approximations where method.name != structure.rawValue {
            report.others.append(try ProjectionReport.Other(method, on: problem))
        }
    }
}

extension ProjectionStructure: ExpressibleByArgument {}
