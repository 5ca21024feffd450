import Dispatch

/// Runs body(0, n), …, body(n - 1, n) on n = `threads` threads, and returns when all are done; one body runs on the
/// caller's. Fewer than one thread are one. The bodies must not write to the same memory.
public func concurrently(_ threads: Int, _ body: (_ part: Int, _ count: Int) -> Void) {
    let count = max(threads, 1)
    guard count > 1 else { return body(0, 1) }
    // All bodies end before this returns and, by contract, write to memory of their own: sharing them is safe.
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let work = body
        DispatchQueue.concurrentPerform(iterations: count) { work($0, count) }
    }
}

extension Range<Int> {
    /// Part `index` of `count` nearly equal parts whose borders are multiples of `multiple` away from the beginning.
    public func part(_ index: Int, of count: Int, multiple: Int = 1) -> Range<Int> {
        let units = (self.count + multiple - 1) / multiple
        func border(_ part: Int) -> Int { Swift.min(lowerBound + units * part / count * multiple, upperBound) }
        return border(index)..<border(index + 1)
    }
}
