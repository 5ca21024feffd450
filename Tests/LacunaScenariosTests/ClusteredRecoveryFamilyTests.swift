import LacunaExperiment
import LacunaSolvers
import Testing

@testable import LacunaScenarios

/// Problem family `clustered-recovery`, with the methods that came with it.
@Suite struct ClusteredRecoveryFamilyTests {
    private func draw(_ parameters: [String: ParameterValue] = [:], trial: Int = 0) throws -> DrawnProblem {
        let family = try #require(Catalogue.standard.family("clustered-recovery"))
        let small: [String: ParameterValue] = ["rows": .integer(20), "columns": .integer(40), "mean_burst": .number(4)]
        let values = try ParameterValues(
            small.merging(parameters) { $1 }, declarations: family.parameters, owner: family.name)
        return try family.draw(values, randomness: Randomness(seed: 1, trial: trial))
    }

    private func problem(_ drawn: DrawnProblem) throws -> LinearProblem {
        try #require(drawn.problem as? LinearProblem)
    }

    private func metrics(
        _ name: String, _ drawn: DrawnProblem, _ options: [String: ParameterValue] = [:]
    ) throws -> [String: Double] {
        let method = try Catalogue.standard.method(name)
        let values = try ParameterValues(options, declarations: method.options, owner: name)
        #expect(method.reasonToSkip(drawn.problem, options: values) == nil)
        return try drawn.score(method.run(drawn.problem, options: values, limits: SolveLimits()).estimate)
    }

    @Test func methodsSeeNoNoiseVarianceUnlessTold() throws {
        guard case .real(let hidden) = try problem(draw()).model,
            case .real(let told) = try problem(draw(["gives_noise": .flag(true)])).model,
            case .complex = try problem(draw(["complex": .flag(true)])).model
        else { throw LacunaError(.value, "model", "of another kind") }
        #expect(hidden.noiseVariance == nil && told.noiseVariance != nil)
        #expect(hidden.measurements == told.measurements)
    }

    /// A sweep over the SNR changes the noise alone.
    @Test func snrScalesTheNoise() throws {
        let low = try problem(draw(["snr_db": .number(10)])), high = try problem(draw(["snr_db": .number(30)]))
        #expect(low.support == high.support && low.support?.indices.isEmpty == false)
        #expect(try problem(draw(trial: 1)).support != low.support)
    }

    /// The median error of seven easy draws is that of recovery with laws that fit bursts. (Of a single draw it need not be: supports that
    /// the measurements cannot bear happen.) The mean-field coupling gets caught, and pairs do not fit bursts: they beat x = 0.
    @Test func everyLawRecovers() throws {
        let fitting: [[String: ParameterValue]] = [
            [:], ["support": .text("independent")], ["gate": .number(0.5)],
            ["support": .text("grid"), "grid": .list([.integer(1), .integer(40)])], ["support": .text("oracle")],
        ]
        let others: [[String: ParameterValue]] = [
            ["coupling": .text("mean-field")], ["support": .text("group"), "group_size": .integer(2)],
        ]
        let easy: [String: ParameterValue] = ["rows": .integer(30), "activity": .number(0.1), "snr_db": .number(30)]
        for complex in [false, true] {
            let draws = try (0..<7).map { try draw(easy.merging(["complex": .flag(complex)]) { $1 }, trial: $0) }
            func median(_ method: String, _ options: [String: ParameterValue] = [:]) throws -> Double {
                try draws.map { try #require(metrics(method, $0, options)["nmse"]) }.sorted()[3]
            }
            for law in complex ? Array(fitting[..<1]) : fitting {
                #expect(try median("turbo-vbi", law) < 0.02, "\(law)")
            }
            for law in complex ? [] : others { #expect(try median("turbo-vbi", law) < 1, "\(law)") }
            for method in ["vbi", "bg-amp"] { #expect(try median(method) < 0.05, "\(method)") }
            let drawn = draws[3]
            #expect(try metrics("turbo-vbi", drawn, ["support": .text("oracle")])["support_f1"] == 1)
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let drawn = try draw()
        let bad: [[String: ParameterValue]] = [
            ["support": .text("group")], ["support": .text("group"), "group_size": .integer(7)],
            ["support": .text("grid")], ["support": .text("grid"), "grid": .list([.integer(3), .integer(5)])],
            ["chain_mode": .integer(2)], ["inactive_rate": .list([.number(1), .number(0.1), .number(0.01)])],
            ["inactive_rate": .list([.number(1e-4), .number(1e-2)])],
        ]
        for options in bad {
            #expect(throws: LacunaError.self, "\(options)") { try metrics("turbo-vbi", drawn, options) }
        }
        for parameters in [["activity": .number(0.9), "mean_burst": .number(2)]] as [[String: ParameterValue]] {
            #expect(throws: LacunaError.self) { try draw(parameters) }
        }
        // A problem without truth has no oracle.
        let method = try Catalogue.standard.method("turbo-vbi")
        let options = try ParameterValues(
            ["support": .text("oracle")], declarations: method.options, owner: method.name)
        let blind = LinearProblem(try problem(drawn).model)
        #expect(method.reasonToSkip(blind, options: options) == "the true support is not known")
    }
}
