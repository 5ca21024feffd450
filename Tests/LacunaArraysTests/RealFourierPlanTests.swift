import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct RealFourierPlanTests {
    /// Half of the complex transform, and back again: even, odd and prime lengths.
    @Test(arguments: [1, 2, 3, 7, 16, 30, 97, 120])
    func isHalfOfTheComplexTransform(length: Int) throws {
        var stream = RandomStream(key: UInt64(length))
        let x = stream.normals(count: length)
        let plan = try RealFourierPlan(length: length), complex = try FourierPlan(length: length)
        #expect(plan.frequencyCount == length / 2 + 1)
        let input = Buffer(x), spectrum = Buffer<Complex<Double>>(repeating: 0, count: plan.frequencyCount)
        plan.transform(input.pointer, into: spectrum.pointer)
        #expect(input.prefix(length) == x, "the signal is left alone")
        let whole = Buffer<Complex<Double>>(repeating: 0, count: length)
        complex.transform(x.map { Complex($0, 0) }, into: whole.pointer)
        let half = spectrum.prefix(plan.frequencyCount)
        #expect(relativeDistance(half, whole.prefix(plan.frequencyCount)) < 1e-14)
        for k in 1..<max(plan.frequencyCount, 1) {
            #expect((half[k] - whole.pointer[length - k].conjugate).modulus < 1e-12)
        }
        let back = Buffer<Double>(repeating: 0, count: length)
        plan.inverse(consuming: spectrum.pointer, into: back.pointer)
        #expect(relativeDistance(back.prefix(length), x.map { $0 * Double(length) }) < 1e-14)
    }

    @Test func concurrentUseGivesTheSameBits() async throws {
        var stream = RandomStream(key: 2)
        let x = stream.normals(count: 360)
        func transform(_ plan: RealFourierPlan) -> [Complex<Double>] {
            let output = Buffer<Complex<Double>>(repeating: 0, count: plan.frequencyCount)
            plan.transform(x, into: output.pointer)
            return output.prefix(plan.frequencyCount)
        }
        let shared = try RealFourierPlan(length: 360)
        let expected = transform(shared)
        let results = try await withThrowingTaskGroup(of: [Complex<Double>].self) { group in
            for task in 0..<32 {
                group.addTask { transform(task % 2 == 0 ? shared : try RealFourierPlan(length: 360)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 32 && results.allSatisfy { $0 == expected })
    }

    @Test func lengthBelowOneIsAnError() {
        #expect(throws: LacunaError.self) { try RealFourierPlan(length: 0) }
        #expect(throws: LacunaError.self) { try RealFourierPlan(length: -4) }
        #expect(throws: LacunaError.self) { try RealFourierPlan(length: 1 << 40) }
    }
}
