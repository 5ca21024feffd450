/// What several receive coils measure of an image in some frequencies (Pruessmann et al. 1999, SENSE): y_c = Ω F S_c x for each coil c.
///
/// x is height × width, row-major; S_c the coil's complex sensitivities, F the unitary 2-D Fourier transform, Ω keeps the frequencies at
/// `samples`; y is coils × samples, one coil after the other. With Σ_c |S_c|² = 1 everywhere ‖A‖ ≤ 1, and AᴴA = 1 if all frequencies are kept.
/// Cost: one transform and two passes over the grid per coil.
public struct CoilEncodingOperator: DenseConvertible {
    public typealias Element = Complex<Double>
    public let coils: Int
    /// S, [coils, height, width] row-major.
    public let sensitivities: [Complex<Double>]
    /// Frequencies kept, as positions in the row-major grid: frequency 0 comes first.
    public let samples: [Int]
    private let plan: FourierGridPlan

    /// - Throws: `LacunaError` for sensitivities that are not a whole number of coils or not finite, and samples outside the grid or given twice.
    public init(height: Int, width: Int, sensitivities: [Complex<Double>], samples: [Int]) throws {
        plan = try FourierGridPlan(height: height, width: width)
        guard !sensitivities.isEmpty, sensitivities.count % plan.count == 0 else {
            throw LacunaError(
                .shape, "coil sensitivities", "\(sensitivities.count) numbers for a grid of \(height)×\(width)")
        }
        if let index = sensitivities.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "coil sensitivities", "entry \(index) is not finite")
        }
        if let outside = samples.first(where: { $0 < 0 || $0 >= height * width }) {
            throw LacunaError(.value, "coil encoding", "frequency \(outside) is outside 0..<\(height * width)")
        }
        guard Set(samples).count == samples.count, !samples.isEmpty else {
            throw LacunaError(
                .value, "coil encoding", "\(samples.count) frequencies; one or more, each once, are needed")
        }
        coils = sensitivities.count / plan.count
        self.sensitivities = sensitivities
        self.samples = samples
    }

    public var height: Int { plan.height }
    public var width: Int { plan.width }
    public var rows: Int { coils * samples.count }
    public var columns: Int { plan.count }
    /// An image and its spectrum.
    public var workspaceCount: Int { 2 * plan.count }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = plan.count, spectrum = workspace + n, scale = 1 / Double(n).squareRoot()
        sensitivities.withUnsafeBufferPointer { all in
            for coil in 0..<coils {
                for point in 0..<n { workspace[point] = all[coil * n + point] * x[point] }
                plan.transform(workspace, into: spectrum)
                for (position, sample) in samples.enumerated() {
                    y[coil * samples.count + position] = spectrum[sample].scaled(by: scale)
                }
            }
        }
    }

    /// x ← Σ_c S̄_c Fᴴ Ωᵀ y_c: the coil images of zero-filled data, joined.
    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = plan.count, spectrum = workspace + n, scale = 1 / Double(n).squareRoot()
        for point in 0..<n { x[point] = .zero }
        sensitivities.withUnsafeBufferPointer { all in
            for coil in 0..<coils {
                for point in 0..<n { spectrum[point] = .zero }
                for (position, sample) in samples.enumerated() {
                    spectrum[sample] = y[coil * samples.count + position].scaled(by: scale)
                }
                plan.transform(spectrum, into: workspace, inverse: true)
                for point in 0..<n { x[point] += all[coil * n + point].conjugate * workspace[point] }
            }
        }
    }
}
