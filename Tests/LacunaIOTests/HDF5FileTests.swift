import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct HDF5FileTests {
    @Test func everyTypeReadsBackAsWritten() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/all.h5"
            let doubles = Tensor(dimensions: [2, 3], storage: [1, -0.1, .infinity, .leastNonzeroMagnitude, 1e300, 0])
            let complex = [Complex<Double>(1, -2), Complex(0.5, 1e-9)]
            let text = ["", "grüße", "a,\"b\"\nc", String(repeating: "x", count: 1000)]
            try HDF5File.write(to: path) { file throws in
                try file.write(doubles, to: "group/inner/doubles")
                try file.write([Float(1.5), -2], to: "floats")
                try file.write([Int64.min, 0, .max], to: "integers")
                try file.write([UInt8(0), 255], to: "bytes")
                try file.write(complex, to: "complex")
                try file.write(text, to: "text")
                try file.write(2.5, to: "scalar")
                try file.write([Double](), to: "empty")
            }
            try HDF5File.read(path) { file throws in
                #expect(try file.read(Double.self, from: "group/inner/doubles") == doubles)
                #expect(try file.read(Float.self, from: "floats").storage == [1.5, -2])
                #expect(try file.read(Int64.self, from: "integers").storage == [.min, 0, .max])
                #expect(try file.read(UInt8.self, from: "bytes").storage == [0, 255])
                #expect(try file.read(Complex<Double>.self, from: "complex").storage == complex)
                #expect(try file.readText(from: "text").storage == text)
                #expect(try file.read(Double.self, from: "scalar") == Tensor(dimensions: [], storage: [2.5]))
                #expect(try file.read(Double.self, from: "empty").dimensions == [0])
                #expect(
                    try file.names() == ["bytes", "complex", "empty", "floats", "group", "integers", "scalar", "text"])
                #expect(try file.names(in: "group") == ["inner"])
                #expect(try file.isGroup("group") && !file.isGroup("text"))
                #expect(try file.contains("group/inner/doubles") && !file.contains("group/other/doubles"))
                #expect(try file.kind(of: "complex") == .complex(real: "r", imaginary: "i"))
                #expect(try file.shape(of: "group/inner/doubles") == [2, 3])
            }
        }
    }

    @Test func largeArraysAreCompressedWithoutLoss() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/large.h5"
            let values = (0..<300_000).map { Double($0 % 7) }
            try HDF5File.write(to: path) { try $0.write(Tensor(dimensions: [3, 100_000], storage: values), to: "x") }
            #expect(try HDF5File.read(path) { try $0.read(Double.self, from: "x").storage } == values)
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(try #require(size) < values.count)
        }
    }

    @Test(arguments: [[], [4095], [4096], [5, 1 << 20], [1, 1, 1 << 22]])
    func chunksAreSmallAndWithinTheArray(dimensions: [Int]) throws {
        let chunk = HDF5File.chunk(for: dimensions)
        #expect((chunk == nil) == (dimensions.reduce(1, *) < 4096))
        for (part, whole) in zip(chunk ?? [], dimensions) { #expect(part >= 1 && part <= whole) }
        #expect((chunk ?? []).reduce(1, *) <= 1 << 17)
    }

    @Test func attributesReadBackAndReplace() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/attributes.h5"
            let values: [String: HDF5Attribute] = [
                "text": .text("noise σ²"), "integer": .integer(-3), "number": .number(0.1), "texts": .texts(["a", ""]),
                "integers": .integers([1, 2]), "numbers": .numbers([0.5, .infinity]),
            ]
            try HDF5File.write(to: path) { file throws in
                try file.write([1.0], to: "x")
                for object in ["/", "x"] {
                    for (name, value) in values { try file.setAttribute(name, of: object, to: value) }
                }
                try file.setAttribute("text", to: .text("old"))
                try file.setAttribute("text", to: .text("noise σ²"))
            }
            try HDF5File.read(path) { file throws in
                for object in ["/", "x"] {
                    #expect(try file.attributeNames(of: object) == values.keys.sorted())
                    for (name, value) in values { #expect(try file.attribute(name, of: object) == value) }
                }
                #expect(try file.attribute("absent") == nil)
            }
        }
    }

    @Test func sameContentIsSameBytes() throws {
        try withTemporaryFolder { folder throws in
            let files = try ["a", "b"].map { name in
                let path = folder + "/\(name).h5"
                try HDF5File.write(to: path) { file throws in
                    try file.write([1.0, 2], to: "x")
                    try file.setAttribute("note", of: "x", to: .text("n"))
                }
                return try Data(contentsOf: URL(fileURLWithPath: path))
            }
            #expect(files[0] == files[1])
        }
    }

    @Test func scalesNameTheAxes() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/scales.h5"
            try HDF5File.write(to: path) { file throws in
                try file.write([0.0, 10], to: "g/snr_db")
                try file.write(["omp", "sbl", "ls"], to: "g/algorithm")
                try file.write(Tensor(dimensions: [2, 3], storage: [1.0, 2, 3, 4, 5, 6]), to: "g/nmse")
                try file.write([1.0], to: "bare")
                for name in ["snr_db", "algorithm"] { try file.makeScale("g/\(name)", axis: name) }
                try file.attachScales(["g/snr_db", "g/algorithm"], to: "g/nmse")
                let swapped = errorLine(.shape) { try file.attachScales(["g/algorithm", "g/snr_db"], to: "g/nmse") }
                #expect(swapped.contains("g/algorithm") && swapped.contains("3") && swapped.contains("2"))
            }
            #expect(try HDF5File.read(path) { try $0.scales(of: "g/nmse") } == ["/g/snr_db", "/g/algorithm"])
            #expect(try HDF5File.read(path) { try $0.scales(of: "bare") } == [nil])
        }
    }

    @Test func wrongTypesAreNamed() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/types.h5"
            try HDF5File.write(to: path) { file throws in
                try file.write(["one"], to: "text")
                try file.write([1.5], to: "reals")
                try file.write([Complex<Double>(1, 2)], to: "complex")
                let taken = errorLine(.name) { try file.write([1.0], to: "text") }
                #expect(taken.contains("types.h5:/text"))
            }
            try HDF5File.read(path) { file throws in
                let lines = [
                    errorLine(.file) { _ = try file.read(Double.self, from: "text") },
                    errorLine(.file) { _ = try file.read(Int64.self, from: "reals") },
                    errorLine(.file) { _ = try file.read(Double.self, from: "complex") },
                    errorLine(.file) { _ = try file.readText(from: "reals") },
                    errorLine(.file) { _ = try file.read(Complex<Double>.self, from: "reals") },
                    errorLine(.file) { _ = try file.read(Double.self, from: "absent") },
                    errorLine(.file) { _ = try file.names(in: "reals") },
                ]
                let expected = [
                    "types.h5:/text: holds text, real numbers are expected",
                    "types.h5:/reals: holds real numbers, whole numbers are expected",
                    "types.h5:/complex: holds complex numbers, real numbers are expected",
                    "types.h5:/reals: holds real numbers, text is expected",
                    "types.h5:/reals: holds real numbers, complex numbers are expected",
                    "types.h5:/absent: there is no such data set",
                    "types.h5:/reals: is not a group",
                ]
                for (line, end) in zip(lines, expected) { #expect(line.hasSuffix(end), "\(line)") }
            }
        }
    }

    @Test func unreadableFilesAreNamed() throws {
        try withTemporaryFolder { folder throws in
            func line(_ name: String, _ bytes: Data?) throws -> String {
                let path = folder + "/" + name
                try bytes?.write(to: URL(fileURLWithPath: path))
                return errorLine(.file) { try HDF5File.read(path) { _ in } }
            }
            #expect(try line("absent.h5", nil).contains("no such file"))
            #expect(try line("empty.h5", Data()).contains("is empty"))
            #expect(try line("text.h5", Data("y = 1, and more".utf8)).contains("not an HDF5 file"))
            #expect(try line("old.mat", Data("MATLAB 5.0 MAT-file, Platform: GLNXA64".utf8)).contains("-v7.3"))
            #expect(errorLine(.file) { try HDF5File.read(folder) { _ in } }.contains("not a file"))
        }
    }

    /// Cut at any length, a file is an error or, where only padding is lost, still whole; it never stops the program.
    @Test func truncatedFilesAreNamed() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/whole.h5"
            try HDF5File.write(to: path) { file throws in
                try file.write((0..<500).map(Double.init), to: "group/x")
                try file.write(["text"], to: "text")
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var failures = 0
            for count in stride(from: 1, to: whole.count, by: 97) {
                let cut = folder + "/cut.h5"
                try whole.prefix(count).write(to: URL(fileURLWithPath: cut))
                do {
                    try HDF5File.read(cut) { file throws in
                        _ = try file.read(Double.self, from: "group/x")
                        _ = try file.readText(from: "text")
                    }
                } catch let error as LacunaError {
                    failures += 1
                    #expect(error.kind == .file && error.description.contains("cut.h5"))
                }
            }
            #expect(failures > 10)
        }
    }

    @Test func failureInTheBodyLeavesNothing() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/none.h5"
            _ = errorLine(.value) {
                try HDF5File.write(to: path) { file throws in
                    try file.write([1.0], to: "x")
                    throw LacunaError(.value, "x", "stop")
                }
            }
            #expect(try contents(of: folder).isEmpty)
        }
    }

    @Test func filesAreUsedFromManyThreads() async throws {
        let sums = try await withThrowingTaskGroup(of: Double.self) { group in
            for task in 0..<8 {
                group.addTask {
                    try withTemporaryFolder { folder throws in
                        for round in 0..<20 {
                            let path = folder + "/\(round).h5"
                            try HDF5File.write(to: path) { try $0.write([Double(task), Double(round)], to: "x") }
                        }
                        return try (0..<20).reduce(0) { sum, round in
                            try HDF5File.read(folder + "/\(round).h5") { file throws in
                                try file.read(Double.self, from: "x").storage.reduce(sum, +)
                            }
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let expected = (0..<8).map { task in Double(20 * task + 190) }
        #expect(sums.sorted() == expected)
    }
}
