import Foundation

/// A file type of pictures, each drawn by a gnuplot terminal.
public enum PictureFormat: String, CaseIterable, Hashable, Sendable {
    case svg, png, pdf

    /// What `lacuna run` leaves: one for papers and browsers, one for everything else.
    public static let standard: [PictureFormat] = [.svg, .png]

    /// gnuplot's terminal for a canvas of so many SVG pixels; all formats look alike.
    func terminal(width: Int, height: Int) -> String {
        switch self {
        case .svg:
            "svg size \(width),\(height) enhanced font 'Helvetica,Arial,sans-serif,14' background rgb 'white' linewidth 1"
        case .png:
            "pngcairo size \(2 * width),\(2 * height) enhanced font 'Helvetica,13' fontscale 2 linewidth 2 pointscale 2"
                + " background rgb 'white'"
        case .pdf:
            // 96 pixels to the inch, as CSS has it, where the terminal's own units are 1/72 inch.
            "pdfcairo size \(inches(width)),\(inches(height)) enhanced font 'Helvetica,13' fontscale 0.75 linewidth 1.5"
                + " pointscale 0.75 background rgb 'white'"
        }
    }

    /// What a whole file ends with: gnuplot does not notice a full device.
    var ending: Data {
        switch self {
        case .svg: Data("</svg>".utf8)
        case .png: Data("IEND".utf8)
        case .pdf: Data("%%EOF".utf8)
        }
    }

    private func inches(_ pixels: Int) -> String { String(format: "%.3fin", Double(pixels) / 96) }
}
