import Foundation
import LacunaDynamics
import Testing

/// Data/references/dynamics/reference.json: what PySINDy 2.1.0 and PyDMD 2025.8.1 found on trajectories that are defined there.
struct ReferenceData: Decodable {
    struct Library: Decodable {
        let degree: Int
        let featureOrder: [String]
    }
    struct Thresholding: Decodable {
        let threshold, alpha: Double
        let maxIter: Int
    }
    struct Noise: Decodable {
        let seed: UInt64
        let relativeLevel: Double
        let firstNormals, noisyState0, noisyStateLast: [Double]
    }
    struct System: Decodable {
        let initialState: [Double]
        let dt: Double
        let steps: Int
        let rk4SubstepsPerDt: Int
        let library: Library
        let stlsq: Thresholding
        let checkpoints: [String: [Double]]
        let stateStdPopulation: [Double]
        let noise: Noise
        let r2ScoreCleanFd2: Double
        let coefficients: [String: [[Double]]]
        let baggingSeed: UInt64
        let baggingInclusionProbability: [[Double]]
    }
    let sindy: [String: System]

    static let shared: Result<ReferenceData, any Error> = Result {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Data/references/dynamics/reference.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            // Names of methods and of systems stay as they are, others become Swift's.
            let key = path.last?.stringValue ?? ""
            let isMethod = path.count >= 2 && path[path.count - 2].stringValue == "coefficients"
            return Key(isMethod || path.count == 2 ? key : camelCase(key))
        }
        return try decoder.decode(ReferenceData.self, from: try Data(contentsOf: file))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return (words.first.map(String.init) ?? "") + words.dropFirst().map(\.capitalized).joined()
    }
}

/// Normal numbers as the reference file defines them: SplitMix64, then Box & Muller in pairs.
struct PortableNormals {
    private var state: UInt64
    private var second: Double?

    init(seed: UInt64) { state = seed }

    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    mutating func next() -> Double {
        if let value = second {
            second = nil
            return value
        }
        let u1 = uniform(), u2 = uniform()
        let radius = (-2 * Double.log(1 - u1)).squareRoot()
        second = radius * Double.sin(2 * .pi * u2)
        return radius * Double.cos(2 * .pi * u2)
    }
}

/// A system of the reference file with its trajectory.
struct ReferenceSystem: CustomTestStringConvertible {
    let name: String
    let system: any DynamicalSystem
    /// Integrated once.
    private let clean: Result<Trajectory, any Error>
    var testDescription: String { name }

    private init(name: String, system: any DynamicalSystem) {
        self.name = name
        self.system = system
        clean = Result { try system.trajectory(try #require(try ReferenceData.shared.get().sindy[name])) }
    }

    static let all = [
        ReferenceSystem(name: "lorenz", system: Lorenz(beta: 8.0 / 3)),
        ReferenceSystem(name: "lotka_volterra", system: LotkaVolterra()),
        ReferenceSystem(name: "van_der_pol", system: VanDerPol()),
        ReferenceSystem(name: "rossler", system: Roessler()),
        ReferenceSystem(name: "cubic_damped_oscillator", system: CubicOscillator()),
    ]

    func data() throws -> ReferenceData.System { try #require(try ReferenceData.shared.get().sindy[name]) }

    func trajectory() throws -> Trajectory { try clean.get() }

    /// With the noise of the file.
    func noisyTrajectory() throws -> Trajectory {
        let data = try data(), clean = try trajectory()
        var normals = PortableNormals(seed: data.noise.seed)
        var states = clean.states
        for sample in 0..<states.rows {
            for column in 0..<states.columns {
                let scale = data.noise.relativeLevel * Self.deviation(clean.states, column)
                states[sample, column] += scale * normals.next()
            }
        }
        return try clean.replacingStates(states)
    }

    static func deviation(_ states: Matrix<Double>, _ column: Int) -> Double {
        let values = states.column(column), mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
}

extension DynamicalSystem {
    fileprivate func trajectory(_ data: ReferenceData.System) throws -> Trajectory {
        try RungeKutta4(substeps: data.rk4SubstepsPerDt).trajectory(
            of: self, from: data.initialState, step: data.dt, steps: data.steps)
    }
}
