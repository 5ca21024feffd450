import Foundation
import LacunaArrays
import LacunaExperiment

/// What gnuplot draws into files of its own.
public protocol Picture: Sendable {
    /// The file name without its ending.
    var name: String { get }
    /// A script that draws `<name>.svg` and the like into the folder it is run in, and holds its data.
    func script(_ formats: [PictureFormat]) -> String
}

extension Figure: Picture {
    public func script(_ formats: [PictureFormat]) -> String { GnuplotScript(self).pictures(formats) }
}

/// Figures on disk: for each a script `<name>.gp`, and where gnuplot is installed `<name>.svg` and other formats.
public struct FigureFiles: Hashable, Sendable {
    public let scripts: [String]
    public let pictures: [String]
    /// Where gnuplot is missing: how to install it and how to draw later, in one line.
    public let notice: String?

    /// Writes scripts and pictures into a folder, each file whole or not at all.
    /// - Parameter redrawCommand: what draws the pictures later, "lacuna plot out".
    /// - Throws: `LacunaError` (environment) if a file cannot be written or gnuplot fails. A missing gnuplot is no error.
    public static func write(
        _ figures: [any Picture], to folder: String, formats: [PictureFormat] = PictureFormat.standard,
        gnuplot: Gnuplot? = Gnuplot.find(), redrawCommand: String
    ) throws -> FigureFiles {
        let target = URL(fileURLWithPath: folder)
        var scripts: [String] = []
        var pictures: [String] = []
        for figure in figures {
            let script = target.appendingPathComponent("\(figure.name).gp")
            let text = figure.script(formats)
            try attempt(script.path) { try Data(text.utf8).write(to: script, options: .atomic) }
            scripts.append("\(folder)/\(figure.name).gp")
            if let gnuplot {
                pictures += try draw(figure, text, formats, into: target, gnuplot).map { "\(folder)/\($0)" }
            }
        }
        let notice =
            "gnuplot is not installed, so no pictures were drawn. \(Gnuplot.installation); then draw with: \(redrawCommand)"
        return FigureFiles(
            scripts: scripts, pictures: pictures, notice: gnuplot == nil && !figures.isEmpty ? notice : nil)
    }

    /// Draws in a folder of its own and moves the finished pictures: gnuplot does not notice a full device.
    /// - Returns: the names of the pictures.
    private static func draw(
        _ figure: any Picture, _ text: String, _ formats: [PictureFormat], into target: URL, _ gnuplot: Gnuplot
    ) throws -> [String] {
        let workshop = target.appendingPathComponent(".drawing-\(UUID().uuidString)")
        let files = FileManager.default
        try attempt(target.path) { try files.createDirectory(at: workshop, withIntermediateDirectories: false) }
        defer { try? files.removeItem(at: workshop) }
        let script = "\(figure.name).gp"
        try attempt(target.path) { try Data(text.utf8).write(to: workshop.appendingPathComponent(script)) }
        _ = try gnuplot.draw(script, in: workshop)
        return try formats.map { format in
            let name = "\(figure.name).\(format.rawValue)"
            let picture = target.appendingPathComponent(name)
            let drawn = workshop.appendingPathComponent(name)
            guard let data = try? Data(contentsOf: drawn), data.suffix(16).range(of: format.ending) != nil else {
                throw LacunaError(
                    .environment, picture.path, "gnuplot left it incomplete", remedy: "Free space, then draw again")
            }
            guard rename(drawn.path, picture.path) == 0 else {
                throw LacunaError(.environment, picture.path, "cannot be written: \(String(cString: strerror(errno)))")
            }
            return name
        }
    }

    private static func attempt(_ path: String, _ body: () throws -> Void) throws {
        do { try body() } catch {
            throw LacunaError(.environment, path, "cannot be written: \(systemMessage(of: error))")
        }
    }
}
