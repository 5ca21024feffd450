import Dispatch
import Foundation
import LacunaArrays
import Synchronization

/// Where the signal handler writes; -1: nowhere. A handler has no context, so this is the one process-wide variable.
private let signalPipe = Atomic<Int32>(-1)

/// Runs `body` so that the first Ctrl-C or SIGTERM cancels its task and the second ends the program at once.
///
/// `body` finishes its current work when it is cancelled, and returns normally.
func runInterruptibly<Result: Sendable>(
    onInterrupt: @escaping @Sendable () -> Void, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
        throw LacunaError(.environment, "signals", "no pipe can be made (\(String(cString: strerror(errno))))")
    }
    let (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Before the work starts: what arrives from here on waits in the pipe.
    signalPipe.store(writing, ordering: .sequentiallyConsistent)
    for number in [SIGINT, SIGTERM] { signal(number, noteSignal) }
    let task = Task { try await body() }
    let received = SignalCount()
    let source = DispatchSource.makeReadSource(fileDescriptor: reading, queue: .global(qos: .userInteractive))
    source.setEventHandler {
        var byte: UInt8 = 0
        guard read(reading, &byte, 1) == 1 else { return }
        if received.increment() > 1 { _exit(CommandStatus.interrupted.rawValue) }
        onInterrupt()
        task.cancel()
    }
    source.setCancelHandler { close(reading) }
    source.resume()
    defer {
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        signalPipe.store(-1, ordering: .sequentiallyConsistent)
        close(writing)
        source.cancel()
    }
    return try await task.value
}

/// Only what is allowed in a signal handler: one write().
private func noteSignal(_ number: Int32) {
    let saved = errno
    var byte: UInt8 = 1
    _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = saved
}

private final class SignalCount: Sendable {
    private let count = Atomic(0)

    func increment() -> Int { count.add(1, ordering: .relaxed).newValue }
}
