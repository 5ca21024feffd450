import Foundation
import LacunaArrays
import LacunaIO

/// What this machine and this program are, as far as results and speed depend on them.
enum Machine {
    /// Vector instructions that the kernels may use.
    static var vectorExtensions: [String] {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        let flags = Set(line.split(separator: " ").map(String.init))
        return [("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512")].filter { flags.contains($0.0) }.map(\.1)
    }

    static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// CPU and BLAS kernel: numbers are bit-identical where both are equal.
    static var numerics: String { "\(Provenance.cpuModel), BLAS core \(blasCoreName)" }

    /// "lacuna 0.1.0, executable 0123456789abcdef". The commit that is checked out would not tell a changed file, another
    /// compiler or a debug build.
    static let build = "lacuna \(lacunaVersion), executable \(hash(ofFile: "/proc/self/exe"))"

    /// FNV-1a over the file's 64-bit words; a few bytes at its end are left out.
    private static func hash(ofFile path: String) -> String {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            return "unknown"
        }
        let hash = data.withUnsafeBytes { bytes in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for word in bytes.bindMemory(to: UInt64.self) { hash = (hash ^ word) &* 0x100_0000_01b3 }
            return hash
        }
        return String(format: "%016lx", hash)
    }
}
