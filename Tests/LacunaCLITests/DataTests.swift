import Foundation
import LacunaArrays
import LacunaIO
import Testing

@testable import LacunaCLI

/// `lacuna data list`.
@Suite struct DataTests {
    @Test func listTellsWhatIsThereAndWhatToPutWhere() async throws {
        try await withTemporaryFolder { folder in
            let ended = await lacuna("data", "list", "--data", folder)
            #expect(ended.status == .success && ended.errors.isEmpty, "\(ended.errors)")
            #expect(ended.output.hasPrefix("data folder: \(folder)\n"))
            let digits = try #require(ended.output.split(separator: "\n").first { $0.hasPrefix("digits ") })
            #expect(digits.hasSuffix("verified") && digits.contains("1437"))
            for name in ["mnist", "fashion-mnist", "cifar-10"] {
                let line = try #require(ended.output.split(separator: "\n").first { $0.hasPrefix(name + " ") })
                #expect(line.hasSuffix("missing"))
                #expect(ended.output.contains("into \(folder)/\(name)\n"))
            }
        }
    }

    @Test func wrongFilesAreErrors() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/mnist/t10k-labels-idx1-ubyte"
            try FileManager.default.createDirectory(atPath: folder + "/mnist", withIntermediateDirectories: true)
            try IDXFile.write(Tensor(repeating: 1, dimensions: [10000]), to: path)
            let checksum = await lacuna("data", "list", "--data", folder)
            #expect(checksum.status == .usage)
            #expect(
                checksum.errors.hasPrefix("\(path): has the MD5 ")
                    && checksum.errors.hasSuffix(". Copy or download it again\n"))
            #expect(checksum.errors.contains("the authors' file has 27ae3e4e09519cfbb04c329615203637"))
            try IDXFile.write(Tensor(repeating: 1, dimensions: [5]), to: path)
            let size = await lacuna("data", "list", "--data", folder)
            #expect(size.errors == "\(path): has 13 bytes, the authors' file has 10008. Copy or download it again\n")
            #expect(size.output.contains("damaged"))
        }
    }

    /// The folder of `--data` reaches the problem as an argument: the environment stays as it is.
    @Test func runsDrawFromTheNamedFolder() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/mine.yaml", before = ProcessInfo.processInfo.environment[DataFolder.variable]
            let text =
                "lacuna: 1\nname: mine\nproblem: { kind: network-compression }\nmethods: [magnitude]\ntrials: 1\n"
            try Data(text.utf8).write(to: URL(filePath: file))
            try FileManager.default.createDirectory(atPath: folder + "/digits", withIntermediateDirectories: true)
            try Data("no".utf8).write(to: URL(filePath: folder + "/digits/train-labels-idx1-ubyte"))
            let ended = await run(["run", file, "--data", folder, "-o", folder + "/out"], catalogue: .standard)
            #expect(ended.status != .success && ended.errors.contains("is not in \(folder)/digits"), "\(ended.errors)")
            #expect(ProcessInfo.processInfo.environment[DataFolder.variable] == before)
        }
    }

    @Test func jsonHasTheKeysOfTheReadme() async throws {
        struct Report: Decodable {
            struct Entry: Decodable {
                struct File: Decodable {
                    let name: String
                    let bytes: Int
                    let md5: String?
                    let state: String
                }
                let name, summary, state, source, citation, licence: String
                let folder, instruction: String?
                let trainImages, testImages, classes: Int
                let imageShape: [Int]
                let files: [File]
            }
            let folder: String?
            let dataSets: [Entry]
        }
        try await withTemporaryFolder { folder in
            let ended = await lacuna("data", "list", "--json", "--data", folder)
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let report = try decoder.decode(Report.self, from: Data(ended.output.utf8))
            #expect(report.folder == folder && report.dataSets.map(\.name) == ImageDataSets.all.map(\.name))
            let mnist = report.dataSets[1]
            #expect(mnist.state == "missing" && mnist.folder == nil && mnist.imageShape == [1, 28, 28])
            #expect(mnist.files.map(\.state) == Array(repeating: "missing", count: 4))
            #expect(mnist.files[0].md5 == "f68b3c2dcbeaaa9fbdd348bbdeb94873" && mnist.files[0].bytes == 9_912_422)
            #expect(try #require(mnist.instruction).hasPrefix("Put train-images-idx3-ubyte[.gz], "))
            #expect(report.dataSets[0].state == "verified" && report.dataSets[0].instruction == nil)
        }
    }

    @Test func bareDataShowsHelp() async {
        let ended = await lacuna("data")
        #expect(ended.status == .success && ended.output.contains("list"))
        let wrong = await lacuna("data", "lsit")
        #expect(wrong.status == .usage && wrong.errors.split(separator: "\n").count == 1)
    }
}
