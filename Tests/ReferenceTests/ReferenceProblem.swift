import Foundation
import LacunaIO
import LacunaSolvers
import LacunaTestSupport
import Testing

/// A scalar that problem files hold.
protocol ReferenceScalar: Scalar, HDF5Element where RealPart == Double {}
extension Double: ReferenceScalar {}
extension Complex<Double>: ReferenceScalar {}

/// The folder of the recorded problems.
private let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Data/references/kronecker").standardizedFileURL.path(percentEncoded: false)

/// An answer recorded beside a problem.
struct ReferenceAnswer<S: ReferenceScalar> {
    let coefficients: [S]
    let iterations: Int
    /// γ_1 … γ_I where they are recorded.
    let scales: [[Double]]
    let settings: ReferenceSettings
    let channelError: Double?
}

/// How it was got.
struct ReferenceSettings: Decodable {
    var method: String?
    var prune: Double?
    var inner_tol: Double?
    var tol: Double?
    var max_iter: Int?
    var learn_noise: Bool?
    var start_noise_variance: Double?
}

/// A recorded problem with its answers.
struct ReferenceProblem<S: ReferenceScalar> {
    let path: String
    let factors: [Matrix<S>]
    let measurements: [S]
    let noiseVariance: Double
    let truth: [S]?
    /// vec(H_k) per IRS pattern.
    let channels: Matrix<S>?

    init(_ name: String) throws {
        path = "\(folder)/\(name).h5"
        let recorded: RecordedProblem<S>
        switch try ProblemFile.read(path).data {
        case .real(let problem): recorded = try #require(problem as? RecordedProblem<S>)
        case .complex(let problem): recorded = try #require(problem as? RecordedProblem<S>)
        }
        factors = recorded.dictionaries
        measurements = recorded.snapshots.storage
        noiseVariance = try #require(recorded.noiseVariance)
        truth = recorded.truth?.storage
        channels = recorded.channels
    }

    /// With s² as recorded, or left to be learnt.
    func model(learnsNoise: Bool = false) throws -> LinearModel<S> {
        try LinearModel(
            dictionary: KroneckerOperator(factors), measurements: measurements,
            noiseVariance: learnsNoise ? nil : noiseVariance)
    }

    func answer(_ method: String) throws -> ReferenceAnswer<S> {
        try HDF5File.read(path) { file in
            let group = "expected/\(method)"
            let scales = try file.names(in: group).filter { $0.hasPrefix("gamma") }.sorted().map {
                try file.read(Double.self, from: "\(group)/\($0)").storage
            }
            let text = try file.attribute("settings", of: group)?.asText ?? "{}"
            return ReferenceAnswer(
                coefficients: try file.read(S.self, from: "\(group)/x").storage,
                iterations: Int(try #require(try file.attribute("iterations", of: group)?.asNumber)), scales: scales,
                settings: try JSONDecoder().decode(ReferenceSettings.self, from: Data(text.utf8)),
                channelError: try file.attribute("channel_nmse", of: group)?.asNumber)
        }
    }

    /// The answer of a baseline, with its count of iterations and the settings as text.
    func baseline(_ method: String) throws -> (coefficients: [S], iterations: Int, settings: String) {
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        return try HDF5File.read("\(folder)/baselines.h5") { file in
            let group = "\(name)/\(method)"
            return (
                try file.read(S.self, from: "\(group)/x").storage,
                Int(try #require(try file.attribute("iterations", of: group)?.asNumber)),
                try file.attribute("settings", of: group)?.asText ?? ""
            )
        }
    }

    /// Mean over the patterns of ‖Ĥ_k - H_k‖² / ‖H_k‖², with Ĥ rebuilt by A_1 ⊗ conj(A_T) ⊗ A_3.
    func channelError(of coefficients: [S]) throws -> Double {
        let channels = try #require(channels)
        let mobile = try HDF5File.read(path) { try $0.read(S.self, from: "model/AT") }
        let antennas = mobile.dimensions[0], atoms = mobile.dimensions[1]
        let conjugate = Matrix(rows: antennas, columns: atoms) { mobile[$0, $1].conjugated }
        let rebuilt = try KroneckerOperator([factors[0], conjugate, factors[2]]).apply(coefficients)
        let size = channels.columns
        let ratios = try (0..<channels.rows).map { pattern in
            try normalizedSquareError(
                Array(rebuilt[pattern * size..<(pattern + 1) * size]), against: (0..<size).map { channels[pattern, $0] }
            )
        }
        return ratios.reduce(0, +) / Double(ratios.count)
    }
}
