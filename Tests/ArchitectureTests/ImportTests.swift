import Foundation
import Testing

/// The table of the architecture page: what each target may import, lowest target first. A Lacuna target brings those
/// that it may import itself; every other module has to be named where it is used.
private let table: [(target: String, imports: [String])] = [
    ("COpenBLAS", []),
    ("CFFTW3", []),
    ("CHDF5", []),
    ("CZlib", []),
    ("CLacunaKernels", []),
    (
        "LacunaArrays",
        [
            "COpenBLAS", "CFFTW3", "CLacunaKernels", "Dispatch", "Glibc", "Synchronization", "ComplexModule",
            "RealModule",
        ]
    ),
    ("LacunaSparse", ["LacunaArrays", "CLacunaKernels"]),
    ("LacunaOperators", ["LacunaSparse"]),
    ("LacunaStructure", ["LacunaSparse"]),
    ("LacunaSolvers", ["LacunaOperators", "LacunaStructure"]),
    ("LacunaWireless", ["LacunaSolvers"]),
    ("LacunaNets", ["LacunaSolvers"]),
    ("LacunaDynamics", ["LacunaNets"]),
    ("Lacuna", ["LacunaWireless", "LacunaNets", "LacunaDynamics"]),
    ("LacunaExperiment", ["LacunaSolvers"] + foundation),
    ("LacunaIO", ["LacunaExperiment", "CHDF5", "CZlib"] + foundation),
    ("LacunaPlot", ["LacunaExperiment"] + foundation),
    ("LacunaScenarios", ["LacunaIO", "LacunaWireless", "LacunaNets", "LacunaDynamics", "Yams"] + foundation),
    ("LacunaCLI", ["LacunaScenarios", "LacunaPlot", "ArgumentParser"] + foundation),
    ("LacunaTestSupport", ["Lacuna"] + foundation),
]

/// From Experiment upwards only: a user's `import Lacuna` links no Foundation.
private let foundation = ["Foundation", "Dispatch"]

/// Part of the standard library, which every target has.
private let standardLibrary: Set = ["Swift", "Synchronization"]

/// All modules that `target` may import; nil for a target that the table lacks.
private func allowedImports(of target: String) -> Set<String>? {
    guard let row = table.first(where: { $0.target == target }) else { return nil }
    var allowed = standardLibrary
    for module in row.imports {
        allowed.insert(module)
        guard module.hasPrefix("Lacuna"), let below = allowedImports(of: module) else { continue }
        allowed.formUnion(below.filter { $0.hasPrefix("Lacuna") })
    }
    return allowed
}

/// The module of an import line, nil for any other line.
private func importedModule(in line: Substring) -> String? {
    var words = line.split(whereSeparator: \.isWhitespace)[...]
    let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
    guard words.popFirst() == "import" else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias", "func", "let", "var"]
    if let word = words.first, kinds.contains(word) { words.removeFirst() }
    return words.first.map { String($0.prefix { $0 != "." }) }
}

/// What is wrong with a line of a file of `target`, nil if nothing is.
private func violation(of line: Substring, in target: String) -> String? {
    guard let module = importedModule(in: line) else { return nil }
    guard let allowed = allowedImports(of: target) else { return "\(target) is not in the table" }
    return allowed.contains(module) ? nil : "\(target) may not import \(module)"
}

@Suite struct ImportTests {
    static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources").standardizedFileURL.path(percentEncoded: false)

    @Test func everyImportInSourcesPointsDown() throws {
        let files = FileManager.default
        var imports = 0
        for target in try files.contentsOfDirectory(atPath: Self.sources).sorted() {
            #expect(allowedImports(of: target) != nil, "Sources/\(target) is not in the table")
            let folder = Self.sources + "/" + target
            for file in try files.subpathsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
                let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
                for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    if importedModule(in: line) != nil { imports += 1 }
                    #expect(violation(of: line, in: target) == nil, "Sources/\(target)/\(file):\(index + 1)")
                }
            }
        }
        #expect(imports > 0, "no import line was read in \(Self.sources)")
    }

    /// The architecture page, which people read, and the table above, which holds the code to it.
    @Test func thePageHasTheSameTable() throws {
        let page = try String(contentsOfFile: Self.sources + "/Lacuna/Lacuna.docc/Architecture.md", encoding: .utf8)
        var rows: [String: Set<String>] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.split(separator: " ") }
            guard cells.count == 5 else { continue }
            let imports = cells[3].map { String($0.filter { $0 != "," }) }.flatMap { name in
                switch name {
                case "swift-numerics": ["ComplexModule", "RealModule"]
                case "Yams", "ArgumentParser": [name]
                default: name.hasPrefix("C") ? [name] : ["Lacuna" + (name == "Lacuna" ? "" : name)]
                }
            }
            for name in cells[1].prefix(while: { $0.hasPrefix("`") }) {
                rows[String(name.filter { $0 != "`" && $0 != "," })] = Set(imports)
            }
        }
        let systems: Set = ["Foundation", "Dispatch", "Glibc", "Synchronization"]
        for (target, imports) in table {
            #expect(rows[target] == Set(imports).subtracting(systems), "\(target)")
        }
        #expect(Set(rows.keys) == Set(table.map(\.target)))
    }

    @Test(arguments: [
        ("LacunaArrays", "import LacunaSolvers"),
        ("LacunaOperators", "import LacunaStructure"),
        ("LacunaStructure", "import LacunaOperators"),
        ("LacunaSolvers", "import LacunaWireless"),
        ("LacunaWireless", "@_exported import LacunaExperiment"),
        ("LacunaExperiment", "public import LacunaWireless"),
        ("LacunaPlot", "import LacunaIO"),
        ("Lacuna", "import LacunaScenarios"),
        ("LacunaSolvers", "    import Foundation"),
        ("LacunaArrays", "@preconcurrency internal import struct Foundation.Data"),
        ("LacunaIO", "import Yams"),
        ("LacunaScenarios", "import ArgumentParser"),
        ("LacunaScenarios", "import CHDF5"),
        ("LacunaSolvers", "import COpenBLAS"),
        ("LacunaNets", "import LacunaIO"),
        ("LacunaDreams", "import LacunaArrays"),
    ])
    func wrongArrowIsFound(target: String, line: String) {
        #expect(violation(of: Substring(line), in: target) != nil)
    }

    @Test(arguments: [
        ("LacunaArrays", "import COpenBLAS"),
        ("LacunaSolvers", "@_exported import LacunaArrays"),
        ("LacunaScenarios", "import LacunaExperiment"),
        ("LacunaCLI", "import ArgumentParser"),
        ("LacunaArrays", "import Synchronization"),
        ("LacunaArrays", "// import Foundation would be wrong here"),
        ("LacunaArrays", "let important = 1"),
    ])
    func rightArrowPasses(target: String, line: String) {
        #expect(violation(of: Substring(line), in: target) == nil)
    }
}
