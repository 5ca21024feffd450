import Synchronization

/// A value that is made once, by whoever asks first: what is expensive in a draw costs nothing where only the scenario is checked.
final class Once<Value: Sendable>: Sendable {
    private let make: @Sendable () throws -> Value
    private let made = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () throws -> Value) {
        self.make = make
    }

    /// - Throws: what making it throws, every time.
    func value() throws -> Value {
        try made.withLock { made in
            if let made { return made }
            let value = try make()
            made = value
            return value
        }
    }
}
