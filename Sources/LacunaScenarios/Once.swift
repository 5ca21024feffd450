import Synchronization

/// A value that is made once, by whoever asks first: what is expensive in a draw costs nothing where only the scenario is checked.
/// A failure is kept like a value.
final class Once<Value: Sendable>: Sendable {
    private let make: @Sendable () throws -> Value
    private let made = Mutex<Result<Value, any Error>?>(nil)

    init(_ make: @escaping @Sendable () throws -> Value) {
        self.make = make
    }

    /// - Throws: what making it threw.
    func value() throws -> Value {
        try made.withLock { made in
            let result = made ?? Result { try make() }
            made = result
            return try result.get()
        }
    }
}
