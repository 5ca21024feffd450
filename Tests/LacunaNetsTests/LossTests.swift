import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct LossTests {
    /// Value and gradient of logits by sample.
    private func evaluate<E: RealScalar>(
        _ logits: [[E]], _ labels: [Int32], scale: E = 1
    ) -> (value: Double, gradient: [[E]]) {
        let batch = logits.count, classes = logits[0].count
        // Classes × samples, as a network's output is.
        let output = (0..<classes * batch).map { logits[$0 % batch][$0 / batch] }
        var gradient = Array(repeating: E.nan, count: output.count)
        let targets = Buffer(labels)
        let value = CrossEntropy<E>().evaluate(
            output, shape: ValueShape([classes]), batch: batch, targets: .labels(targets.pointer), scale: scale,
            gradient: &gradient)
        let alone = CrossEntropy<E>().evaluate(
            output, shape: ValueShape([classes]), batch: batch, targets: .labels(targets.pointer), scale: scale,
            gradient: nil)
        withExtendedLifetime(targets) {}
        #expect(alone == value)
        return (value, (0..<batch).map { sample in (0..<classes).map { gradient[$0 * batch + sample] } })
    }

    @Test func crossEntropyIsTheLogOfASumOfExponentials() {
        let logits = [[0.5, -1, 2], [1, 1, -3], [-0.2, 0.1, 0]], labels: [Int32] = [2, 0, 1]
        let (value, gradient) = evaluate(logits, labels, scale: 0.25)
        var expected = 0.0
        for (row, label) in zip(logits, labels) {
            expected += Double.log(Double.exp(row[0]) + Double.exp(row[1]) + Double.exp(row[2])) - row[Int(label)]
        }
        #expect(abs(value - expected) < 1e-14)
        for (sample, row) in logits.enumerated() {
            let sum = row.reduce(0) { $0 + Double.exp($1) }
            for label in 0..<3 {
                let slope = 0.25 * (Double.exp(row[label]) / sum - (label == Int(labels[sample]) ? 1 : 0))
                #expect(abs(gradient[sample][label] - slope) < 1e-15)
            }
        }
    }

    /// log(e^a + e^b) = a + log(1 + e^(b - a)), where e^a is no number.
    private func checkLarge<E: RealScalar>(_ type: E.Type) {
        let share = 1 / (1 + Double.exp(-1)), tolerance = Double(E.ulpOfOne)
        let (value, gradient) = evaluate([[1000, 999, -1000]] as [[E]], [1])
        #expect(abs(value - (1 + Double.log(1 + Double.exp(-1)))) < 4 * tolerance)
        for (found, expected) in zip(gradient[0], [share, -share, 0]) {
            #expect(abs(Double(found) - expected) < 4 * tolerance)
        }
        // Far below the largest logit the loss is the difference.
        let (far, slope) = evaluate([[-3000, 3000], [0, -5000]] as [[E]], [0, 0])
        #expect(far == 6000 && slope == [[-1, 1], [0, 0]])
    }

    @Test func largeLogits() {
        checkLarge(Float.self)
        checkLarge(Double.self)
    }
}
