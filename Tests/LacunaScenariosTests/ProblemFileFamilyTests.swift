import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO
import LacunaScenarios
import Testing

@Suite struct ProblemFileFamilyTests {
    private func measurements(_ path: String, order: String? = nil) throws -> [Double] {
        let family = try #require(Catalogue.standard.family("problem-file"))
        var given: [String: ParameterValue] = ["path": .text(path)]
        if let order { given["order"] = .text(order) }
        let parameters = try ParameterValues(given, declarations: family.parameters, owner: "problem")
        let drawn = try family.draw(parameters, randomness: Randomness(seed: 1, trial: 0))
        guard case .real(let model)? = (drawn.problem as? LinearProblem)?.model else { return [] }
        return model.measurements
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "lacuna-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func write(_ y: [Double], _ path: String) throws {
        try HDF5File.write(to: path) { file in
            try file.write(y, to: "y")
            try file.write(Tensor(dimensions: [2, 3], storage: [1.0, 2, 3, 4, 5, 6]), to: "A")
        }
    }

    @Test func aFileIsReadOnceUntilItChanges() throws {
        try withFolder { folder in
            let path = folder + "/p.h5"
            // Another content that the folder's listing does not show is not looked at.
            let date = Date(timeIntervalSince1970: 1_700_000_000)
            for y in [[1.0, 2], [3, 4]] {
                try write(y, path)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
                #expect(try measurements(path) == [1, 2])
            }
            try FileManager.default.setAttributes([.modificationDate: date + 10], ofItemAtPath: path)
            #expect(try measurements(path) == [3, 4])
        }
    }

    @Test func theOrderOfSquareSnapshotsIsSaid() throws {
        try withFolder { folder in
            let path = folder + "/p.h5"
            let square = Tensor(dimensions: [2, 2], storage: [1.0, 2, 3, 4])
            try HDF5File.write(to: path) { file in
                try file.write(square, to: "y")
                try file.write(square, to: "A")
            }
            #expect(throws: LacunaError.self) { try measurements(path) }
            #expect(try measurements(path, order: "h5py") == [1, 3])
            #expect(try measurements(path, order: "matlab") == [1, 2])
        }
    }
}
