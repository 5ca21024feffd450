/// Memory of a workspace: allocated and initialised once, reused by every iteration, freed with its owner.
///
/// Solvers hold their workspaces in buffers rather than arrays, so that a step neither allocates nor copies on write.
/// It starts at a cache line: rows of vectors that cross lines cost sparse products 4 to 10 %. `pointer` is valid while
/// the buffer is held, and the optimiser lets go of it after its last use: that of a temporary, `Buffer(x).pointer`,
/// dangles, and where a pointer is the last use, `defer { withExtendedLifetime(buffer) {} }` holds the buffer until the
/// scope ends. Indices are not checked.
public final class Buffer<Element> {
    public let pointer: UnsafeMutablePointer<Element>
    public let count: Int

    /// `count` elements, all `value`.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public init(repeating value: Element, count: Int) {
        self.count = count
        pointer = Self.allocate(count)
        pointer.initialize(repeating: value, count: count)
    }

    /// A copy of the elements.
    public init(_ elements: [Element]) {
        count = elements.count
        pointer = Self.allocate(count)
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.initialize(from: base, count: source.count) }
        }
    }

    deinit {
        pointer.deinitialize(count: count)
        UnsafeMutableRawPointer(pointer).deallocate()
    }

    /// Room for one element more than is initialised: OpenBLAS (0.3.21) reads one past the end of x in complex A x.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<Element>.stride * (count + 1), alignment: max(64, MemoryLayout<Element>.alignment)
        )
        return memory.bindMemory(to: Element.self, capacity: count)
    }

    @inlinable
    public subscript(index: Int) -> Element {
        // The memory lives as long as the buffer, which the optimiser may end after its last use: that must come after the access.
        get { withExtendedLifetime(self) { pointer[index] } }
        set { withExtendedLifetime(self) { pointer[index] = newValue } }
    }

    /// The first `count` elements as an array.
    public func prefix(_ count: Int) -> [Element] {
        precondition(count <= self.count, "\(count) of \(self.count) elements")
        return withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    }
}
