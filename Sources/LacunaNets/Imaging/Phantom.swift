/// Simulated slices of a body: what magnetic resonance reconstructions are tried on.
public enum Phantom {
    /// An image with values in the unit disc, [size, size] row-major: one large ellipse and `details` smaller ones inside it, each of constant
    /// intensity, overlaps added, cut off below 0, the largest modulus 1; times exp(i φ) with a smooth phase of at most ±π.
    ///
    /// Coordinates run over [-1, 1]. φ is a polynomial of second degree whose coefficients are uniform.
    /// - Throws: `LacunaError` for a size below 8 or a negative number of details.
    public static func ellipses(size: Int, details: Int = 8, random: inout RandomStream) throws -> [Complex<Double>] {
        guard size >= 8, details >= 0 else {
            throw LacunaError(.value, "phantom", "\(size) pixels with \(details) details; at least 8 and 0 are needed")
        }
        func uniform(_ range: ClosedRange<Double>) -> Double {
            range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
        }
        var ellipses = [
            Ellipse(
                x: uniform(-0.08...0.08), y: uniform(-0.08...0.08), width: uniform(0.6...0.85),
                height: uniform(0.6...0.85), angle: uniform(0...Double.pi), intensity: uniform(0.5...1))
        ]
        for _ in 0..<details {
            let radius = 0.5 * random.uniform().squareRoot(), angle = uniform(0...2 * Double.pi)
            ellipses.append(
                Ellipse(
                    x: radius * Double.cos(angle), y: radius * Double.sin(angle), width: uniform(0.04...0.3),
                    height: uniform(0.04...0.3), angle: uniform(0...Double.pi), intensity: uniform(-0.5...0.5)))
        }
        let phase = (0..<6).map { _ in uniform(-1...1) * Double.pi / 6 }
        var moduli: [Double] = [], peak = 0.0
        for row in 0..<size {
            for column in 0..<size {
                let (x, y) = coordinates(row, column, size)
                let value = max(0, ellipses.reduce(0) { $0 + ($1.contains(x, y) ? $1.intensity : 0) })
                moduli.append(value)
                peak = max(peak, value)
            }
        }
        return moduli.enumerated().map { index, modulus in
            let (x, y) = coordinates(index / size, index % size, size)
            let angle = phase[0] + phase[1] * x + phase[2] * y + phase[3] * x * x + phase[4] * x * y + phase[5] * y * y
            let value = peak > 0 ? modulus / peak : 0
            return Complex(value * Double.cos(angle), value * Double.sin(angle))
        }
    }

    /// The centre of a pixel in [-1, 1]².
    fileprivate static func coordinates(_ row: Int, _ column: Int, _ size: Int) -> (x: Double, y: Double) {
        (2 * (Double(column) + 0.5) / Double(size) - 1, 2 * (Double(row) + 0.5) / Double(size) - 1)
    }

    private struct Ellipse {
        let x: Double
        let y: Double
        let width: Double
        let height: Double
        let angle: Double
        let intensity: Double

        func contains(_ px: Double, _ py: Double) -> Bool {
            let c = Double.cos(angle), s = Double.sin(angle)
            let u = ((px - x) * c + (py - y) * s) / width, v = ((py - y) * c - (px - x) * s) / height
            return u * u + v * v <= 1
        }
    }
}

/// What receive coils see of each point of an image.
public enum CoilSensitivities {
    /// Coils on a circle of radius 1 around [-1, 1]², each a Gaussian of standard deviation `width` with a phase of its own that is linear in
    /// space, divided by the root of their sum of squares: Σ_c |S_c|² = 1. [coils, size, size] row-major.
    /// - Throws: `LacunaError` for no coils, no pixels or a width that is not positive.
    public static func gaussian(
        coils: Int, size: Int, width: Double = 0.8, random: inout RandomStream
    ) throws -> [Complex<Double>] {
        guard coils >= 1, size >= 1, width > 0 else {
            throw LacunaError(.value, "coils", "\(coils) of width \(width) on \(size) pixels; each must be positive")
        }
        let turn = 2 * Double.pi * random.uniform()
        var all: [Complex<Double>] = []
        for coil in 0..<coils {
            let angle = turn + 2 * Double.pi * Double(coil) / Double(coils)
            let x = Double.cos(angle), y = Double.sin(angle)
            let phase = (0..<3).map { _ in Double.pi * (2 * random.uniform() - 1) / 2 }
            for point in 0..<size * size {
                let place = Phantom.coordinates(point / size, point % size, size)
                let square = (place.x - x) * (place.x - x) + (place.y - y) * (place.y - y)
                let modulus = Double.exp(-square / (2 * width * width))
                let angle = phase[0] + phase[1] * place.x + phase[2] * place.y
                all.append(Complex(modulus * Double.cos(angle), modulus * Double.sin(angle)))
            }
        }
        let points = size * size
        for point in 0..<points {
            let squares = (0..<coils).reduce(0) { $0 + all[$1 * points + point].squaredModulus }
            let scale = 1 / squares.squareRoot()
            for coil in 0..<coils { all[coil * points + point] = all[coil * points + point].scaled(by: scale) }
        }
        return all
    }
}

/// Which frequencies a scan measures.
public enum SamplingMask {
    /// size²/acceleration of the size × size frequencies: all within `centre` of frequency 0, the others at random without replacement, with
    /// weights (1 - r/r_max)^power at distance r (Lustig, Donoho & Pauly 2007, section 4). Positions in the row-major grid of a Fourier
    /// transform (frequency 0 first), ascending.
    ///
    /// Without replacement by the smallest -log(u)/weight (Efraimidis & Spirakis 2006).
    /// - Throws: `LacunaError` for an acceleration below 1 or one that does not leave enough for the centre.
    public static func variableDensity(
        size: Int, acceleration: Double, centre: Double = 4, power: Double = 3, random: inout RandomStream
    ) throws -> [Int] {
        guard size >= 1, acceleration >= 1, centre >= 0, power >= 0 else {
            throw LacunaError(
                .value, "sampling", "acceleration \(acceleration), centre \(centre), power \(power)",
                remedy: "The acceleration must be at least 1, the others at least 0.")
        }
        let count = Int((Double(size * size) / acceleration).rounded())
        let ranked = (0..<size * size).map { position -> (key: Double, position: Int) in
            let u = random.openUniform()
            func distance(_ index: Int) -> Double { Double(min(index, size - index)) }
            let row = distance(position / size), column = distance(position % size)
            let radius = (row * row + column * column).squareRoot()
            guard radius > centre else { return (-1, position) }
            // Corners keep a small chance.
            let rest = max(1 - radius / (Double(size) / 2.0.squareRoot()), 0.02)
            return (-Double.log(u) / Double.pow(rest, power), position)
        }
        guard count >= ranked.count(where: { $0.key < 0 }) else {
            throw LacunaError(
                .value, "sampling", "\(count) frequencies are fewer than those within \(centre) of frequency 0",
                remedy: "Take a smaller centre or acceleration.")
        }
        return ranked.sorted { ($0.key, $0.position) < ($1.key, $1.position) }.prefix(count).map(\.position).sorted()
    }
}
