import Foundation
import Testing

@testable import LacunaIO

@Suite struct ProvenanceTests {
    @Test func describesTheMachineButDoesNotNameIt() throws {
        let start = Date(timeIntervalSince1970: 1_700_000_000)
        let provenance = Provenance.collect(
            name: "toy", seed: 7, started: start, finished: start + 61, blas: "OpenBLAS", lacunaVersion: "0.1.0",
            command: ["lacuna", "run", "a b.yaml", "--set", "sweep.snr_db=[0,10]", "it's"])
        #expect(provenance.started == "2023-11-14T22:13:20Z" && provenance.finished == "2023-11-14T22:14:21Z")
        #expect(provenance.command == #"lacuna run 'a b.yaml' --set 'sweep.snr_db=[0,10]' 'it'\''s'"#)
        #expect(provenance.hostClass.contains("\(ProcessInfo.processInfo.processorCount) cores"))
        #expect(!provenance.cpu.isEmpty && provenance.versions["hdf5"] != nil)
        var name = [CChar](repeating: 0, count: 256)
        #expect(gethostname(&name, name.count) == 0)
        #expect(!provenance.hostClass.contains(name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }))
    }

    @Test func revisionIsReadFromTheCheckout() throws {
        try withTemporaryFolder { folder throws in
            let git = folder + "/.git"
            let program = folder + "/.build/release/lacuna"
            for path in [git + "/refs/heads", folder + "/.build/release"] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            #expect(Provenance.gitRevision(near: program) == nil)
            try OutputFile.write("ref: refs/heads/main\n", to: git + "/HEAD")
            try OutputFile.write("# pack-refs\n1234 refs/heads/other\nabcd refs/heads/main\n", to: git + "/packed-refs")
            #expect(Provenance.gitRevision(near: program) == "abcd")
            try OutputFile.write("ef01\n", to: git + "/refs/heads/main")
            #expect(Provenance.gitRevision(near: program) == "ef01")
            try OutputFile.write("2345\n", to: git + "/HEAD")
            #expect(Provenance.gitRevision(near: program) == "2345")
        }
    }
}
