import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct FourierGridPlanTests {
    private typealias C = Complex<Double>

    /// One axis after the other by the plan of one axis, and back again.
    @Test(arguments: [[1, 1], [4, 6], [5, 3], [8, 8], [1, 7]])
    func transformsBothAxes(shape: [Int]) throws {
        let height = shape[0], width = shape[1], count = height * width
        var stream = RandomStream(key: 3)
        let x = stream.complexNormals(count: count)
        var expected = x
        let rows = try FourierPlan(length: width), columns = try FourierPlan(length: height)
        for row in 0..<height {
            let line = Buffer(Array(expected[row * width..<(row + 1) * width])),
                out = Buffer<C>(repeating: 0, count: width)
            rows.transform(line.pointer, into: out.pointer)
            expected.replaceSubrange(row * width..<(row + 1) * width, with: out.prefix(width))
        }
        for column in 0..<width {
            let line = Buffer((0..<height).map { expected[$0 * width + column] })
            let out = Buffer<C>(repeating: 0, count: height)
            columns.transform(line.pointer, into: out.pointer)
            for row in 0..<height { expected[row * width + column] = out[row] }
        }
        let plan = try FourierGridPlan(height: height, width: width)
        let input = Buffer(x), output = Buffer<C>(repeating: 0, count: count)
        plan.transform(input.pointer, into: output.pointer)
        #expect(relativeDistance(output.prefix(count), expected) < 1e-14)
        #expect(input.prefix(count) == x, "the image is left alone")
        plan.transform(output.pointer, into: input.pointer, inverse: true)
        #expect(relativeDistance(input.prefix(count), x.map { $0.scaled(by: Double(count)) }) < 1e-14)
    }

    @Test func badSizes() {
        for (height, width) in [(0, 4), (4, -1), (1 << 40, 1 << 40)] {
            #expect(throws: LacunaError.self) { try FourierGridPlan(height: height, width: width) }
        }
    }
}
