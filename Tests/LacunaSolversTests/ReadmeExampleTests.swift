import Foundation
import Lacuna
import Testing

@Suite struct ReadmeExampleTests {
    @Test func theExampleOfTheReadmeRuns() throws {
        // README begins
        var random = RandomStream(key: 1)
        let a1 = Matrix(rows: 10, columns: 20) { _, _ in random.normal() }
        let a2 = Matrix(rows: 10, columns: 16) { _, _ in random.normal() }
        let dictionary = try KroneckerOperator([a1, a2])  // a1 ⊗ a2, never formed
        var x = [Double](repeating: 0, count: dictionary.columns)
        for index in [2 * 16 + 5, 2 * 16 + 9, 7 * 16 + 5, 7 * 16 + 9] { x[index] = 1 }
        let y = try dictionary.apply(x).map { $0 + 0.1 * random.normal() }
        let model = try LinearModel(dictionary: dictionary, measurements: y, noiseVariance: 0.01)
        let solver = SVDKroSBL<Double>(.recovery)  // settings of the paper's recovery study
        let solution = try solver.solve(model)
        print(solution.report.iterations, try normalizedSquareError(solution.estimate.coefficients, against: x))
        // README ends
        #expect(solution.report.reason == .converged)
        #expect(try normalizedSquareError(solution.estimate.coefficients, against: x) < 1e-3)
    }

    /// The text of the example, here and in the README, must stay the same.
    @Test func theReadmeShowsThisExample() throws {
        let here = URL(filePath: #filePath)
        let source = try lines(of: here)
        let begin = try #require(source.firstIndex { $0.hasSuffix("// README begins") })
        let end = try #require(source.firstIndex { $0.hasSuffix("// README ends") })
        let indent = source[begin].prefix { $0 == " " }.count
        let code = ["import Lacuna", ""] + source[begin + 1..<end].map { String($0.dropFirst(indent)) }

        let readme = try lines(
            of: here.deletingLastPathComponent().appending(path: "../../README.md").standardizedFileURL)
        let fence = try #require(readme.indices.first { readme[$0] == "```swift" && readme[$0 + 1] == "import Lacuna" })
        #expect(Array(readme[(fence + 1)...].prefix { $0 != "```" }) == code)
    }

    private func lines(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
    }
}
