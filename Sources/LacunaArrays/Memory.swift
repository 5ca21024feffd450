#if canImport(Glibc)
    import Glibc
#endif

/// Bytes of main memory of this machine; a large number where it cannot be told.
public let physicalMemory: Int = {
    #if canImport(Glibc)
        let pages = sysconf(Int32(_SC_PHYS_PAGES)), size = sysconf(Int32(_SC_PAGESIZE))
        if pages > 0, size > 0 { return pages * size }
    #endif
    return 1 << 46
}()

/// The product of sizes. - Throws: `LacunaError` where it does not fit into a machine word.
public func checkedProduct(_ sizes: [Int], _ place: String) throws -> Int {
    try sizes.reduce(1) { product, size in
        let (result, overflow) = product.multipliedReportingOverflow(by: size)
        guard !overflow else {
            throw LacunaError(.shape, place, "sizes \(describeShape(sizes)) multiply to more than this machine counts")
        }
        return result
    }
}

/// Refuses work that would not fit into main memory, before anything is allocated.
/// - Throws: `LacunaError` with the sizes in GB.
public func requireMemory(elements sizes: [Int], bytesEach: Int, _ place: String) throws {
    let bytes = try checkedProduct(sizes + [bytesEach], place)
    guard bytes <= physicalMemory else {
        throw LacunaError(
            .shape, place,
            "needs about \(bytes >> 30) GB for \(describeShape(sizes)) numbers, this machine has \(physicalMemory >> 30) GB",
            remedy: "Choose smaller sizes or another method.")
    }
}

/// Asks the system to back this memory by large pages: fresh memory of many megabytes is then entered several times faster. A hint, which
/// changes no result.
public func adviseLargePages(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    #if os(Linux) && canImport(Glibc)
        let page = 4096, start = (Int(bitPattern: memory) + page - 1) / page * page
        let length = Int(bitPattern: memory) + byteCount - start
        guard length >= 4 << 20, let first = UnsafeMutableRawPointer(bitPattern: start) else { return }
        _ = madvise(first, length, MADV_HUGEPAGE)
    #endif
}
