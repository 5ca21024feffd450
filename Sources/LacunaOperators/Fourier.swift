/// The unitary discrete Fourier transform: F[k, n] = exp(-2πi k n / N) / √N, by FFTW. Cost: O(N log N).
public struct FourierOperator: ColumnAccess, DenseConvertible {
    public typealias Element = Complex<Double>
    private let plan: FourierPlan

    /// - Throws: `LacunaError` for a size below 1.
    public init(size: Int) throws {
        plan = try FourierPlan(length: size)
    }

    public var rows: Int { plan.length }
    public var columns: Int { plan.length }
    private var scale: Double { 1 / Double(plan.length).squareRoot() }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        transform(x, into: y, inverse: false)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        transform(y, into: x, inverse: true)
    }

    private func transform(_ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, inverse: Bool) {
        plan.transform(x, into: y, inverse: inverse)
        let scale = scale
        for index in 0..<plan.length { y[index] = y[index].scaled(by: scale) }
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        let n = plan.length
        for row in 0..<n {
            // k n mod N before the division: exact angles for large sizes.
            let angle = -2 * Double.pi * Double((row * column) % n) / Double(n)
            y[row] = Complex(scale * Double.cos(angle), scale * Double.sin(angle))
        }
    }

    public func squaredColumnNorms() -> [Double] {
        Array(repeating: 1, count: plan.length)
    }
}
