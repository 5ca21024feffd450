import COpenBLAS

/// A number that vectors, operators and solvers are made of: `Float`, `Double`, `Complex<Float>` or `Complex<Double>`.
///
/// Solvers are written once over this protocol; linear algebra goes to BLAS and LAPACK through `blasKind`.
/// |z|² is `squaredModulus`: swift-numerics' `magnitude` of a complex number is the maximum norm, not |z|.
public protocol Scalar: AlgebraicField, Hashable, Sendable {
    /// The real field beneath: the type of norms, variances and eigenvalues.
    associatedtype RealPart: RealScalar

    /// Which BLAS routine serves this type.
    static var blasKind: BLASKind { get }
    init(_ real: RealPart)
    /// The number with these parts; real types drop the imaginary one.
    init(real: RealPart, imaginary: RealPart)
    var realPart: RealPart { get }
    var imaginaryPart: RealPart { get }
    /// z̄; a real number is its own.
    var conjugated: Self { get }
    /// |z|².
    var squaredModulus: RealPart { get }
    var isFinite: Bool { get }
    /// c z for a real c.
    func scaled(by factor: RealPart) -> Self
}

/// The real ones among the scalars: `Float` and `Double`.
public protocol RealScalar: Scalar, Real, BinaryFloatingPoint where RealPart == Self {}

/// Selects the routine in the C shim (s, d, c, z).
public struct BLASKind: Hashable, Sendable {
    @usableFromInline let code: Int32
    @usableFromInline init(code: Int32) { self.code = code }
    public static let float = BLASKind(code: 0)
    public static let double = BLASKind(code: 1)
    public static let complexFloat = BLASKind(code: 2)
    public static let complexDouble = BLASKind(code: 3)
}

extension Scalar {
    /// |z|, also where its square leaves the range.
    @inlinable
    public var modulus: RealPart {
        guard Self.isComplex else { return realPart.magnitude }
        let square = squaredModulus
        return square.isNormal || square.isNaN ? square.squareRoot() : scaledModulus
    }

    @usableFromInline
    var scaledModulus: RealPart {
        let largest = max(realPart.magnitude, imaginaryPart.magnitude)
        guard largest > 0, largest.isFinite else { return largest }
        let real = realPart / largest, imaginary = imaginaryPart / largest
        return largest * (real * real + imaginary * imaginary).squareRoot()
    }

    /// Whether numbers of this type have an imaginary part.
    @inlinable
    public static var isComplex: Bool { blasKind.code >= 2 }
}

extension RealScalar {
    @inlinable
    public init(real: Self, imaginary: Self) { self = real }
    @inlinable
    public var realPart: Self { self }
    @inlinable
    public var imaginaryPart: Self { 0 }
    @inlinable
    public var conjugated: Self { self }
    @inlinable
    public var squaredModulus: Self { self * self }
    @inlinable
    public func scaled(by factor: Self) -> Self { self * factor }
}

extension Float: RealScalar {
    public typealias RealPart = Float
    @inlinable
    public static var blasKind: BLASKind { BLASKind(code: 0) }
}

extension Double: RealScalar {
    public typealias RealPart = Double
    @inlinable
    public static var blasKind: BLASKind { BLASKind(code: 1) }
}

extension Complex: Scalar where RealType: RealScalar {
    public typealias RealPart = RealType
    @inlinable
    public static var blasKind: BLASKind { BLASKind(code: RealType.blasKind.code + 2) }
    @inlinable
    public init(real: RealType, imaginary: RealType) { self.init(real, imaginary) }
    @inlinable
    public var realPart: RealType { real }
    @inlinable
    public var imaginaryPart: RealType { imaginary }
    @inlinable
    public var conjugated: Complex { conjugate }
    @inlinable
    public var squaredModulus: RealType { real * real + imaginary * imaginary }
    @inlinable
    public func scaled(by factor: RealType) -> Complex { Complex(real * factor, imaginary * factor) }
}
