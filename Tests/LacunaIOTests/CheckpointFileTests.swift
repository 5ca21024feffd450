import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct CheckpointFileTests {
    private let checkpoint = Checkpoint(
        floats: [
            NamedArray(
                name: "layers.0.weight", shape: [2, 3],
                values: [.nan, -0, .leastNonzeroMagnitude, 1e38, .infinity, 0.1]),
            NamedArray(name: "b", shape: [], values: [Float(bitPattern: 0x7FA0_0001)]),
            NamedArray(name: "a", shape: [0], values: []),
        ],
        doubles: [NamedArray(name: "b", values: [Double(bitPattern: 0x7FF4_0000_0000_0001), 0.1, -0.0])],
        integers: [NamedArray(name: "order", values: [.min, -1, .max])],
        words: [NamedArray(name: "stream", values: [0, 1 << 63, .max])],
        attributes: [
            "step": .integer(1234), "rate": .number(0.1), "optimiser": .text("adam σ"), "rates": .numbers([0.1, -0.0]),
            "milestones": .integers([1, 2]), "tags": .texts(["a", ""]),
        ])

    private func expectEqual(
        _ read: Checkpoint, _ written: Checkpoint, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        func bits(_ checkpoint: Checkpoint) -> [[UInt64]] {
            checkpoint.floats.map { $0.values.map { UInt64($0.bitPattern) } }
                + checkpoint.doubles.map { $0.values.map(\.bitPattern) }
        }
        #expect(bits(read) == bits(written), sourceLocation: sourceLocation)
        #expect(read.floats.map(\.name) == written.floats.map(\.name), sourceLocation: sourceLocation)
        #expect(read.floats.map(\.shape) == written.floats.map(\.shape), sourceLocation: sourceLocation)
        #expect(read.doubles.map(\.name) == written.doubles.map(\.name), sourceLocation: sourceLocation)
        #expect(read.integers == written.integers && read.words == written.words, sourceLocation: sourceLocation)
        #expect(read.attributes == written.attributes, sourceLocation: sourceLocation)
    }

    @Test func everythingComesBackToTheBit() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            try CheckpointFile.write(checkpoint, to: path)
            let read = try CheckpointFile.read(path)
            expectEqual(read, checkpoint)
            #expect(read.path == path)
            try CheckpointFile.write(Checkpoint(), to: path)
            expectEqual(try CheckpointFile.read(path), Checkpoint())
            #expect(try contents(of: folder) == ["a.h5"])
        }
    }

    /// Large arrays are packed, which changes no bit.
    @Test func largeArraysComeBackToTheBit() throws {
        try withTemporaryFolder { folder throws in
            var stream = RandomStream(key: 3)
            let words = (0..<100_000).map { _ in stream.next() }
            let large = Checkpoint(
                floats: [
                    NamedArray(
                        name: "f", shape: [100, 1000],
                        values: words.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
                ],
                doubles: [NamedArray(name: "d", values: words.map { Double(bitPattern: $0) })],
                words: [NamedArray(name: "w", values: words)])
            try CheckpointFile.write(large, to: folder + "/large.h5")
            expectEqual(try CheckpointFile.read(folder + "/large.h5"), large)
        }
    }

    @Test func sameStateIsTheSameFile() throws {
        try withTemporaryFolder { folder throws in
            try CheckpointFile.write(checkpoint, to: folder + "/a.h5")
            try CheckpointFile.write(checkpoint, to: folder + "/b.h5")
            #expect(try InputFile.read(folder + "/a.h5") == InputFile.read(folder + "/b.h5"))
        }
    }

    @Test func truncationsAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            try CheckpointFile.write(checkpoint, to: path)
            let bytes = try InputFile.read(path)
            for length in [0, 1, 7, 8, 9, 100, bytes.count / 4, bytes.count / 2, bytes.count - 8, bytes.count - 1] {
                try bytes[..<length].withUnsafeBytes { try OutputFile.write($0, to: path) }
                let line = errorLine(.file) { _ = try CheckpointFile.read(path) }
                #expect(line.hasPrefix(path), "\(length): \(line)")
            }
        }
    }

    /// A flipped byte of an array is found wherever it is: HDF5 alone would return other numbers.
    @Test func damagedArraysAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            let marked: [Float] = [1234.5678, 8765.4321, 1111.2222]
            try CheckpointFile.write(Checkpoint(floats: [NamedArray(name: "w", values: marked)]), to: path)
            let bytes = try InputFile.read(path)
            let pattern = marked.flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
            }
            let start = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
            for position in start..<start + pattern.count {
                var damaged = bytes
                damaged[position] ^= 1
                try damaged.withUnsafeBytes { try OutputFile.write($0, to: path) }
                #expect(
                    errorLine(.file) { _ = try CheckpointFile.read(path) }
                        == "\(path):/float32/w: is not as it was written. The file is damaged: use an older checkpoint")
            }
        }
    }

    @Test func foreignAndLaterFilesAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("no such file"))
            try "text".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("is not an HDF5 file"))
            try HDF5File.write(to: path) { try $0.write([1.0], to: "x") }
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("not a checkpoint"))
            try HDF5File.write(to: path) { try $0.setAttribute("lacuna_checkpoint", to: .integer(2)) }
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("layout 2, this program reads 1"))
            try HDF5File.write(to: path) { try $0.setAttribute("lacuna_checkpoint", to: .integer(1)) }
            #expect(
                errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("contents: there is no such data set"))
        }
    }

    @Test func changedAttributesAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            // What a checkpoint of step 1 would hold, with another step than its checksum is of.
            try CheckpointFile.write(Checkpoint(attributes: ["step": .integer(1)]), to: path)
            let sum = try HDF5File.read(path) { try $0.attribute("attributes_crc32") }
            try HDF5File.write(to: path) { file in
                try file.write([String](), to: "contents")
                try file.setAttribute("lacuna_checkpoint", to: .integer(1))
                try file.setAttribute("attributes_crc32", to: try #require(sum))
                try file.setAttribute("step", to: .integer(2))
            }
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("attributes are not as they were"))
        }
    }

    @Test func entriesThatAreNotThereAreTold() throws {
        #expect(try checkpoint.floats("layers.0.weight", shape: [2, 3]).values.count == 6)
        #expect(
            try checkpoint.integers("order").values == [.min, -1, .max] && checkpoint.words("stream").values[2] == .max)
        #expect(try checkpoint.text("optimiser") == "adam σ" && checkpoint.integer("step") == 1234)
        #expect(try checkpoint.number("rate") == 0.1)
        #expect(
            errorLine(.file) { _ = try checkpoint.floats("layers.0.wieght") }
                .contains("has no array 'layers.0.wieght' of float32. Did you mean 'layers.0.weight'?"))
        #expect(errorLine(.file) { _ = try checkpoint.doubles("b", shape: [4]) }.contains("is 3, 4 is expected"))
        #expect(
            errorLine(.file) { _ = try checkpoint.text("stepp") }.contains("no attribute 'stepp'. Did you mean 'step'?")
        )
        #expect(errorLine(.file) { _ = try checkpoint.text("step") }.contains("is not one text"))
        #expect(errorLine(.file) { _ = try checkpoint.integer("rate") }.contains("is not one whole number"))
        #expect(errorLine(.file) { _ = try checkpoint.number("optimiser") }.contains("is not one number"))
    }

    @Test func wrongNamesLeaveTheOlderFile() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            try CheckpointFile.write(checkpoint, to: path)
            for name in ["", ".", "a/b", "a\0b"] {
                _ = errorLine(.name) {
                    try CheckpointFile.write(Checkpoint(words: [NamedArray(name: name, values: [1])]), to: path)
                }
            }
            let array = NamedArray(name: "a", values: [Float(1)])
            let twice = Checkpoint(floats: [array, array])
            #expect(errorLine(.name) { try CheckpointFile.write(twice, to: path) }.contains("are called 'a'"))
            _ = errorLine(.name) {
                try CheckpointFile.write(Checkpoint(attributes: ["lacuna_checkpoint": .integer(3)]), to: path)
            }
            _ = errorLine(.value) {
                try CheckpointFile.write(Checkpoint(attributes: ["a": .text("b\0c")]), to: path)
            }
            expectEqual(try CheckpointFile.read(path), checkpoint)
            #expect(try contents(of: folder) == ["a.h5"])
        }
    }
}
