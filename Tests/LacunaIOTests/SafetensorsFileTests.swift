import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct SafetensorsFileTests {
    private static let references = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Data/references/safetensors").standardizedFileURL.path(percentEncoded: false)

    /// A file of this header and so many bytes of data.
    private func file(_ header: String, data: Int = 0) -> [UInt8] {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        return length + Array(header.utf8) + [UInt8](repeating: 1, count: data)
    }

    private func decodingError(_ bytes: [UInt8]) -> String {
        errorLine(.file) { _ = try SafetensorsFile.decode(bytes, path: "x") }
    }

    private func decodingError(_ header: String, data: Int = 0) -> String { decodingError(file(header, data: data)) }

    @Test func theReferenceImplementationsFileIsRead() throws {
        let file = try SafetensorsFile.read(Self.references + "/python.safetensors")
        #expect(file.metadata == ["format": "np", "note": "made by\npython"])
        #expect(
            file.entries.map(\.name)
                == ["steps", "layer.bias", "empty", "grüße", "layer.weight", "small", "half", "bytes", "mask"])
        #expect(try file.floats("layer.weight", shape: [2, 3]).values == [-0.5, -0.25, 0, 0.25, 0.5, 0.75])
        #expect(try file.doubles("layer.bias").values == [0.1, -1e300, .infinity])
        // 6e-8 in half precision is its smallest number, 2^-24.
        #expect(try file.floats("half").values == [1, -2.5, 65504, 0x1p-24, .infinity])
        #expect(try file.doubles("half").values == [1, -2.5, 65504, 0x1p-24, .infinity])
        #expect(try file.entry("steps").values == .integers([.min, 0, .max]))
        #expect(try file.entry("small", shape: [2, 1]).values == .integers([-1, 7]))
        #expect(try file.entry("bytes").values == .bytes([0, 255]))
        #expect(try file.entry("mask").values == .bytes([1, 0]))
        #expect(try file.floats("grüße").shape == [] && file.floats("grüße").values == [3.5])
        #expect(try file.floats("empty").shape == [0, 4])
    }

    @Test func brainFloatsAreRead() throws {
        let file = try SafetensorsFile.read(Self.references + "/bfloat16.safetensors")
        #expect(try file.floats("brain").values == [1, -3.140625, .infinity, Float(bitPattern: 0x10000)])
    }

    @Test func otherIntegersAreRead() throws {
        let header =
            #"{"a":{"dtype":"I16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[1],"data_offsets":[2,3]},"#
            + #""c":{"dtype":"U32","shape":[1],"data_offsets":[3,7]},"d":{"dtype":"U16","shape":[1],"data_offsets":[7,9]},"#
            + #""e":{"dtype":"U64","shape":[1],"data_offsets":[9,17]}}"#
        let data: [UInt8] = [0xFE, 0xFF, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0x34, 0x12, 5, 0, 0, 0, 0, 0, 0, 0]
        let read = try SafetensorsFile.decode(file(header) + data, path: "x")
        #expect(read.entries.map(\.values) == [-2, -128, 0xFFFF_FFFF, 0x1234, 5].map { .integers([$0]) })
        let large = file(header) + data.dropLast() + [0x80]
        #expect(decodingError(large).hasPrefix("x: e: holds 9223372036854775813, more than"))
    }

    @Test func whatIsWrittenComesBackToTheBit() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/out.safetensors"
            let floats = [
                NamedArray(name: "a \"quoted\"\n", shape: [2, 2], values: [Float.nan, -0, .leastNonzeroMagnitude, 1]),
                NamedArray(name: "", shape: [], values: [Float(bitPattern: 0x7FA0_0001)]),
                NamedArray(name: "none", shape: [3, 0], values: [Float]()),
            ]
            let doubles = [NamedArray(name: "σ", values: [Double.pi, -.infinity, .ulpOfOne])]
            let metadata = ["format": "pt", "empty": ""]
            try SafetensorsFile.write(floats, doubles: doubles, metadata: metadata, to: path)
            let file = try SafetensorsFile.read(path)
            #expect(file.metadata == metadata && Set(file.entries.map(\.name)) == ["σ", "a \"quoted\"\n", "", "none"])
            for array in floats {
                let read = try file.floats(array.name, shape: array.shape)
                #expect(read.values.map(\.bitPattern) == array.values.map(\.bitPattern))
            }
            #expect(try file.doubles("σ") == doubles[0])
            #expect(try contents(of: folder) == ["out.safetensors"])
        }
    }

    /// Every array at a multiple of its element's size, the data at a multiple of 8.
    @Test func arraysAreAligned() throws {
        for length in 1...9 {
            let bytes = try SafetensorsFile.encode(
                [NamedArray(name: String(repeating: "f", count: length), values: [Float(1)])],
                doubles: [NamedArray(name: "d", values: [1, 2])], path: "")
            let header = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
            #expect(header % 8 == 0 && bytes.count == header + 20)
            #expect(bytes[header..<header + 8].elementsEqual([0, 0, 0, 0, 0, 0, 0xF0, 0x3F]))
        }
    }

    @Test(
        .enabled(
            if: Python.canImport("safetensors.numpy"),
            "the safetensors package is not here: pip install safetensors numpy"))
    func theReferenceImplementationReadsOurs() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/ours.safetensors"
            try SafetensorsFile.write(
                [NamedArray(name: "w", shape: [2, 1], values: [1.5, -2])],
                doubles: [NamedArray(name: "grüße", shape: [], values: [0.1])], metadata: ["a": "b\n"], to: path)
            let script = """
                import sys
                from safetensors import safe_open
                with safe_open(sys.argv[1], framework="np") as file:
                    w, g = file.get_tensor("w"), file.get_tensor("grüße")
                    print(w.dtype, w.tolist(), g.dtype, g.tolist(), file.metadata())
                """
            #expect(try Python.run(script, path) == "float32 [[1.5], [-2.0]] float64 0.1 {'a': 'b\\n'}\n")
        }
    }

    @Test func everyTruncationIsTold() throws {
        let bytes = try SafetensorsFile.encode(
            [NamedArray(name: "w", values: [1, 2, 3])], doubles: [NamedArray(name: "d", values: [1])], path: "")
        _ = try SafetensorsFile.decode(bytes, path: "x")
        for length in 0..<bytes.count {
            let line = decodingError(Array(bytes[..<length]))
            #expect(
                line.contains("cut short") || line.contains("\(bytes.count - length) missing")
                    || line.contains("x: d: ends"))
        }
        #expect(decodingError(bytes + [0]).contains("(1 too many)"))
    }

    @Test func wrongHeadersAreTold() {
        let entry = #""w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
        #expect(
            decodingError([UInt8](repeating: 0xFF, count: 9)).contains("not a safetensors file: it states a header of"))
        #expect(decodingError("{\0\"\0").contains("not UTF-8 text"))
        #expect(decodingError("[]").contains("does not begin with '{'"))
        #expect(decodingError("").contains("does not begin with '{'"))
        #expect(decodingError("{\"w\":").contains("not valid JSON"))
        #expect(decodingError("{\(entry)").contains("not valid JSON"))
        #expect(decodingError("{\(entry),\(entry)}", data: 8).contains("the name 'w' occurs twice"))
        // The same name, spelt with an escape.
        #expect(
            decodingError(#"{"# + entry + #","\u0077":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, data: 8)
                .contains("'w' occurs twice"))
        #expect(
            decodingError(#"{"w":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,8]}}"#, data: 8).contains(
                "'shape' occurs twice"))
        #expect(decodingError(#"{"w":{"dtype":"F32","shape":[2]}}"#).contains("w has no 'data_offsets'"))
        #expect(decodingError(#"{"w":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}"#).contains("w.dtype"))
        #expect(decodingError(#"{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#).contains("wrong header"))
        #expect(decodingError(#"{"__metadata__":{"a":1}}"#).contains("__metadata__.a"))
    }

    @Test func wrongArraysAreTold() {
        func line(_ shape: String, _ offsets: String, type: String = "F32", data: Int = 8) -> String {
            decodingError(#"{"w":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#, data: data)
        }
        #expect(
            line("[8]", "[0,8]", type: "F8_E4M3").hasPrefix(
                "x: w: is of type 'F8_E4M3', which is not read. Read are F64"))
        #expect(line("[3]", "[0,8]") == "x: w: has 8 bytes, its shape 3 of F32 takes 12")
        #expect(line("[2]", "[0,8]", data: 7).contains("ends at byte 8 of the data, the file has 7 (1 missing)"))
        #expect(line("[1]", "[0,4]").contains("has 8 bytes of data, its arrays take 4 (4 too many)"))
        #expect(line("[1]", "[4,8]").contains("begins at byte 4 of the data, 0 is expected"))
        #expect(line("[2]", "[8,0]").contains("data_offsets [8, 0]"))
        #expect(line("[2]", "[-8,0]").contains("data_offsets [-8, 0]"))
        #expect(line("[2]", "[0,8,9]").contains("data_offsets [0, 8, 9]"))
        #expect(line("[-2]", "[0,8]").contains("impossible shape -2"))
        #expect(line("[4294967296,4294967296]", "[0,8]").contains("impossible shape"))
        let overlap =
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]}}"#
        #expect(decodingError(overlap, data: 8).hasPrefix("x: b: begins at byte 2 of the data, 4 is expected"))
    }

    @Test func arraysThatAreNotThereAreTold() throws {
        let file = try SafetensorsFile.read(Self.references + "/python.safetensors")
        #expect(errorLine(.file) { _ = try file.floats("layer.wieght") }.contains("Did you mean 'layer.weight'?"))
        #expect(
            errorLine(.file) { _ = try file.floats("layer.weight", shape: [3, 2]) }.contains("is 2×3, 3×2 is expected"))
        #expect(errorLine(.file) { _ = try file.floats("layer.bias") }.contains("is of type F64, F32, F16 or BF16"))
        #expect(errorLine(.file) { _ = try file.doubles("steps") }.contains("is of type I64"))
    }

    @Test func wrongNamesAreNotWritten() throws {
        try withTemporaryFolder { folder throws in
            let array = NamedArray(name: "a", values: [Float(1)])
            let path = folder + "/out"
            #expect(
                errorLine(.name) { try SafetensorsFile.write([array, array], to: path) }.contains("are called 'a'"))
            let reserved = NamedArray(name: "__metadata__", values: [Float(1)])
            _ = errorLine(.name) { try SafetensorsFile.write([reserved], to: path) }
            #expect(try contents(of: folder).isEmpty)
        }
    }
}
