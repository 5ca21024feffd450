@_exported import LacunaSolvers

/// The angular dictionary of a uniform linear array with half-wavelength spacing: column g is the steering vector
///
///     exp(jπ k (2g/G - 1)) / √d,  k = 0…d-1,
///
/// so that the cosines of the G angles are uniform on [-1, 1). Size d × G.
/// - Throws: `LacunaError` unless both sizes are at least 1.
public func steeringDictionary(antennas: Int, atoms: Int) throws -> Matrix<Complex<Double>> {
    guard antennas > 0, atoms > 0 else {
        throw LacunaError(
            .value, "steering dictionary", "\(antennas) antennas, \(atoms) atoms; both must be at least 1")
    }
    let scale = 1 / Double(antennas).squareRoot()
    return Matrix(rows: antennas, columns: atoms) { antenna, atom in
        // k (2g - G) mod 2G before the division: exact phases for large arrays.
        let turns = (antenna * (2 * atom - atoms)) % (2 * atoms)
        let phase = Double.pi * Double(turns) / Double(atoms)
        return Complex(scale * Double.cos(phase), scale * Double.sin(phase))
    }
}
