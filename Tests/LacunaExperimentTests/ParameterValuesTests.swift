import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct ParameterValuesTests {
    private let declarations = [
        ParameterDeclaration("users", .integer(1...8), default: .integer(2), "users"),
        ParameterDeclaration("snr_db", .number(-10...60), required: true, unit: "dB", "signal to noise ratio"),
        ParameterDeclaration("prune", .numbers(0...1), "thresholds"),
        ParameterDeclaration("sizes", .integers(1 ... .max), default: .list([.integer(3)]), "sizes"),
        ParameterDeclaration("learn_noise", .flag, default: .flag(false), "learn the noise"),
        ParameterDeclaration("array", .choice(["ula", "upa"]), default: .text("ula"), "array"),
    ]

    private func values(_ given: [String: ParameterValue]) throws -> ParameterValues {
        try ParameterValues(given, declarations: declarations, owner: "problem 'test'")
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func typedReadsAndDefaults() throws {
        let values = try values([
            "snr_db": .integer(10), "prune": .number(0.5), "sizes": .list([.number(4), .integer(5)]),
        ])
        #expect(try values.integer("users") == 2)
        #expect(try values.number("snr_db") == 10)
        #expect(try values.numbers("prune") == [0.5])
        #expect(try values.integers("sizes") == [4, 5])
        #expect(try values.flag("learn_noise") == false)
        #expect(try values.text("array") == "ula")
    }

    @Test func optionalWithoutValueIsNil() throws {
        let values = try values(["snr_db": .integer(10)])
        #expect(try values.optionalNumbers("prune") == nil)
        #expect(message { _ = try values.numbers("prune") }.contains("Give 'prune'"))
    }

    /// Spellings of one value are one value, so that ids and draws do not depend on how a file writes it.
    @Test func canonicalTextIgnoresSpelling() throws {
        let first = try values(["snr_db": .integer(10), "prune": .integer(1), "users": .number(4)])
        let second = try values(["snr_db": .number(10), "prune": .list([.number(1)]), "users": .integer(4)])
        #expect(first == second)
        #expect(
            first.canonical.map { "\($0.name)=\($0.value)" } == [
                "users=4", "snr_db=10", "prune=[1]", "sizes=[3]", "learn_noise=false", "array=ula",
            ])
    }

    @Test(arguments: [
        (["snr_dB": ParameterValue.integer(1)], "snr_dB: unknown parameter of problem 'test'. Did you mean 'snr_db'?"),
        ([:], "snr_db of problem 'test': no value; expected a number from -10 to 60 (dB)"),
        (["snr_db": .integer(61)], "snr_db of problem 'test': got 61; expected a number from -10 to 60 (dB)"),
        (["snr_db": .number(.nan)], "snr_db of problem 'test': got nan"),
        (["snr_db": .text("10")], "snr_db of problem 'test': got 10; expected a number"),
        (
            ["snr_db": .integer(1), "users": .number(2.5)],
            "users of problem 'test': got 2.5; expected a whole number from 1 to 8"
        ),
        (["snr_db": .integer(1), "learn_noise": .integer(1)], "got 1; expected true or false"),
        (["snr_db": .integer(1), "array": .text("ulb")], "got ulb; expected one of: ula, upa"),
        (
            ["snr_db": .integer(1), "sizes": .list([.integer(0)])],
            "got [0]; expected a list of whole numbers of at least 1"
        ),
        (["snr_db": .integer(1), "prune": .list([])], "got []; expected a list of numbers from 0 to 1"),
    ])
    func refusals(given: [String: ParameterValue], expected: String) {
        let text = message { _ = try values(given) }
        #expect(text.contains(expected), "\(text)")
    }

    @Test func sweptParametersAreSetAtEachPoint() throws {
        let open = try ParameterValues(
            [:], declarations: declarations, owner: "problem 'test'", swept: ["snr_db", "users"])
        #expect(open["users"] == nil)
        let point = try open.setting("snr_db", to: .integer(7)).setting("users", to: .integer(3))
        #expect(try point.number("snr_db") == 7)
        #expect(try point.integer("users") == 3)
        #expect(message { _ = try open.setting("users", to: .integer(9)) }.contains("from 1 to 8"))
        #expect(message { _ = try open.setting("user", to: .integer(1)) }.contains("Did you mean 'users'?"))
    }

    @Test func misusedReadsThrow() throws {
        let values = try values(["snr_db": .integer(10)])
        #expect(
            message { _ = try values.integer("usrs") }.hasPrefix(
                "problem 'test': reads parameter 'usrs', which it does not declare in `parameters`. Did you mean 'users'?"
            ))
        let method = try ParameterValues(declarations: [], owner: "method 'toy'")
        #expect(
            message { _ = try method.optionalNumber("gain") }.hasPrefix(
                "method 'toy': reads option 'gain', which it does not declare in `options`"))
        #expect(message { _ = try values.integer("snr_db") }.contains("read as a whole number"))
        #expect(message { _ = try values.subset(["nothing"]) }.contains("unknown parameter"))
    }

    @Test func nearestNames() {
        #expect(nearestName(to: "snr_dB", among: ["seed", "snr_db"]) == "snr_db")
        #expect(nearestName(to: "trails", among: ["trials", "name"]) == "trials")
        #expect(nearestName(to: "zzz", among: ["trials", "name"]) == nil)
        #expect(nearestName(to: "x", among: []) == nil)
    }
}
