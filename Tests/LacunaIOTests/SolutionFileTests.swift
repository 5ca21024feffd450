import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaSolvers
import Testing

@testable import LacunaIO

@Suite struct SolutionFileTests {
    private func snapshot(_ shift: Double) -> SolutionFile<Complex<Double>>.Snapshot {
        .init(
            x: [Complex(shift, 1), Complex(0, shift)], variance: [0.1, shift], gammas: [[1], [shift, 2]],
            iterations: 19,
            stopReason: .converged, noiseVariance: 0.5, seconds: 0.25, nmse: shift)
    }

    @Test func oneSnapshotHasVectorsAndNumbers() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/x.h5"
            let options: [(name: String, value: ParameterValue)] = [
                ("prune", .list([.number(0.01), .number(0.1)])), ("tolerance", .number(1e-4)),
                ("preset", .text("a\"b")),
                ("learn_noise", .flag(false)),
            ]
            try SolutionFile(method: "svd-krosbl", options: options, snapshots: [snapshot(3)]).write(to: path)
            try HDF5File.read(path) { file throws in
                #expect(try file.names() == ["gamma1", "gamma2", "variance", "x"])
                #expect(try file.read(Complex<Double>.self, from: "x").storage == [Complex(3, 1), Complex(0, 3)])
                #expect(try file.read(Double.self, from: "gamma2").storage == [3, 2])
                #expect(try file.attribute("method") == .text("svd-krosbl"))
                #expect(
                    try file.attribute("options")
                        == .text(
                            #"{"prune": [0.01, 0.1], "tolerance": 0.0001, "preset": "a\"b", "learn_noise": false}"#))
                #expect(try file.attribute("iterations") == .integer(19))
                #expect(try file.attribute("stop_reason") == .text("converged"))
                #expect(try file.attribute("noise_variance") == .number(0.5))
                #expect(try file.attribute("nmse") == .number(3))
                #expect(try file.attribute("support_recovery") == nil)
            }
        }
    }

    @Test func snapshotsAddADimension() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/x.h5"
            try SolutionFile(method: "omp", options: [], snapshots: [snapshot(3), snapshot(4), snapshot(5)]).write(
                to: path)
            try HDF5File.read(path) { file throws in
                let variance = try file.read(Double.self, from: "variance")
                #expect(variance == Tensor(dimensions: [2, 3], storage: [0.1, 0.1, 0.1, 3, 4, 5]))
                #expect(try file.shape(of: "x") == [2, 3] && file.shape(of: "gamma1") == [1, 3])
                #expect(try file.attribute("nmse") == .numbers([3, 4, 5]))
                #expect(try file.attribute("iterations") == .integers([19, 19, 19]))
            }
        }
    }

    @Test func unequalSnapshotsAreRefused() throws {
        try withTemporaryFolder { folder throws in
            var short = snapshot(1)
            short.x = []
            let solution = SolutionFile(method: "omp", options: [], snapshots: [snapshot(3), short])
            #expect(errorLine(.shape) { try solution.write(to: folder + "/x.h5") }.contains("[2, 0]"))
            #expect(try contents(of: folder).isEmpty)
        }
    }
}
