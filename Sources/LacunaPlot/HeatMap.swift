import LacunaArrays

/// A matrix as shades of grey, its first row on top: masks, probabilities.
///
/// Matrices with more than 400 rows or columns are drawn in cells, each the mean of its entries.
public struct HeatMap: Picture, Hashable {
    /// The file name without its ending.
    public let name: String
    public let title: String
    public let rowLabel: String
    public let columnLabel: String
    /// White and black.
    public let range: ClosedRange<Double>
    /// By row.
    let cells: [[Double]]
    /// Entries of the matrix per cell.
    let cellRows: Int
    let cellColumns: Int

    public static let largest = 400

    /// - Parameter values: row-major. Precondition: they are rows × columns and not empty.
    public init(
        name: String, title: String, values: [Float], rows: Int, columns: Int, range: ClosedRange<Double> = 0...1,
        rowLabel: String = "row", columnLabel: String = "column"
    ) {
        precondition(
            rows > 0 && columns > 0 && values.count == rows * columns, "\(values.count) for \(rows)×\(columns)")
        self.name = name
        self.title = title
        self.range = range
        self.rowLabel = rowLabel
        self.columnLabel = columnLabel
        let (height, width) = ((rows - 1) / Self.largest + 1, (columns - 1) / Self.largest + 1)
        (cellRows, cellColumns) = (height, width)
        cells = stride(from: 0, to: rows, by: height).map { top in
            stride(from: 0, to: columns, by: width).map { left in
                let bottom = min(top + height, rows), right = min(left + width, columns)
                var sum = 0.0
                for row in top..<bottom {
                    for column in left..<right { sum += Double(values[row * columns + column]) }
                }
                return sum / Double((bottom - top) * (right - left))
            }
        }
    }

    /// The cells as rows of a gnuplot data block.
    var dataRows: String {
        cells.map { $0.map { $0.isFinite ? "\(Float($0))" : "NaN" }.joined(separator: " ") }.joined(separator: "\n")
    }

    /// Labels, ranges and colours.
    var axisSettings: String {
        """
        set xlabel \(GnuplotScript.quoted(columnLabel)) noenhanced
        set ylabel \(GnuplotScript.quoted(rowLabel)) noenhanced
        set xrange [0:\((cells.first?.count ?? 0) * cellColumns)]
        set yrange [\(cells.count * cellRows):0]
        set cbrange [\(range.lowerBound):\(range.upperBound)]
        set palette gray negative
        set tics out nomirror
        """
    }

    /// What gnuplot plots of a data block with the cells.
    func image(_ block: String) -> String {
        "\(block) using (($1 + 0.5) * \(cellColumns)):(($2 + 0.5) * \(cellRows)):3 matrix with image notitle"
    }

    public func script(_ formats: [PictureFormat]) -> String {
        let rows = cells.count, columns = cells.first?.count ?? 0
        // Cells are square where the picture does not get too long.
        let width = min(max(columns * 3 + 170, 420), 1000), height = min(max(rows * 3 + 110, 260), 900)
        let outputs = formats.map { format in
            """
            set terminal \(format.terminal(width: width, height: height))
            set output \(GnuplotScript.quoted("\(name).\(format.rawValue)"))
            plot \(image("$matrix"))
            set output
            """
        }
        return """
            # Drawn by Lacuna. Edit and draw again: gnuplot \(GnuplotScript.oneLine(name)).gp
            set encoding utf8
            $matrix << EOD
            \(dataRows)
            EOD
            set title \(GnuplotScript.quoted(title)) noenhanced
            \(axisSettings)
            \(outputs.joined(separator: "\n"))

            """
    }
}
