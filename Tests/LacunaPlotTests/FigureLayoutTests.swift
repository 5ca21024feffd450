import Testing

@testable import LacunaPlot

@Suite struct FigureLayoutTests {
    private func figure(_ values: [Double], _ scale: Figure.Scale, floor: Double? = nil) -> Figure {
        let points = values.enumerated().map { Figure.Point(x: Double($0.offset), y: $0.element) }
        return Figure(
            name: "f", title: "t", x: .init(label: "x"), y: .init(label: "y", scale: scale),
            curves: [.init(label: "a", style: CurveStyles([])["a"], points: points)], floor: floor)
    }

    @Test(arguments: [Figure.Scale.linear, .log, .dB], [[1, 10, 100], [3.0], [1e-7, 0.5], [2, 2, 2], []])
    func everyPointIsInRange(scale: Figure.Scale, values: [Double]) {
        let layout = FigureLayout(figure(values, scale))
        for value in values {
            let height = layout.yScale == .dB ? 10 * Double.log10(value) : value
            #expect(layout.yRange.contains(height))
        }
        #expect(layout.yRange.lowerBound < layout.yRange.upperBound)
        #expect(layout.xRange.lowerBound < layout.xRange.upperBound)
    }

    @Test func zerosAreDrawnAndStated() {
        let atEdge = FigureLayout(figure([0.1, 0.001, 0], .log))
        #expect(atEdge.hasZeros && atEdge.floor == atEdge.yRange.lowerBound)
        #expect(atEdge.sentences.contains("Values of 0 are drawn at the lower edge."))
        let atFloor = FigureLayout(figure([0.1, 0.001, 0], .log, floor: 1e-5))
        #expect(atFloor.floor == 1e-5 && atFloor.yRange.contains(1e-5))
        #expect(atFloor.sentences.contains("Values of 0 are drawn at 1e-05."))
        #expect(FigureLayout(figure([0, 0], .log)).yScale == .linear)
        #expect(!FigureLayout(figure([0.1, 0.01], .log)).hasZeros)
    }

    @Test func curvesAndNotBandsSetTheAxis() {
        var banded = figure([0.1, 0.01, 6e-4], .log)
        banded.curves[0].points[2].lower = 1e-9
        let layout = FigureLayout(banded)
        #expect(layout.yRange == FigureLayout(figure([0.1, 0.01, 6e-4], .log)).yRange)
        #expect(layout.yRange.lowerBound > 4e-4 && layout.floor == layout.yRange.lowerBound)
        banded.curves[0].points[2].lower = 3e-4
        #expect(FigureLayout(banded).yRange.lowerBound < 3e-4)
    }

    @Test func legendAvoidsCurves() {
        let falling = figure([100, 50, 0], .linear)
        #expect(FigureLayout(falling).placingLegend(of: falling).legend == .topRight)
        let rising = figure([0, 50, 100], .linear)
        #expect(FigureLayout(rising).placingLegend(of: rising).legend == .topLeft)
        var everywhere = falling
        everywhere.curves = stride(from: 0.0, through: 100, by: 5).map { level in
            Figure.Curve(
                label: "a", style: CurveStyles([])["a"], points: [.init(x: 0, y: level), .init(x: 1, y: level)])
        }
        #expect(FigureLayout(everywhere).placingLegend(of: everywhere).legend == .outside)
    }

    @Test func captionsKeepEveryWord() {
        let sentences = ["One two three.", "Four fivefivefivefive six."]
        let lines = FigureLayout.wrapped(sentences, at: 12)
        #expect(lines.joined(separator: " ") == sentences.joined(separator: " "))
        #expect(lines.allSatisfy { $0.count <= 12 || !$0.contains(" ") })
        let even = FigureLayout.balanced(["aa bb cc dd ee"], at: 11)
        #expect(even == ["aa bb cc", "dd ee"])
    }
}
