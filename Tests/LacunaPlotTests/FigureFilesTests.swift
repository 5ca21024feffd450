import Foundation
import FoundationXML
import LacunaArrays
import LacunaExperiment
import Testing

@testable import LacunaPlot

@Suite struct FigureFilesTests {
    private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lacuna-plot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func contents(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// Sweep, one point only, nothing at all, categories, convergence: gnuplot must take all of them.
    private func figures() throws -> [Figure] {
        let scales: [Figure.Scale] = [.linear, .log, .dB]
        var figures = try scales.map { scale in
            try Figure(
                exampleTable(),
                .init(
                    name: "nmse_\(scale.rawValue)", title: "It's \"{a}_b\" 100 % $x `ls` \\ §", x: "snr_db", y: "nmse",
                    scale: scale))
        }
        figures.append(
            try Figure(exampleTable(pointsOfX: 1), .init(name: "single", title: "", x: "snr_db", y: "nmse", scale: .dB))
        )
        figures.append(
            try Figure(exampleTable(), .init(name: "cost", title: "", x: "iteration", y: "cost", scale: .log)))
        figures.append(
            Figure(name: "empty", title: "", x: .init(label: ""), y: .init(label: "", scale: .log), curves: []))
        var categories = figures[0]
        categories.name = "categories"
        categories.x.categories = ["a_b", "it's", "{c}"]
        figures.append(categories)
        return figures
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func picturesAreWhole() throws {
        try withTemporaryFolder { folder throws in
            let figures = try figures()
            let files = try FigureFiles.write(
                figures, to: folder, formats: [.svg, .png, .pdf], redrawCommand: "lacuna plot out")
            #expect(files.notice == nil)
            #expect(files.scripts.count == figures.count && files.pictures.count == 3 * figures.count)
            #expect(
                try contents(folder)
                    == figures.flatMap { figure in ["gp", "pdf", "png", "svg"].map { "\(figure.name).\($0)" } }
                    .sorted())
            for path in files.pictures {
                let data = try Data(contentsOf: URL(fileURLWithPath: path))
                if path.hasSuffix("png") {
                    #expect(
                        data.prefix(8) == Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) && data.count > 2000)
                } else if path.hasSuffix("pdf") {
                    #expect(data.prefix(5) == Data("%PDF-".utf8))
                } else {
                    #expect(XMLParser(data: data).parse(), "\(path)")
                }
            }
        }
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func legendTextArrivesUnchanged() throws {
        try withTemporaryFolder { folder throws in
            let figure = try figures()[0]
            _ = try FigureFiles.write([figure], to: folder, redrawCommand: "")
            let svg = try String(contentsOfFile: "\(folder)/\(figure.name).svg", encoding: .utf8)
            #expect(svg.contains("svd_krosbl, pilot_draw = 1"))
            #expect(
                svg.contains("It's &quot;{a}_b&quot; 100 % $x `ls` \\ §")
                    || svg.contains("It's \"{a}_b\" 100 % $x `ls` \\ §"))
        }
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func onlyTheFormatsAskedForAreDrawn() throws {
        try withTemporaryFolder { folder throws in
            let files = try FigureFiles.write([try figures()[0]], to: folder, formats: [.pdf], redrawCommand: "")
            #expect(files.pictures == ["\(folder)/nmse_linear.pdf"])
            #expect(try contents(folder) == ["nmse_linear.gp", "nmse_linear.pdf"])
        }
    }

    @Test func withoutGnuplotScriptsAreWrittenAndTheWayIsTold() throws {
        try withTemporaryFolder { folder throws in
            let files = try FigureFiles.write(
                [try figures()[0]], to: folder, gnuplot: nil, redrawCommand: "lacuna plot out")
            #expect(files.pictures.isEmpty && files.scripts == ["\(folder)/nmse_linear.gp"])
            let notice = try #require(files.notice)
            #expect(notice.contains("apt-get install gnuplot-nox") && notice.hasSuffix("lacuna plot out"))
            #expect(try contents(folder) == ["nmse_linear.gp"])
        }
        #expect(Gnuplot.find(searchPath: "/nonexistent") == nil)
    }

    @Test func failuresLeaveNoPicture() throws {
        try withTemporaryFolder { folder throws in
            let broken = Gnuplot(executable: "/bin/false")
            #expect(throws: LacunaError.self) {
                try FigureFiles.write([try figures()[0]], to: folder, gnuplot: broken, redrawCommand: "")
            }
            // A program that succeeds without drawing, as gnuplot does on a full device.
            let silent = Gnuplot(executable: "/bin/true")
            #expect(throws: LacunaError.self) {
                try FigureFiles.write([try figures()[0]], to: folder, gnuplot: silent, redrawCommand: "")
            }
            #expect(try contents(folder) == ["nmse_linear.gp"])
            #expect(throws: LacunaError.self) {
                try FigureFiles.write([try figures()[0]], to: folder + "/absent", gnuplot: nil, redrawCommand: "")
            }
        }
    }
}
