import LacunaArrays
import Testing

@Suite struct LacunaErrorTests {
    @Test func oneLineWithPlaceProblemRemedy() {
        let error = LacunaError(.value, "noise variance", "-1; it must be positive", remedy: "Leave it out.")
        #expect("\(error)" == "noise variance: -1; it must be positive. Leave it out.")
        #expect("\(LacunaError(.shape, "y", "3 for 4"))" == "y: 3 for 4")
    }
}
