/// x' = f(t, x) with named variables.
///
/// `derivative` is called in the inner loops of integrators: it reads `dimension` numbers, writes as many, and allocates nothing.
public protocol DynamicalSystem: Sendable {
    /// One name per component of x.
    var variables: [String] { get }
    var dimension: Int { get }
    /// The equations as text, with the names of `parameters`.
    var equations: [String] { get }
    /// Names and values, in the order of the equations.
    var parameters: [SystemParameter] { get }

    /// rate ← f(time, state).
    func derivative(
        _ time: Double, _ state: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>)
}

/// A system pushed from outside by known functions of time.
public protocol DrivenSystem: DynamicalSystem {
    var inputNames: [String] { get }
    /// One number per name.
    func inputs(at time: Double) -> [Double]
}

extension Trajectory {
    /// The same with what pushes the system at the times of the samples.
    public func withInputs(of system: some DrivenSystem) throws -> Trajectory {
        let values = times.map { system.inputs(at: $0) }
        return try Trajectory(
            variables: variables, times: times, states: states, inputNames: system.inputNames,
            inputs: Matrix(rows: count, columns: system.inputNames.count) { values[$0][$1] })
    }
}

public struct SystemParameter: Hashable, Sendable {
    public let name: String
    public let value: Double

    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

extension DynamicalSystem {
    /// f(time, state), checked. - Throws: `LacunaError` for another number of components.
    public func derivative(at time: Double = 0, of state: [Double]) throws -> [Double] {
        try requireState(state)
        return Array(unsafeUninitializedCapacity: dimension) { rate, count in
            state.withUnsafeBufferPointer { state in
                guard let from = state.baseAddress, let to = rate.baseAddress else { return }
                derivative(time, from, into: to)
            }
            count = dimension
        }
    }

    func requireState(_ state: [Double]) throws {
        guard state.count == dimension, dimension > 0 else {
            throw LacunaError(
                .shape, "initial state",
                "\(state.count) numbers for \(dimension) variables (\(variables.joined(separator: ", ")))")
        }
        guard state.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "initial state", "\(state) is not finite")
        }
    }
}

/// A user's own equations as a closure.
public struct ClosureSystem: DynamicalSystem {
    public let variables: [String]
    public var dimension: Int { variables.count }
    public var equations: [String] { [] }
    public var parameters: [SystemParameter] { [] }
    @usableFromInline
    let rate: @Sendable (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void

    /// - Parameter rate: from time and state, to the derivative.
    public init(
        variables: [String],
        _ rate: @escaping @Sendable (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) {
        self.variables = variables
        self.rate = rate
    }

    @inlinable
    public func derivative(
        _ time: Double, _ state: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>
    ) {
        self.rate(time, state, rate)
    }
}
