import LacunaArrays
import LacunaDynamics
import LacunaIO
import Testing

@testable import LacunaScenarios

@Suite struct TrajectoryFileTests {
    private func read(
        _ text: String, _ columns: TrajectoryFile.Columns = TrajectoryFile.Columns()
    ) throws -> TrajectoryFile {
        try withTemporaryFolder { folder in
            let path = folder + "/orbit.csv"
            try Array(text.utf8).withUnsafeBytes { try OutputFile.write($0, to: path) }
            return try TrajectoryFile.read(path, columns: columns)
        }
    }

    @Test func theHeaderNamesTheVariables() throws {
        let file = try read("time,prey,hunters,feed\n0,1,2,9\n0.5,3,4,8\n", .init(inputs: ["feed"]))
        let orbit = try #require(file.trajectories.first)
        #expect(file.trajectories.count == 1 && file.notes.isEmpty)
        #expect(orbit.variables == ["prey", "hunters"] && orbit.times == [0, 0.5])
        #expect(orbit.states == Matrix([[1, 2], [3, 4]]) && orbit.inputNames == ["feed"])
        #expect(orbit.inputs == Matrix([[9], [8]]))
    }

    @Test func stepsStandForTimes() throws {
        #expect(try read("x\n1\n2\n3\n", .init(step: 0.25)).trajectories[0].times == [0, 0.25, 0.5])
        #expect(throws: LacunaError.self) { try read("x\n1\n2\n") }
        #expect(throws: LacunaError.self) { try read("t,x\n0,1\n1,2\n", .init(step: 0.25)) }
    }

    @Test func aColumnTellsTrajectoriesApart() throws {
        let text = "run,t,x\n1,0,5\n1,1,6\n2,0,7\n2,1,8\n2,2,9\n"
        let file = try read(text, .init(trajectory: "run"))
        #expect(file.trajectories.map(\.count) == [2, 3] && file.trajectories[1].states.storage == [7, 8, 9])
        #expect(file.groupOf == [1, 2])
        let mixed = #expect(throws: LacunaError.self) {
            try read("run,t,x\n1,0,5\n2,0,7\n1,1,6\n", .init(trajectory: "run"))
        }
        #expect(
            "\(String(describing: mixed))".contains("line 4") && "\(String(describing: mixed))".contains("not together")
        )
        // Without it the clock runs backwards in line 4.
        let error = #expect(throws: LacunaError.self) { try read(text) }
        #expect("\(String(describing: error))".contains("line 4"))
    }

    @Test func missingNumbersSplitTrajectoriesWhenAsked() throws {
        let text = "t,x,y\n0,1,1\n1,2,\n2,3,3\n3,4,4\n4,5,5\n5,6,NA\n6,7,7\n7,8,8\n8,9,9\n9,9,8\n"
        let error = #expect(throws: LacunaError.self) { try read(text) }
        #expect("\(String(describing: error))".contains("line 3") && "\(String(describing: error))".contains("'y'"))
        let file = try read(text, .init(dropsMissing: true))
        // The piece of one sample is of no use.
        #expect(file.trajectories.map(\.count) == [3, 4] && file.notes.count == 2 && file.groupOf == [1, 1])
    }

    @Test(arguments: [
        ("t,x\n0,1\n0,2\n", "does not come after"), ("t\n0\n1\n", "no column of states"),
        ("t,x\n0,inf\n", "'x' is inf"),
        ("t,x\n0,\n", "has no 3 rows in a row without missing numbers"), ("t,x\n,1\n", "the time 't' is missing"),
    ])
    func badTablesAreRefused(text: String, problem: String) {
        let error = #expect(throws: LacunaError.self) {
            try read(text, .init(dropsMissing: true))
        }
        #expect("\(String(describing: error))".contains(problem), "\(String(describing: error))")
    }

    @Test func purposesAreExclusive() {
        #expect(throws: LacunaError.self) { try read("t,x\n0,1\n", .init(time: "t", inputs: ["t"])) }
        #expect(throws: LacunaError.self) { try read("t,x\n0,1\n", .init(inputs: ["u"])) }
    }
}
