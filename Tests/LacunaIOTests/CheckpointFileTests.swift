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
            "step": .integer(1234), "rate": .number(0.1), "optimiser": .text("adam σ"), "folder": .text(#"C:\0"#),
            "rates": .numbers([0.1, -0.0]),
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

    private func write(_ bytes: [UInt8], to path: String) throws {
        try bytes.withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    @Test func truncationsAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            try CheckpointFile.write(checkpoint, to: path)
            let bytes = try InputFile.read(path)
            for length in Array(stride(from: 0, to: bytes.count, by: 97)) + [1, 15, 16, 17]
                + (bytes.count - 20..<bytes.count)
            {
                try write(Array(bytes[..<length]), to: path)
                let line = errorLine(.file) { _ = try CheckpointFile.read(path) }
                #expect(line.hasPrefix("\(path): is not a whole checkpoint"), "\(length): \(line)")
            }
            try write(bytes + [0], to: path)
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("is not a whole checkpoint"))
        }
    }

    /// A flipped bit is found wherever it is: HDF5 alone would return other numbers, or return never.
    @Test func damageIsTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            try CheckpointFile.write(checkpoint, to: path)
            let bytes = try InputFile.read(path)
            for position in Array(stride(from: 0, to: bytes.count, by: 97)) + (bytes.count - 20..<bytes.count) {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(position % 8)
                try write(damaged, to: path)
                let line = errorLine(.file) { _ = try CheckpointFile.read(path) }
                #expect(line.contains(position >= bytes.count - 16 && position < bytes.count - 8 ? "whole" : "damaged"))
            }
        }
    }

    @Test func foreignFilesAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("No such file"))
            try "text".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("is not a whole checkpoint"))
            try HDF5File.write(to: path) { try $0.write([1.0], to: "x") }
            #expect(errorLine(.file) { _ = try CheckpointFile.read(path) }.contains("is not a whole checkpoint"))
        }
    }

    /// Whole files whose contents are not those of this layout.
    @Test func laterAndIncompleteFilesAreTold() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            func line(_ body: (HDF5File) throws -> Void) throws -> String {
                let bytes = try HDF5File.image(of: path, body)
                let digits = String(format: "%08x", bytes.withUnsafeBytes { crc32(of: $0) })
                try write(bytes + Array("LACUNAck\(digits)".utf8), to: path)
                return errorLine(.file) { _ = try CheckpointFile.read(path) }
            }
            func version(_ number: Int64, of file: HDF5File) throws {
                try file.setAttribute("lacuna_checkpoint", to: .integer(number))
            }
            #expect(try line { try version(2, of: $0) }.contains("layout 2, this program reads 1"))
            #expect(try line { try $0.write([1.0], to: "x") }.contains("layout unknown, this program reads 1"))
            #expect(try line { try version(1, of: $0) }.contains("contents: there is no such data set"))
            for (name, expected) in [
                ("float32/a", "float32/a: there is no such"), ("other/a", "unknown type"), ("", "unknown type"),
                ("float32", "unknown type"), ("float32/", "unknown type"),
            ] {
                let found = try line { file in
                    try version(1, of: file)
                    try file.write([name], to: "contents")
                }
                #expect(found.contains(expected), "\(found)")
            }
        }
    }

    @Test(.enabled(if: Python.canImport("h5py"), "python3 with h5py is not installed"))
    func h5pyReadsIt() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.h5"
            try CheckpointFile.write(checkpoint, to: path)
            let script = """
                import h5py, sys
                with h5py.File(sys.argv[1]) as file:
                    print(file["float32/layers.0.weight"].shape, file["uint64/stream"][2], file.attrs["optimiser"])
                """
            #expect(try Python.run(script, path) == "(2, 3) 18446744073709551615 adam σ\n")
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
