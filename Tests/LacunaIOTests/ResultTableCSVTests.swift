import LacunaExperiment
import Testing

@testable import LacunaIO

@Suite struct ResultTableCSVTests {
    @Test func oneLinePerCell() throws {
        let table = exampleTable()
        let lines = table.csv.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == table.cellCount + 2 && lines.last == "")
        #expect(lines[0] == "snr_db,pilots,coupling,algorithm,trial,status,nmse,seconds,speedup")
        #expect(lines[1] == "5,3,\"a, b\",svd-krosbl,0,not-run,,0,")
        #expect(lines[5] == "5,3,\"a, b\",\"omp, \"\"genie\"\"\",0,skipped,0.25,0.4,")
        #expect(lines[table.cellCount].hasPrefix("10,6,\"[1, 0.5]\",\"omp, \"\"genie\"\"\",3,"))
    }

    @Test(arguments: [0.1, 1e-300, -0.0, 1e22, 123_456_789, .infinity, .leastNonzeroMagnitude, 0.1 + 0.2])
    func numbersReadBackToTheSameBits(value: Double) {
        #expect(Double(ResultTable.csvNumber(value))?.bitPattern == value.bitPattern)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\nb", "\"a\nb\""), ("", ""),
    ])
    func fieldsAreQuotedWhereNeeded(field: String, expected: String) {
        #expect(ResultTable.csvField(field) == expected)
    }
}
