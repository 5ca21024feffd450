import Foundation
import LacunaExperiment
import Testing

@Suite struct RecordedCurveTests {
    @Test func journalsKeepCurves() throws {
        let curve = RecordedCurve(
            view: "orbit", label: "model", style: .points, x: [0, 0.1, 1e-300], y: [1.0 / 3, .nan, -.infinity],
            names: ["a", "b", "c"])
        #expect(curve.y == [1.0 / 3, RecordedCurve.gap, RecordedCurve.gap])
        let read = try JSONDecoder().decode(RecordedCurve.self, from: JSONEncoder().encode(curve))
        #expect(read == curve)
    }

    @Test func longCurvesAreThinned() {
        let x = (0..<5001).map(Double.init)
        let curve = RecordedCurve(view: "orbit", label: "true", x: x, y: x)
        #expect(curve.x.count <= RecordedCurve.longest && curve.x.count > RecordedCurve.longest / 2)
        #expect(curve.x[1] == 3 && curve.y == curve.x)
        #expect(RecordedCurve(view: "orbit", label: "true", x: [1, 2], y: [3, 4]).x == [1, 2])
    }
}
