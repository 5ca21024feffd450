import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct FourierPlanTests {
    private func naive(_ x: [Complex<Double>], inverse: Bool) -> [Complex<Double>] {
        let n = x.count
        return (0..<n).map { k in
            (0..<n).reduce(Complex.zero) { sum, index in
                let angle = (inverse ? 2 : -2) * Double.pi * Double(k * index % n) / Double(n)
                return sum + x[index] * Complex(Double.cos(angle), Double.sin(angle))
            }
        }
    }

    private func transform(_ plan: FourierPlan, _ x: [Complex<Double>], inverse: Bool) -> [Complex<Double>] {
        let output = Buffer<Complex<Double>>(repeating: 0, count: x.count)
        plan.transform(x, into: output.pointer, inverse: inverse)
        return output.prefix(x.count)
    }

    @Test(arguments: [1, 2, 3, 7, 16, 30, 97])
    func equalsTheSum(length: Int) throws {
        var stream = RandomStream(key: UInt64(length))
        let x = stream.complexNormals(count: length)
        let plan = try FourierPlan(length: length)
        for inverse in [false, true] {
            #expect(relativeDistance(transform(plan, x, inverse: inverse), naive(x, inverse: inverse)) < 1e-13)
        }
        let back = transform(plan, transform(plan, x, inverse: false), inverse: true)
        #expect(relativeDistance(back, x.map { $0.scaled(by: Double(length)) }) < 1e-14)
    }

    @Test func inputIsLeftAlone() throws {
        var stream = RandomStream(key: 1)
        let x = stream.complexNormals(count: 24)
        let input = Buffer(x), output = Buffer<Complex<Double>>(repeating: 0, count: 24)
        try FourierPlan(length: 24).transform(input.pointer, into: output.pointer)
        #expect(input.prefix(24) == x)
    }

    @Test func concurrentUseGivesTheSameBits() async throws {
        var stream = RandomStream(key: 2)
        let x = stream.complexNormals(count: 360)
        let plan = try FourierPlan(length: 360)
        let expected = transform(plan, x, inverse: false)
        let results = try await withThrowingTaskGroup(of: [Complex<Double>].self) { group in
            for task in 0..<32 {
                group.addTask {
                    // Plans made and used at the same time, shared and own.
                    let plan = task % 2 == 0 ? plan : try FourierPlan(length: 360)
                    let output = Buffer<Complex<Double>>(repeating: 0, count: 360)
                    plan.transform(x, into: output.pointer)
                    return output.prefix(360)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 32 && results.allSatisfy { $0 == expected })
    }

    @Test func lengthBelowOneIsAnError() {
        #expect(throws: LacunaError.self) { try FourierPlan(length: 0) }
        #expect(throws: LacunaError.self) { try FourierPlan(length: -4) }
        #expect(!fftwVersion.isEmpty)
    }
}
