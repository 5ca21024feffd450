import Foundation
import LacunaArrays
import LacunaIO
import LacunaScenarios
import LacunaStructure
import LacunaTestSupport
import Testing

@testable import LacunaCLI

/// `lacuna project` on files as users have them.
@Suite struct ProjectTests {
    private func project(_ arguments: String...) async -> Ended {
        await run(["project"] + arguments, catalogue: .standard)
    }

    private func write<Element: HDF5Element>(_ matrix: Matrix<Element>, to path: String, as name: String = "A") throws {
        try HDF5File.write(to: path) { file in
            try file.write(Tensor(dimensions: matrix.shape, storage: matrix.transposed.storage), to: name)
        }
    }

    private func number(_ name: String, in path: String) throws -> Double {
        try #require(try HDF5File.read(path) { try $0.attribute(name)?.asNumber })
    }

    @Test func monarchMatricesComeBack() async throws {
        try await withTemporaryFolder { folder in
            var stream = RandomStream(key: 1)
            let layout = try MonarchLayout(size: 16, blockSize: 4)
            let factors = try MonarchFactors<Complex<Double>>(
                layout: layout, left: Tensor(dimensions: layout.leftDimensions, storage: stream.vector(64)),
                right: Tensor(dimensions: layout.rightDimensions, storage: stream.vector(64)))
            let (input, output) = (folder + "/a.h5", folder + "/out.h5")
            try write(factors.dense(), to: input)
            let ended = await project(input, "--structure", "monarch", "-o", output)
            #expect(ended.status == .success && ended.errors.isEmpty, "\(ended.errors)")
            #expect(ended.output.contains("monarch (blocks of 4, rank 1)") && ended.output.contains("low-rank"))
            #expect(try number("relative_error", in: output) < 1e-14)
            #expect(try number("parameter_count", in: output) == 128 && number("block_size", in: output) == 4)
            let read = try HDF5File.read(output) { file in
                try MonarchFactors(
                    layout: layout, left: file.read(Complex<Double>.self, from: "left"),
                    right: file.read(Complex<Double>.self, from: "right"))
            }
            #expect(relativeDistance(read.dense(), factors.dense()) < 1e-14)
        }
    }

    @Test func everyStructureMultipliesToTheErrorItStates() async throws {
        try await withTemporaryFolder { folder in
            var stream = RandomStream(key: 2)
            let matrix: Matrix<Float> = stream.matrix(9, 12)
            let wide = Matrix(rows: 9, columns: 12, storage: matrix.storage.map(Double.init))
            let (input, output) = (folder + "/a.h5", folder + "/out.h5")
            try write(matrix, to: input, as: "weights")

            for settings in [["low-rank"], ["low-rank", "--rank", "3"], ["sparse"], ["sparse", "--block", "3"]] {
                let ended = await run(
                    ["project", input, "--alone", "-o", output, "--structure"] + settings, catalogue: .standard)
                #expect(ended.status == .success, "\(ended.errors)")
                let dense = try HDF5File.read(output) { file -> Matrix<Double> in
                    if settings[0] == "sparse" {
                        let values = try file.read(Double.self, from: "values").storage
                        let columns = try file.read(Int64.self, from: "columns").storage.map(Int.init)
                        let starts = try file.read(Int64.self, from: "row_starts").storage.map(Int.init)
                        var dense = Matrix<Double>(repeating: 0, rows: 9, columns: 12)
                        for row in 0..<9 {
                            for place in starts[row]..<starts[row + 1] { dense[row, columns[place]] = values[place] }
                        }
                        return dense
                    }
                    let left = try file.read(Double.self, from: "left"),
                        right = try file.read(Double.self, from: "right")
                    return Matrix(rows: 9, columns: 12) { row, column in
                        (0..<left.dimensions[1]).reduce(0) { $0 + left[row, $1] * right[column, $1] }
                    }
                }
                let stated = try number("relative_error", in: output)
                #expect(stated > 0.1 && stated < 1)
                #expect(abs(relativeFrobeniusError(of: dense, against: wide) - stated) < 1e-12)
            }
        }
    }

