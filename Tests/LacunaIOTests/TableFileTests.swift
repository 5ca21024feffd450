import LacunaArrays
import LacunaIO
import LacunaTestSupport
import Testing

@Suite struct TableFileTests {
    private func read(_ text: String) throws -> TableFile {
        try withTemporaryFolder { folder in
            let path = folder + "/table.csv"
            try Array(text.utf8).withUnsafeBytes { try OutputFile.write($0, to: path) }
            return try TableFile.read(path)
        }
    }

    @Test(arguments: [",", ";", "\t"])
    func readsColumnsByName(separator: String) throws {
        let lines = ["# by hand", "t | \"x\" |y", "", "0|1|-2.5", "1 | 1e-3|", "2|nan|NA"]
        let table = try read(
            lines.joined(separator: "\n").split(separator: "|", omittingEmptySubsequences: false).joined(
                separator: separator))
        #expect(table.names == ["t", "x", "y"] && table.rowCount == 3 && table.lines == [4, 5, 6])
        #expect(try table.column("t") == [0, 1, 2])
        #expect(try table.column("x")[1] == 1e-3 && table.column("y")[0] == -2.5)
        #expect(try table.column("y")[1].isNaN && table.column("y")[2].isNaN && table.column("x")[2].isNaN)
    }

    @Test func windowsLineEndsAreLineEnds() throws {
        #expect(try read("a,b\r\n1,2\r\n3,4\r\n").columns == [[1, 3], [2, 4]])
    }

    @Test(arguments: [
        ("", "is empty"), ("a,b\n", "no rows"), ("1,2\n3,4\n", "line 1"), ("a,a\n1,2\n", "two columns are called 'a'"),
        ("a,b\n1,2\n3\n", "line 3"), ("a,b\n1,2\n3,four\n", "'four' under 'b'"),
    ])
    func badTablesAreRefusedWithTheirLine(text: String, problem: String) {
        let error = #expect(throws: LacunaError.self) { try read(text) }
        #expect("\(String(describing: error))".contains(problem), "\(String(describing: error))")
    }

    @Test func unknownColumnsHaveARemedy() throws {
        let error = #expect(throws: LacunaError.self) { try read("time,x\n0,1\n").column("tme") }
        #expect("\(String(describing: error))".contains("time"))
        #expect(throws: LacunaError.self) { try TableFile.read("/nowhere/table.csv") }
    }
}
