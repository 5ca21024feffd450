import Foundation

/// What this machine is, as far as results and speed depend on it.
enum Machine {
    static var cpu: String { field("model name") ?? "unknown processor" }

    /// Vector instructions that the kernels may use.
    static var vectorExtensions: [String] {
        let flags = Set((field("flags") ?? "").split(separator: " ").map(String.init))
        return [("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512")].filter { flags.contains($0.0) }.map(\.1)
    }

    static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    private static func field(_ name: String) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
