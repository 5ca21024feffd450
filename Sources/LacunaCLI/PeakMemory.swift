import Foundation

/// Peak resident memory of this process, as the kernel counts it.
enum PeakMemory {
    /// Starts the peak afresh at what is resident now; freed memory that the allocator keeps is.
    static func reset() {
        // proc(5): 5 resets the high water mark. Where that is refused the peak is an upper bound.
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    /// VmHWM; nil where the kernel does not tell.
    static var bytes: Int? {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count >= 2 ? Int(words[1]).map { $0 * 1024 } : nil
    }
}
