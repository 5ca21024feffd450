import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct GridSupportTests {
    private let along = MarkovTransition(p01: 0.28, p10: 0.5), down = MarkovTransition(p01: 0.35, p10: 0.42)

    private func evidence(_ count: Int, key: UInt64) -> [Double] {
        var stream = RandomStream(key: key)
        return stream.normals(count: count).map { 2 * $0 }
    }

    private func enumerated(_ evidence: [Double], rows: Int, columns: Int) -> EnumeratedSupport {
        EnumeratedSupport(evidence) { s in
            var weight = 1.0
            for row in 0..<rows {
                for column in 0..<columns {
                    let here = s[row * columns + column]
                    if column + 1 < columns { weight *= along.probability(here, s[row * columns + column + 1]) }
                    if row + 1 < rows { weight *= down.probability(here, s[(row + 1) * columns + column]) }
                }
            }
            return weight
        }
    }

    /// Sum-product is exact on lines, once messages have crossed them.
    @Test func isExactOnLines() throws {
        let evidence = evidence(9, key: 31)
        for (rows, columns) in [(1, 9), (9, 1)] {
            var grid = GridSupport(rows: rows, columns: columns, along: along, down: down, sweeps: 9, damping: 0)
            let expected = enumerated(evidence, rows: rows, columns: columns).messages
            #expect(largestDifference(try grid.messages(evidence), expected) < 1e-12)
            grid.damping = 0.5
            grid.sweeps = 80
            #expect(largestDifference(try grid.messages(evidence), expected) < 1e-9)
        }
    }

    /// Weak ties: what comes back around loops is small.
    @Test func isCloseOnGrids() throws {
        for key in [32, 33, 34] as [UInt64] {
            let evidence = evidence(12, key: key)
            let grid = GridSupport(rows: 3, columns: 4, along: along, down: down, sweeps: 40)
            let found = try grid.messages(evidence), expected = enumerated(evidence, rows: 3, columns: 4).messages
            #expect(largestDifference(found, expected) < 0.05)
            // Not by chance: neighbours matter more than that.
            #expect(largestDifference(found, try grid.messages(Array(repeating: 0, count: 12))) > 0.3)
        }
    }

    @Test func tilesAreApart() throws {
        let evidence = evidence(24, key: 35)
        let grid = GridSupport(rows: 3, columns: 4, along: along, down: down)
        let both = try grid.messages(evidence)
        #expect(both == (try grid.messages(Array(evidence[..<12]))) + (try grid.messages(Array(evidence[12...]))))
    }

    @Test func singlePrecisionIsClose() throws {
        let evidence = evidence(24, key: 36)
        let double = try GridSupport<Double>(rows: 4, columns: 6).messages(evidence)
        let single = try GridSupport<Float>(rows: 4, columns: 6).messages(evidence.map { Float($0) })
        #expect(largestDifference(single.map { Double($0) }, double) < 1e-4)
    }

    @Test func badInput() {
        let bad: [GridSupport<Double>] = [
            GridSupport(rows: 0, columns: 4), GridSupport(rows: 5, columns: 4), GridSupport(rows: .max, columns: 2),
            GridSupport(rows: 3, columns: 4, sweeps: 0), GridSupport(rows: 3, columns: 4, damping: 1),
            GridSupport(rows: 3, columns: 4, along: MarkovTransition(p01: 0, p10: 0.5)),
            GridSupport(rows: 3, columns: 4, down: MarkovTransition(p01: 0.5, p10: 1)),
        ]
        for grid in bad { #expect(throws: LacunaError.self) { try grid.validate(count: 12) } }
        #expect(throws: Never.self) { try GridSupport<Double>(rows: 3, columns: 4).validate(count: 12) }
    }
}
