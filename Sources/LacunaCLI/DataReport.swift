import LacunaArrays
import LacunaIO

/// What `lacuna data list` prints.
struct DataReport: Encodable {
    struct File: Encodable {
        let name: String
        let bytes: Int
        let md5: String?
        let state: String
    }

    struct Entry: Encodable {
        let name: String
        let summary: String
        /// missing, incomplete, verified, found (not all checksums are published), damaged.
        let state: String
        let folder: String?
        let trainImages: Int
        let testImages: Int
        let imageShape: [Int]
        let classes: Int
        let source: String
        let citation: String
        let licence: String
        let files: [File]
        /// What to put where, unless it is there.
        let instruction: String?
        private let errors: [String]

        enum CodingKeys: String, CodingKey {
            case name, summary, state, folder, trainImages, testImages, imageShape, classes, source, citation, licence
            case files, instruction
        }

        init(_ set: ImageDataSet, in folder: DataFolder) throws {
            let checks = try set.check(in: folder)
            name = set.name
            summary = set.summary
            trainImages = set.trainCount
            testImages = set.testCount
            imageShape = set.imageShape
            classes = set.classCount
            source = set.source
            citation = set.citation
            licence = set.licence
            files = checks.map {
                File(name: $0.name, bytes: $0.expected.bytes, md5: $0.expected.md5, state: $0.state.word)
            }
            let missing = checks.count { $0.state == .missing }
            let place = missing == set.files.count ? nil : folder.folder(of: set)
            self.folder = place
            instruction = missing > 0 ? set.instruction(for: folder.path) : nil
            errors = checks.compactMap { check in
                check.state.problem.map { "\(place ?? set.name)/\(check.name): \($0)" }
            }
            state =
                if !errors.isEmpty { "damaged" } else if place == nil { "missing" } else if missing > 0 {
                    "incomplete"
                } else if checks.contains(where: { $0.state == .sizeOnly }) { "found" } else { "verified" }
        }

        /// A line for each wrong file.
        var errorLines: [String] { errors }

        /// Where the set lies and what of it; or what to do to have it.
        var details: String {
            var lines = ["\(name): \(summary)"]
            if let folder {
                lines.append("  in \(folder)")
                var table = TextTable(["  file", "bytes", "state"], leftColumns: [0, 2])
                for file in files { table.append(["  " + file.name, "\(file.bytes)", file.state]) }
                lines.append(table.text)
            }
            if let instruction { lines.append("  \(instruction)") }
            lines.append("  licence: \(licence)")
            lines.append("  cite: \(citation)")
            return lines.joined(separator: "\n")
        }
    }

    let folder: String?
    let dataSets: [Entry]

    var errors: [String] { dataSets.flatMap(\.errorLines) }

    var text: String {
        var table = TextTable(["data set", "training", "test", "image", "classes", "state"], leftColumns: [0, 5])
        for set in dataSets {
            table.append([
                set.name, "\(set.trainImages)", "\(set.testImages)", describeShape(set.imageShape), "\(set.classes)",
                set.state,
            ])
        }
        let place =
            folder.map { "data folder: \($0)" }
            ?? "no data folder is named (--data FOLDER or \(DataFolder.variable))"
        return ([place, table.text] + dataSets.map(\.details)).joined(separator: "\n\n")
    }
}

extension ImageDataSet.FileState {
    /// For tables and JSON.
    fileprivate var word: String {
        switch self {
        case .missing: "missing"
        case .verified: "verified"
        case .sizeOnly: "size right, no checksum is published"
        case .wrongSize: "wrong size"
        case .wrongChecksum: "wrong checksum"
        }
    }

    fileprivate var problem: String? {
        switch self {
        case .missing, .verified, .sizeOnly: nil
        case .wrongSize(let found, let expected):
            "has \(found) bytes, the authors' file has \(expected). Copy or download it again"
        case .wrongChecksum(let found, let expected):
            "has the MD5 \(found), the authors' file has \(expected). Copy or download it again"
        }
    }
}
