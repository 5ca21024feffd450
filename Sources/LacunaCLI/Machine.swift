import Foundation

/// What this machine is, as far as results and speed depend on it.
enum Machine {
    /// Vector instructions that the kernels may use.
    static var vectorExtensions: [String] {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        let flags = Set(line.split(separator: " ").map(String.init))
        return [("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512")].filter { flags.contains($0.0) }.map(\.1)
    }

    static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }
}
