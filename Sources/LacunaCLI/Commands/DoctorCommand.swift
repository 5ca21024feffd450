import ArgumentParser
import Foundation
import LacunaArrays
import LacunaIO
import LacunaPlot

struct DoctorCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Show versions and libraries, and what to install for what is missing.")

    @Flag(help: "As JSON.")
    var json = false

    func execute(in session: Session) async throws -> CommandStatus {
        var rows: [(name: String, value: String)] = []
        rows.append(("lacuna", lacunaVersion))
        rows.append(("system", ProcessInfo.processInfo.operatingSystemVersionString))
        rows.append(("processor", "\(Provenance.cpuModel), \(Machine.processors) usable"))
        let extensions = Machine.vectorExtensions
        rows.append(
            (
                "vector instructions",
                extensions.isEmpty ? "none of AVX2, FMA, AVX-512" : extensions.joined(separator: ", ")
            ))
        rows.append(("BLAS", "\(blasConfiguration.trimmingCharacters(in: .whitespaces))"))
        rows.append(("BLAS kernel", "\(blasCoreName), 1 thread in cells"))
        rows.append(("FFTW", fftwVersion))
        rows.append(("HDF5", (try? HDF5File.libraryVersion) ?? "not usable"))
        let gnuplot = Gnuplot.find()
        rows.append(("gnuplot", (try gnuplot?.version) ?? "not found: runs work, figures are not drawn"))
        let folder = FileManager.default.currentDirectoryPath
        let isWritable = FileManager.default.isWritableFile(atPath: folder)
        rows.append(
            ("folder", "\(folder) (\(isWritable ? "writable" : "not writable: give runs another folder with -o"))"))

        if json {
            try session.console.print(try jsonText(Dictionary(uniqueKeysWithValues: rows)))
        } else {
            let width = rows.map(\.name.count).max() ?? 0
            for row in rows {
                let padding = String(repeating: " ", count: width - row.name.count)
                try session.console.print("\(row.name)\(padding)  \(row.value)")
            }
        }
        if gnuplot == nil { session.console.error("gnuplot: \(Gnuplot.installation)") }
        return .success
    }
}
