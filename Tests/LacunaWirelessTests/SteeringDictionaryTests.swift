import LacunaWireless
import LacunaTestSupport
import Testing

@Suite struct SteeringDictionaryTests {
    @Test(arguments: [(1, 1), (4, 18), (16, 18), (6, 5)])
    func isTheFormula(antennas: Int, atoms: Int) throws {
        let dictionary = try steeringDictionary(antennas: antennas, atoms: atoms)
        let expected = Matrix<Complex<Double>>(rows: antennas, columns: atoms) { k, g in
            let phase = Double.pi * Double(k) * (2 * Double(g) / Double(atoms) - 1)
            return Complex(Double.cos(phase), Double.sin(phase)).scaled(by: 1 / Double(antennas).squareRoot())
        }
        #expect(largestDifference(dictionary, expected) < 1e-13)
        for atom in 0..<atoms { #expect(abs(dictionary.column(atom).reduce(0) { $0 + $1.squaredModulus } - 1) < 1e-14) }
    }

    @Test func asManyAtomsAsAntennasAreOrthonormal() throws {
        let dictionary = try steeringDictionary(antennas: 8, atoms: 8)
        #expect(relativeDistance(naiveProduct(dictionary.adjoint, dictionary), .identity(8)) < 1e-13)
    }

    @Test func sizesBelowOneAreErrors() {
        #expect(throws: LacunaError.self) { try steeringDictionary(antennas: 0, atoms: 3) }
        #expect(throws: LacunaError.self) { try steeringDictionary(antennas: 3, atoms: 0) }
    }
}
