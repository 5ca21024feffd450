import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct OutputFileTests {
    @Test func replacesWholeFiles() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/a.txt"
            try OutputFile.write("first, longer", to: path)
            try OutputFile.write("grüße", to: path)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "grüße")
            #expect(try contents(of: folder) == ["a.txt"])
        }
    }

    @Test func fullDeviceIsAnError() {
        let line = errorLine(.environment) { try OutputFile.write("text", to: "/dev/full") }
        #expect(line.contains("/dev/full") && line.contains("no space left on device"))
        let hdf5 = errorLine(.environment) { try HDF5File.write(to: "/dev/full") { try $0.write([1.0], to: "x") } }
        #expect(hdf5.contains("no space left on device"))
        #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    }

    @Test func foldersThatCannotTakeTheFileAreNamed() throws {
        try withTemporaryFolder { folder throws in
            #expect(errorLine(.environment) { try OutputFile.write("t", to: folder) }.contains("is a folder"))
            let absent = folder + "/absent/a.txt"
            for body in [{ try OutputFile.write("t", to: absent) }, { try OutputFile.checkWritable(absent) }] {
                #expect(errorLine(.environment, body).contains("folder \(folder)/absent: no such file"))
            }
            #expect(try contents(of: folder).isEmpty)
            try OutputFile.checkWritable(folder + "/a.txt")
        }
    }

    /// `ulimit -f`: without care the system would end the process with a signal.
    @Test func fileSizeLimitIsAnError() async {
        await #expect(processExitsWith: .success) {
            try withTemporaryFolder { folder throws in
                var limit = rlimit(rlim_cur: 100, rlim_max: 100)
                #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
                let path = folder + "/a.h5"
                let line = errorLine(.environment) {
                    try HDF5File.write(to: path) { try $0.write([1.0, 2, 3], to: "x") }
                }
                #expect(line.contains("a.h5") && line.contains("limited to 100") && line.contains("ulimit -f"))
                #expect(try contents(of: folder).isEmpty)
            }
        }
    }
}
