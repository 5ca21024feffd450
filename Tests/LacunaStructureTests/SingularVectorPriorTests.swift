import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct SingularVectorPriorTests {
    /// Mode 1 against the rest, leading singular triple by LAPACK, then the same on s v.
    private func literal(_ sizes: [Int], _ moment: [Double]) throws -> [[Double]] {
        var rest = moment
        var g: [[Double]] = []
        for size in sizes.dropLast() {
            let columns = rest.count / size
            let unfolded = Matrix(rows: size, columns: columns) { rest[$0 * columns + $1] }
            let svd = try SingularValueDecomposition(unfolded)
            g.append(svd.u.column(0).map(abs))
            rest = svd.v.column(0).map { abs($0) * svd.values[0] }
        }
        return g + [rest]
    }

    @Test(arguments: [[5], [4, 3], [3, 4, 5], [5, 1, 3], [2, 3, 2, 3]], [false, true])
    func isTheLeadingSingularPair(sizes: [Int], pruned: Bool) throws {
        let input = try PriorCase(sizes, pruned: pruned, seed: 1)
        let expected = try literal(input.scales.values.map(\.count), input.moment)
        let updated = SingularVectorPrior<Double>().updated(input.scales, input.moment)
        #expect(distance(updated.values, expected) < 1e-12)
        #expect(updated.values.joined().allSatisfy { $0 >= 0 })
    }

    @Test(arguments: [[4, 3], [3, 4, 5], [2, 3, 2, 3]])
    func agreesWithAMOnMomentsOfRankOne(sizes: [Int]) throws {
        let input = try PriorCase(sizes, pruned: false, seed: 2)
        var stream = RandomStream(key: 3)
        let moment = kroneckerVector(sizes.map { stream.positives($0, in: 0.1...5) })
        let fromSVD = SingularVectorPrior<Double>().updated(input.scales, moment)
        let fromAM = AlternatingPrior<Double>(tolerance: 1e-13).updated(input.scales, moment)
        #expect(distance(fromSVD.values, fromAM.values) < 1e-12)
        #expect(relativeDistance(kroneckerVector(fromSVD.values), moment) < 1e-12)
    }

    @Test func zeroMomentsAndWideRanges() throws {
        let input = try PriorCase([3, 4, 2], pruned: false, seed: 4)
        let zero = SingularVectorPrior<Double>().updated(input.scales, Array(repeating: 0, count: 24))
        #expect(zero.values.joined().allSatisfy { $0.isFinite && $0 >= 0 })
        #expect(kroneckerVector(zero.values).allSatisfy { $0 == 0 })
        // Scales far from 1: the answer scales along.
        for size in [1e-140, 1e140] {
            let scaled = SingularVectorPrior<Double>().updated(input.scales, input.moment.map { $0 * size })
            let plain = SingularVectorPrior<Double>().updated(input.scales, input.moment)
            #expect(relativeDistance(scaled.values[0], plain.values[0]) < 1e-10, "moments of size \(size)")
        }
    }
}
