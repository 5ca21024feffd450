import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct ProblemFileTests {
    // y of 6 = 2 · 3 measurements, dictionaries 2×4 and 3×5, truth of 20.
    let y = (0..<6).map { Double($0) - 2.5 }
    let first = Tensor(dimensions: [2, 4], storage: (0..<8).map { Double($0) + 0.5 })
    let second = Tensor(dimensions: [3, 5], storage: (0..<15).map { Double($0) - 7.5 })
    let x = (0..<20).map(Double.init)

    private func line(_ write: (HDF5File) throws -> Void) throws -> String {
        try withTemporaryFolder { folder throws in
            let path = folder + "/p.h5"
            try HDF5File.write(to: path, write)
            return errorLine(.file) { _ = try ProblemFile.read(path) }
                .replacingOccurrences(of: folder + "/", with: "")
        }
    }

    private func problem(_ write: (HDF5File) throws -> Void) throws -> ProblemFile {
        try withTemporaryFolder { folder throws in
            try HDF5File.write(to: folder + "/p.h5", write)
            return try ProblemFile.read(folder + "/p.h5")
        }
    }

    private func writeDictionaries(_ file: HDF5File) throws {
        try file.write(first, to: "dictionary/A1")
        try file.write(second, to: "dictionary/A2")
    }

    /// MATLAB's own file of the same array.
    private func reversed<Element>(_ array: Tensor<Element>) -> Tensor<Element> {
        let (rows, columns) = (array.dimensions[0], array.dimensions[1])
        let storage = (0..<rows * columns).map { array.storage[($0 % rows) * columns + $0 / rows] }
        return Tensor(dimensions: [columns, rows], storage: storage)
    }

    private func real(_ file: ProblemFile) throws -> RecordedProblem<Double> {
        guard case .real(let problem) = file.data else {
            throw LacunaError(.value, "problem", "complex, real expected")
        }
        return problem
    }

    private func complex(_ file: ProblemFile) throws -> RecordedProblem<Complex<Double>> {
        guard case .complex(let problem) = file.data else {
            throw LacunaError(.value, "problem", "real, complex expected")
        }
        return problem
    }

    private var expected: RecordedProblem<Double> {
        RecordedProblem(
            snapshots: Matrix(rows: 6, columns: 1, storage: y),
            dictionaries: [
                Matrix(rows: 2, columns: 4) { first[$0, $1] }, Matrix(rows: 3, columns: 5) { second[$0, $1] },
            ],
            noiseVariance: 0.25, truth: Matrix(rows: 20, columns: 1, storage: x))
    }

    @Test func readsAsH5pyWrites() throws {
        let file = try problem { file throws in
            try file.write(y, to: "y")
            try writeDictionaries(file)
            try file.write(0.25, to: "noise_variance")
            try file.write(x, to: "truth/x")
        }
        #expect(try real(file) == expected)
        #expect(file.notes.isEmpty)
    }

    @Test(arguments: [[6, 1], [1, 6]])
    func readsAsMATLABWrites(shape: [Int]) throws {
        let file = try problem { file throws in
            try file.write(Tensor(dimensions: shape, storage: y), to: "y")
            try file.write(reversed(first), to: "dictionary/A1")
            try file.write(reversed(second), to: "dictionary/A2")
            try file.write(Tensor(dimensions: [1, 1], storage: [0.25]), to: "noise_variance")
            try file.write(Tensor(dimensions: [1, 20], storage: x), to: "truth/x")
        }
        #expect(try real(file) == expected)
        #expect(file.notes.count == 1 && file.notes[0].contains("reversed"))
    }

    @Test func squareDictionariesFollowTheMarks() throws {
        let square = Tensor(dimensions: [2, 2], storage: [1.0, 2, 3, 4])
        for isMarked in [false, true] {
            let file = try problem { file throws in
                try file.write([1.0, 2], to: "y")
                try file.write(square, to: "A")
                if isMarked { try file.setAttribute("MATLAB_class", of: "A", to: .text("double")) }
            }
            let matrix = try #require(try real(file).dictionaries.first)
            #expect(matrix == (isMarked ? Matrix([[1, 3], [2, 4]]) : Matrix([[1, 2], [3, 4]])))
            #expect(file.notes.count == 1)
        }
    }

    /// Column vectors and complex numbers as MATLAB writes them are marks as well.
    @Test func squareDictionariesFollowMATLABsSpelling() throws {
        let square = Tensor(dimensions: [2, 2], storage: [1.0, 2, 3, 4])
        let column = try problem { file throws in
            try file.write(Tensor(dimensions: [1, 2], storage: [1.0, 2]), to: "y")
            try file.write(square, to: "A")
        }
        #expect(try real(column).dictionaries == [Matrix([[1, 3], [2, 4]])] && !column.isOrderGuessed)
        let complex = try problem { file throws in
            try file.write([1.0, 2], to: "y")
            let values = Tensor(dimensions: [2, 2], storage: square.storage.map { Complex($0, 1) })
            try file.writeComplex(values, to: "A", fields: ["real", "imag"])
        }
        guard case .complex(let recorded) = complex.data else {
            Issue.record("read as real")
            return
        }
        #expect(recorded.dictionaries.first?[0, 1] == Complex(3, 1) && !complex.isOrderGuessed)
        let plain = try problem { file throws in
            try file.write([1.0, 2], to: "y")
            try file.write(square, to: "A")
        }
        #expect(plain.isOrderGuessed)
    }

    /// Which of rows and columns are the snapshots cannot be guessed.
    @Test func squareSnapshotsWithSquareDictionariesNeedAnOrder() throws {
        let square = Tensor(dimensions: [2, 2], storage: [1.0, 2, 3, 4])
        func write(_ file: HDF5File) throws {
            try file.write(square, to: "y")
            try file.write(square, to: "A")
        }
        let message = try line(write)
        #expect(message.hasPrefix("p.h5:/y: is 2×2 and the dictionaries are square"))
        #expect(message.contains("--order h5py or --order matlab"))
        try withTemporaryFolder { folder throws in
            try HDF5File.write(to: folder + "/p.h5", write)
            let matrices = [ArrayOrder.rowMajor: Matrix([[1.0, 2], [3, 4]]), .reversed: Matrix([[1, 3], [2, 4]])]
            for (order, matrix) in matrices {
                let file = try ProblemFile.read(folder + "/p.h5", order: order)
                #expect(try real(file).snapshots == matrix && real(file).dictionaries == [matrix])
            }
        }
    }

    @Test func anOrderThatDoesNotFitIsAnError() throws {
        try withTemporaryFolder { folder throws in
            try HDF5File.write(to: folder + "/p.h5") { file throws in
                try file.write(y, to: "y")
                try writeDictionaries(file)
            }
            let message = errorLine(.file) { _ = try ProblemFile.read(folder + "/p.h5", order: .reversed) }
            #expect(message.contains("need 20 rows"), "\(message)")
        }
    }

    @Test func severalSnapshotsAreColumns() throws {
        let snapshots = Tensor(dimensions: [6, 2], storage: (0..<12).map(Double.init))
        let columns = Matrix(rows: 6, columns: 2) { snapshots[$0, $1] }
        for isReversed in [false, true] {
            let file = try problem { file throws in
                try file.write(isReversed ? reversed(snapshots) : snapshots, to: "y")
                try file.write(isReversed ? reversed(first) : first, to: "dictionary/A1")
                try file.write(isReversed ? reversed(second) : second, to: "dictionary/A2")
            }
            #expect(try real(file).snapshots == columns)
        }
    }

    /// y real and one dictionary complex, with the field names of MATLAB; all of it becomes complex.
    @Test(arguments: [["r", "i"], ["real", "imag"], ["re", "im"]])
    func complexFieldNamesAreRecognised(names: [String]) throws {
        let values = second.storage.map { Complex($0, -$0) }
        let file = try problem { file throws in
            try file.write(y, to: "y")
            try file.write(first, to: "dictionary/A1")
            try file.writeComplex(Tensor(dimensions: [3, 5], storage: values), to: "dictionary/A2", fields: names)
        }
        let problem = try complex(file)
        #expect(problem.dictionaries[1] == Matrix(rows: 3, columns: 5) { Complex(second[$0, $1], -second[$0, $1]) })
        #expect(problem.dictionaries[0] == Matrix(rows: 2, columns: 4) { Complex(first[$0, $1], 0) })
        #expect(problem.snapshots.storage == y.map { Complex($0, 0) })
    }

    @Test func singleDenseDictionaryIsOneFactor() throws {
        for name in ["dictionary", "A"] {
            let file = try problem { file throws in
                try file.write([1.0, 2, 3], to: "y")
                try file.write(second, to: name)
            }
            #expect(try real(file).dictionaries.map(\.shape) == [[3, 5]])
        }
    }

    @Test func sizesThatFitNeitherOrderAreNamed() throws {
        let line = try line { file throws in
            try file.write([1.0, 2, 3, 4, 5], to: "y")
            try writeDictionaries(file)
        }
        #expect(
            line.hasPrefix(
                "p.h5:/y: is a vector of 5, the dictionaries (dictionary/A1 2×4, dictionary/A2 3×5) need 6 rows"),
            "\(line)")
    }

    @Test func wrongContentIsNamed() throws {
        func line(_ change: @escaping (HDF5File) throws -> Void) throws -> String {
            try self.line { file throws in
                try change(file)
                if try !file.contains("y") { try file.write(y, to: "y") }
                if try !file.contains("dictionary") { try writeDictionaries(file) }
            }
        }
        #expect(
            try line { try $0.write([1.0, 2, .nan, 4, 5, 6], to: "y") }.hasPrefix(
                "p.h5:/y: element 3 of 6 is not finite"))
        #expect(try line { try $0.write(["a"], to: "y") }.hasPrefix("p.h5:/y: holds text, real or complex numbers"))
        #expect(try line { try $0.write(1.0, to: "y") }.hasPrefix("p.h5:/y: is a single number"))
        #expect(try line { try $0.write([Double](), to: "y") }.hasPrefix("p.h5:/y: has no elements"))
        #expect(
            try line {
                try $0.write(
                    Tensor(dimensions: [2, 4], storage: [Double](repeating: 0, count: 8)), to: "dictionary/A1")
            }
            .contains("is all zero"))
        #expect(
            try line { try $0.write(-0.5, to: "noise_variance") }
                .hasPrefix("p.h5:/noise_variance: is -0.5, a positive number is expected. Remove"))
        #expect(
            try line { try $0.write([1.0, 2], to: "noise_variance") }.contains(
                "is a vector of 2, one number is expected"))
        #expect(try line { try $0.write([1.0, 2], to: "truth/x") }.contains("need 20 elements"))
        #expect(try line { try $0.write([1.0, 2], to: "y/value") }.hasPrefix("p.h5:/y: is a group"))
    }

    @Test func missingPartsAreNamed() throws {
        #expect(try line { try writeDictionaries($0) }.hasPrefix("p.h5:/y: is missing; the file holds dictionary"))
        #expect(try line { try $0.write(y, to: "y") }.hasPrefix("p.h5:/dictionary: is missing; the file holds y"))
        #expect(try line { _ in }.hasPrefix("p.h5:/y: is missing; the file holds nothing"))
        let parts = try line { file throws in
            try file.write(y, to: "y_real")
            try file.write(y, to: "y_imag")
        }
        #expect(parts.contains("y_imag and y_real into one data set 'y' of the compound type {r, i}"))
        let gap = try line { file throws in
            try file.write(y, to: "y")
            try file.write(first, to: "dictionary/A1")
            try file.write(second, to: "dictionary/A3")
        }
        #expect(gap.hasPrefix("p.h5:/dictionary: holds A1, A3, A1, A2 are expected"))
    }
}
