import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct ClassificationScoresTests {
    /// Logits of two classes, the first of which has probability p.
    private func logits(_ p: Double) -> [Double] { [Double.log(p / (1 - p)), 0] }

    /// Confidences in known fifteenths: of 13/15 three, just below it one, of 8/15 two, of 10/15 one, of 14/15 two.
    @Test func knownBins() {
        let confidences = [0.87, 0.92, 0.9, 0.55, 0.55, 0.7, 0.98, 0.86]
        let isHit = [true, false, true, true, false, false, true, false]
        // The last is sure and right: exp(-800) is 0.
        let scores = ClassificationScores(
            logits: confidences.flatMap(logits) + [800, 0], labels: isHit.map { $0 ? 0 : 1 } + [0], classes: 2)
        #expect(scores.accuracy == 5.0 / 9)
        let gaps = [2 - (0.87 + 0.92 + 0.9), 1 - (0.55 + 0.55), 0 - 0.7, 2 - (0.98 + 1), 0 - 0.86]
        #expect(abs(scores.calibrationError - gaps.reduce(0) { $0 + abs($1) } / 9) < 1e-14)
        let likelihood = zip(confidences, isHit).reduce(1) { $0 * ($1.1 ? $1.0 : 1 - $1.0) }
        #expect(abs(scores.negativeLogLikelihood + Double.log(likelihood) / 9) < 1e-14)
    }

    /// Probabilities, bins and means in the plainest way.
    @Test func equalTheDefinitions() {
        var random = RandomStream(key: 31)
        let classes = 4, count = 200
        let logits: [Double] = random.vector(classes * count).map { 3 * $0 }
        let labels = (0..<count).map { _ in Int32(Double(classes) * random.uniform()) }
        let probabilities = (0..<count).map { sample in
            let weights = logits[sample * classes..<(sample + 1) * classes].map(Double.exp)
            return weights.map { $0 / weights.reduce(0, +) }
        }
        let sure = probabilities.map { $0.max() ?? 0 }
        let hits = zip(probabilities, labels).map { $0.firstIndex(of: $0.max() ?? 0) == Int($1) }
        var calibration = 0.0
        for bin in 0..<15 {
            let members = (0..<count).filter { sure[$0] >= Double(bin) / 15 && sure[$0] < Double(bin + 1) / 15 }
            guard !members.isEmpty else { continue }
            let accuracy = Double(members.count { hits[$0] }) / Double(members.count)
            let confidence = members.reduce(0) { $0 + sure[$1] } / Double(members.count)
            calibration += Double(members.count) / Double(count) * abs(accuracy - confidence)
        }
        let scores = ClassificationScores(logits: logits, labels: labels, classes: classes)
        #expect(scores.accuracy == Double(hits.count { $0 }) / Double(count))
        #expect(abs(scores.calibrationError - calibration) < 1e-13)
        let loss = zip(probabilities, labels).reduce(0) { $0 - Double.log($1.0[Int($1.1)]) } / Double(count)
        #expect(abs(scores.negativeLogLikelihood - loss) < 1e-13)
    }

    /// Large logits neither overflow nor lose the loss; of equal ones the first is the answer.
    @Test func extremes() {
        let large = ClassificationScores(logits: [1000, 0, -1000, 2], labels: [1, 0], classes: 2)
        #expect(large.negativeLogLikelihood == (1000.0 + 1002) / 2)
        #expect(large.accuracy == 0 && large.calibrationError == 1)
        let even = ClassificationScores(logits: [5, 5, 5, 5], labels: [0, 1], classes: 2)
        #expect(even.accuracy == 0.5 && even.calibrationError == 0 && even.negativeLogLikelihood == Double.log(2))
    }

    /// A network's outputs are its logits, whatever the batch.
    @Test func ofANetwork() throws {
        var random = RandomStream(key: 32)
        let logits: [Double] = random.vector(3 * 7), labels: [Int32] = [0, 2, 1, 1, 0, 2, 2]
        var network = Network<Double>(input: ValueShape([3]))
        try network.append(Linear(3, 3, bias: false), "same")
        var parameters = NetworkParameters(network, random: RandomStream(key: 1))
        try parameters.setArray("same.weight", Tensor(dimensions: [3, 3], storage: [1, 0, 0, 0, 1, 0, 0, 0, 1]))
        let data = try DataSet(
            shape: ValueShape([3]), inputs: logits, targets: .labels(labels, classes: 3))
        let scores = ClassificationScores(logits: logits, labels: labels, classes: 3)
        for batch in [1, 3, 7, 100] { #expect(try network.classify(parameters, data, batch: batch) == scores) }
    }
}
