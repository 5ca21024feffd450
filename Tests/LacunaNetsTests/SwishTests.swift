import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct SwishTests {
    @Test(arguments: [-1.5, 0.5, 2])
    func equalsTheFormula(beta: Double) throws {
        let x = [-3, -0.4, 0, 0.7, 5]
        let y = try output(of: Swish<Double>(), x, ValueShape([5]), batch: 1, parameters: ["beta": [beta]])
        let slope = Double.log(1 + Double.exp(beta))
        for (x, y) in zip(x, y) { #expect(abs(y - x / (1 + Double.exp(-slope * x)) / 1.1) < 1e-14) }
    }

    @Test func gradients() throws {
        var random = RandomStream(key: 86)
        let check = try checkGradient(Swish<Double>(), inputs: [ValueShape([5])], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }
}
