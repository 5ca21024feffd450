import Foundation
import LacunaScenarios
import Testing

@Suite struct CatalogueTests {
    /// `lacuna list operators` names the operators that Sources/LacunaOperators has, no more and no fewer.
    @Test func operatorsAreThoseOfTheSources() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../Sources/LacunaOperators").standardizedFileURL
        var names: [String] = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /public struct ([A-Za-z]+)Operator\b/) {
                // "KhatriRao" -> "khatri-rao", "NM" -> "nm".
                let words = match.1.replacing(/[A-Z]+(?![a-z])|[A-Z]/) { "-" + $0.0.lowercased() }
                names.append(String(words.drop { $0 == "-" }))
            }
        }
        #expect(names.count >= 9)
        #expect(names.sorted() == Catalogue.standard.operators.map(\.name).sorted())
    }
}
