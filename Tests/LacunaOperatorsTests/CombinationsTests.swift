import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct CombinationsTests {
    private typealias C = Complex<Double>

    @Test func scalingAScaledOperatorMultipliesTheFactors() {
        let base = DenseOperator(Matrix<C>([[1, 2]]))
        let scaled = ScaledOperator(C(0, 2), ScaledOperator(C(3, 0), base))
        #expect(scaled.factor == C(0, 6))
        #expect(scaled.base is DenseOperator<C>)
    }

    @Test func adjointOfAnAdjointIsTheOperatorItself() throws {
        let base = DenseOperator(Matrix<C>([[1, 2]]))
        #expect(base.adjoint.adjoint is DenseOperator<C>)
    }

    @Test func adjointOfAKroneckerProductIsOne() throws {
        var stream = RandomStream(key: 1)
        let factors: [Matrix<C>] = [stream.matrix(2, 3), stream.matrix(4, 2)]
        let adjoint = try #require(try KroneckerOperator(factors).adjoint as? KroneckerOperator<C>)
        #expect(adjoint.factors == factors.map(\.adjoint))
    }

    @Test func adjointsDistribute() throws {
        var stream = RandomStream(key: 3)
        let a: Matrix<C> = stream.matrix(2, 3), b: Matrix<C> = stream.matrix(3, 4)
        let product = try CompositionOperator(DenseOperator(a), ScaledOperator(C(0, 2), DenseOperator(b)))
        let adjoint = try #require(product.adjoint as? CompositionOperator<C>)
        let inner = try #require(adjoint.outer as? ScaledOperator<C>)
        #expect(inner.factor == C(0, -2))
        #expect(adjoint.inner is AdjointOperator<C>)
        let y: [C] = stream.vector(2)
        #expect(relativeDistance(try adjoint.apply(y), try product.applyAdjoint(y)) < 1e-14)
    }

    @Test func kroneckerProductsFlatten() throws {
        var stream = RandomStream(key: 2)
        let factors: [Matrix<C>] = (0..<4).map { _ in stream.matrix(2, 3) }
        let inner = try KroneckerOperator(Array(factors[1...2]))
        let operators: [any Factored<C>] = [DenseOperator(factors[0]), inner, DenseOperator(factors[3])]
        #expect(try KroneckerOperator(operators).factors == factors)
    }
}
