import ArgumentParser
import LacunaIO

/// `lacuna data`: data sets that experiments read.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Data sets of images: what is expected where, and whether it is there.",
        subcommands: [DataListCommand.self])
}

struct DataListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List data sets, where people get them, and check the files that are there.",
        discussion: """
            A data set lies in a folder of its own name, in the folder that --data or the variable LACUNA_DATA names. Sizes \
            and checksums (MD5) are those that the authors publish. A missing set is no error, a wrong file ends with exit \
            code 2.
            """)

    @OptionGroup var dataOptions: DataOptions
    @Flag(
        help: """
            As JSON: folder, data_sets (name, summary, state, folder, train_images, test_images, image_shape, classes, source, \
            citation, licence, files: name, bytes, md5, state).
            """)
    var json = false

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = dataOptions.folder
        let entries = try ImageDataSets.all.map { try DataReport.Entry($0, in: folder) }
        let report = DataReport(folder: folder.path, dataSets: entries)
        try session.console.print(json ? try jsonText(report) : report.text)
        for error in report.errors { session.console.error(error) }
        return report.errors.isEmpty ? .success : .usage
    }
}
