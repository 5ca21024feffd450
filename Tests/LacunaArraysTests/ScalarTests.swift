import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct ScalarTests {
    private func checkLaws<S: Scalar>(_ type: S.Type) {
        var stream = RandomStream(key: 1)
        let tolerance = rounding(8, of: S.self)
        for _ in 0..<50 {
            let z: S = stream.scalar(), w: S = stream.scalar()
            let c = S.RealPart(stream.normal())
            #expect(S(real: z.realPart, imaginary: z.imaginaryPart) == z)
            #expect(z.conjugated.conjugated == z)
            #expect((z * w).conjugated == z.conjugated * w.conjugated)
            #expect((z * z.conjugated).imaginaryPart == 0)
            #expect(((z * z.conjugated).realPart - z.squaredModulus).magnitude <= tolerance * z.squaredModulus)
            #expect((z.modulus * z.modulus - z.squaredModulus).magnitude <= tolerance * z.squaredModulus)
            #expect(((z * w).modulus - z.modulus * w.modulus).magnitude <= tolerance * z.modulus * w.modulus)
            #expect(z.scaled(by: c) == z * S(c))
            #expect((z / w * w - z).modulus <= tolerance * z.modulus)
            #expect(S(c).realPart == c && S(c).imaginaryPart == 0)
        }
        #expect((1 as S).isFinite && !S(.infinity).isFinite && !S(.nan).isFinite)
        #expect(S.RealPart.isComplex == false)
    }

    @Test func lawsHoldForAllFourTypes() {
        checkLaws(Float.self)
        checkLaws(Double.self)
        checkLaws(Complex<Float>.self)
        checkLaws(Complex<Double>.self)
    }

    @Test func kindsAreDistinct() {
        #expect(Float.blasKind == .float && Double.blasKind == .double)
        #expect(Complex<Float>.blasKind == .complexFloat && Complex<Double>.blasKind == .complexDouble)
        #expect(!Double.isComplex && Complex<Double>.isComplex && Complex<Float>.isComplex)
    }

    @Test func modulusIsEuclidean() {
        // swift-numerics' magnitude of this number is 4.
        #expect(Complex<Double>(3, 4).modulus == 5)
        #expect(Complex<Double>(3, 4).squaredModulus == 25)
        #expect((-2.0).modulus == 2)
        // Where squares overflow, vanish, or are not numbers.
        #expect((-2e200).modulus == 2e200 && (3e-300).modulus == 3e-300 && Float(-1e-30).modulus == 1e-30)
        for size in [2024 * Double.leastNonzeroMagnitude, 1e-200, 1e200, 1e307] {
            let modulus = Complex<Double>(-3 * size, 4 * size).modulus
            #expect(abs(modulus / (5 * size) - 1) < (size < 1e-300 ? 1e-3 : 1e-15))
        }
        #expect(
            Complex<Float>(0, 0).modulus == 0 && (-Float.infinity).modulus == .infinity)
        #expect(Double.nan.modulus.isNaN && Complex<Double>(real: 1, imaginary: .nan).modulus.isNaN)
    }

    @Test func realNumbersDropTheImaginaryPart() {
        #expect(Double(real: 2, imaginary: 3) == 2)
        #expect(Complex<Double>(real: 2, imaginary: 3) == Complex(2, 3))
    }
}
