import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct IDXFileTests {
    private let images = Tensor(dimensions: [3, 2, 4], storage: (0..<24).map { UInt8($0 * 10) })

    private func decodingError(_ bytes: [UInt8]) -> String {
        errorLine(.file) { _ = try IDXFile.decode(bytes, place: "x.idx") }
    }

    @Test(arguments: ["plain", "packed.gz"])
    func arraysComeBack(name: String) throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/" + name
            for array in [
                images, Tensor(dimensions: [5], storage: [9, 0, 255, 1, 2]), Tensor(repeating: 7, dimensions: [0, 3]),
            ] {
                try IDXFile.write(array, to: path)
                #expect(try IDXFile.read(path) == array)
            }
            #expect(try contents(of: folder) == [name])
        }
    }

    @Test func bytesAreThoseOfTheFormat() throws {
        #expect(
            try IDXFile.encode(Tensor(dimensions: [2, 1], storage: [5, 6]), place: "")
                == [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6])
        // MNIST's two magic numbers, 2051 and 2049, as its page gives them.
        let magics = try [images, Tensor(dimensions: [1], storage: [0])].map {
            try IDXFile.encode($0, place: "")[..<4].reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(magics == [2051, 2049])
    }

    @Test func packedFilesAreAlwaysTheSameAndReadByGzip() throws {
        try withTemporaryFolder { folder throws in
            try IDXFile.write(images, to: folder + "/a.gz")
            try IDXFile.write(images, to: folder + "/b.gz")
            let first = try InputFile.read(folder + "/a.gz")
            #expect(try first == InputFile.read(folder + "/b.gz"))
            #expect(first[4..<8] == [0, 0, 0, 0], "a time stamp")
            let script = "import gzip, sys; sys.stdout.write(gzip.open(sys.argv[1]).read().hex())"
            let hex = try Python.run(script, folder + "/a.gz")
            #expect(hex == (try IDXFile.encode(images, place: "")).map { String(format: "%02x", $0) }.joined())
        }
    }

    @Test func everyTruncationIsTold() throws {
        let bytes = try IDXFile.encode(images, place: "")
        for length in 0..<bytes.count {
            let line = decodingError(Array(bytes[..<length]))
            #expect(line.hasPrefix("x.idx: "))
            if length < 16 {
                #expect(line.contains("cut short") && line.contains("\(length)"), "\(length): \(line)")
            } else {
                #expect(line.contains("(\(bytes.count - length) missing)") && line.contains("3×2×4"), "\(line)")
            }
        }
        #expect(decodingError(bytes + [0, 0, 0]).contains("found 27 (3 too many)"))
    }

    @Test func wrongHeadersAreTold() throws {
        #expect(decodingError([0x89, 0x50, 0x4e, 0x47]).contains("begins with 89 50 4e 47"))
        #expect(decodingError([0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0]).contains("type float"))
        #expect(decodingError([0, 0, 8, 0]).contains("0 axes"))
        #expect(decodingError([0, 0, 8, 255]).contains("255 axes"))
        let huge: [UInt8] = [0, 0, 8, 3] + Array(repeating: 0xFF, count: 12)
        #expect(decodingError(huge).contains("impossible sizes"))
        // 2^32 - 1 elements that are not there: told, not allocated.
        #expect(decodingError([0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF]).contains("4294967295 missing"))
        let line = errorLine(.shape) { _ = try IDXFile.encode(Tensor(dimensions: [], storage: [1]), place: "out") }
        #expect(line.hasPrefix("out: "))
    }

    @Test func missingFilesAndFoldersAreTold() throws {
        try withTemporaryFolder { folder throws in
            #expect(
                errorLine(.file) { _ = try IDXFile.read(folder + "/none") }
                    == "\(folder)/none: cannot read the file (No such file or directory)")
            #expect(errorLine(.file) { _ = try IDXFile.read(folder) }.contains("is a folder"))
        }
    }
}

@Suite struct GzipTests {
    private let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0) }

    @Test func everyTruncationIsTold() throws {
        let packed = try Gzip.packed(Array(bytes[..<300]), place: "")
        for length in 2..<packed.count {
            let line = errorLine(.file) { _ = try Gzip.unpacked(Array(packed[..<length]), place: "x.gz") }
            #expect(line.contains("x.gz: the gzip stream is cut short"), "\(length): \(line)")
        }
    }

    @Test func everyFlippedByteIsToldOrHarmless() throws {
        let original = Array(bytes[..<300])
        let packed = try Gzip.packed(original, place: "")
        var told = 0
        for position in packed.indices {
            var damaged = packed
            damaged[position] ^= 0x10
            // The header's time, flags of the packing program and its operating system do not concern the data.
            do {
                #expect(try Gzip.unpacked(damaged, place: "x.gz") == original, "byte \(position)")
            } catch let error as LacunaError {
                #expect(error.description.contains("gzip stream is"), "\(error)")
                told += 1
            }
        }
        #expect(told >= packed.count - 10)
    }

    @Test func severalMembersAreOneStreamAndForeignBytesAreTold() throws {
        let first = try Gzip.packed(Array(bytes[..<10]), place: ""), second = try Gzip.packed(bytes, place: "")
        #expect(try Gzip.unpacked(first + second, place: "") == bytes[..<10] + bytes)
        #expect(try Gzip.unpacked(Gzip.packed([], place: ""), place: "").isEmpty)
        #expect(errorLine(.file) { _ = try Gzip.unpacked(first + [1, 2, 3, 4], place: "x.gz") }.contains("damaged"))
    }

    @Test func moreThanTheLimitIsTold() throws {
        let packed = try Gzip.packed([UInt8](repeating: 0, count: 1 << 20), place: "")
        #expect(packed.count < 2000)
        #expect(try Gzip.unpacked(packed, place: "", limit: 1 << 20).count == 1 << 20)
        #expect(
            errorLine(.file) { _ = try Gzip.unpacked(packed, place: "bomb.gz", limit: (1 << 20) - 1) }
                .contains("bomb.gz: unpacks to more than"))
    }

    @Test func checksumIsTheKnownOne() {
        // The check value of CRC-32 in every catalogue of CRCs.
        #expect(Array("123456789".utf8).withUnsafeBytes { crc32(of: $0) } == 0xCBF4_3926)
        let parts = Array("12345".utf8).withUnsafeBytes { crc32(of: $0) }
        #expect(Array("6789".utf8).withUnsafeBytes { crc32(of: $0, after: parts) } == 0xCBF4_3926)
        #expect(crc32(of: UnsafeRawBufferPointer(start: nil, count: 0), after: 5) == 5)
    }
}