    @Test func jsonHasTheOthers() async throws {
        try await withTemporaryFolder { folder in
            var stream = RandomStream(key: 3)
            try write(stream.matrix(6, 6, of: Double.self), to: folder + "/a.h5")
            let ended = await project(
                folder + "/a.h5", "--dataset", "A", "--structure", "low-rank", "--rank", "2", "-o", folder + "/o.h5",
                "--json")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
            #expect(report["rank"] as? Int == 2 && report["parameter_count"] as? Int == 24)
            let others = try #require(report["others"] as? [[String: Any]])
            #expect(
                others.compactMap { $0["structure"] as? String }.sorted() == [
                    "block-sparse", "kronecker", "monarch", "sparse",
                ])
            // Six rows are no multiple of four.
            let blocks = try #require(others.first { $0["structure"] as? String == "block-sparse" })
            #expect(blocks["relative_error"] == nil && (blocks["reason"] as? String)?.contains("multiple of 4") == true)
        }
    }

    @Test func reversedDimensionsAreReadOnRequest() async throws {
        try await withTemporaryFolder { folder in
            var stream = RandomStream(key: 4)
            try write(stream.matrix(3, 5, of: Double.self), to: folder + "/a.h5")
            let ended = await project(
                folder + "/a.h5", "--structure", "sparse", "--order", "matlab", "-o", folder + "/o.h5")
            #expect(ended.status == .success && ended.output.contains("5×3"))
        }
    }

    @Test func badInputIsOneLine() async throws {
        try await withTemporaryFolder { folder in
            var stream = RandomStream(key: 5)
            let matrix: Matrix<Double> = stream.matrix(4, 6)
            let input = folder + "/a.h5", two = folder + "/two.h5", nan = folder + "/nan.h5", list = folder + "/list.h5"
            try write(matrix, to: input)
            try HDF5File.write(to: two) { file in
                try file.write([1.0, 2], to: "A")
                try file.write([1.0, 2], to: "B")
            }
            try write(Matrix(rows: 1, columns: 2, storage: [1, .nan]), to: nan)
            try HDF5File.write(to: list) { try $0.write([1.0, 2], to: "A") }
            let output = folder + "/out.h5"
            let cases: [(arguments: [String], status: CommandStatus, text: String)] = [
                ([folder + "/none.h5", "--structure", "monarch", "-o", output], .usage, "none.h5"),
                ([two, "--structure", "monarch", "-o", output], .usage, "--dataset NAME"),
                ([input, "--dataset", "B", "--structure", "monarch", "-o", output], .usage, "holds A"),
                ([nan, "--structure", "sparse", "-o", output], .usage, "not finite"),
                ([list, "--structure", "sparse", "-o", output], .usage, "a matrix is expected"),
                ([input, "--structure", "butterfly", "-o", output], .usage, "butterfly"),
                ([input, "--structure", "low-rank", "--rank", "5", "-o", output], .usage, "--rank"),
                ([input, "--structure", "monarch", "--block", "7", "-o", output], .usage, "--block"),
                ([input, "--structure", "monarch", "--rank", "3", "-o", output], .usage, "--rank"),
                ([input, "--structure", "monarch", "--block", "0", "-o", output], .usage, "--block"),
                ([input, "--structure", "low-rank", "--block", "2", "-o", output], .usage, "--block"),
                ([input, "--structure", "monarch", "-o", input], .usage, "would be lost"),
                ([input, "--structure", "monarch", "-o", folder + "/no/out.h5"], .environment, "folder"),
            ]
            for (arguments, status, text) in cases {
                let ended = await run(["project"] + arguments, catalogue: .standard)
                #expect(ended.status == status && ended.errors.contains(text), "\(arguments): \(ended.errors)")
                #expect(ended.output.isEmpty && !FileManager.default.fileExists(atPath: output))
            }
        }
    }
}
