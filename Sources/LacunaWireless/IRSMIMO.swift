/// The uplink of one mobile station to a base station by way of an intelligent reflecting surface (He & Joseph 2024,
/// section VI-B): cascaded channels that are block-sparse on an angular grid.
public struct IRSMIMOConfiguration: Hashable, Sendable {
    public var baseStationAntennas = 16
    public var mobileStationAntennas = 6
    public var reflectingElements = 256
    /// G per dictionary: IRS, mobile station, base station.
    public var reflectingGrid = 18
    public var mobileStationGrid = 18
    public var baseStationGrid = 18
    /// K_1: pilot slots.
    public var pilots = 3
    /// K_2: patterns of the surface.
    public var patterns = 6
    /// Adjacent atoms that carry an arrival.
    public var angularSpread = 3

    public init() {}

    /// - Throws: `LacunaError` naming the number that is out of range.
    public func validate() throws {
        let sizes = [
            ("bs_antennas", baseStationAntennas), ("ms_antennas", mobileStationAntennas),
            ("irs_elements", reflectingElements), ("irs_grid", reflectingGrid), ("ms_grid", mobileStationGrid),
            ("bs_grid", baseStationGrid), ("pilots", pilots), ("irs_patterns", patterns),
            ("angular_spread", angularSpread),
        ]
        if let (name, value) = sizes.first(where: { $0.1 < 1 }) {
            throw LacunaError(.value, name, "\(value); it must be at least 1")
        }
        try requireMemory(
            elements: [8, reflectingGrid, mobileStationGrid, baseStationGrid], bytesEach: 16,
            "irs_grid, ms_grid, bs_grid")
        let narrowest = min(reflectingGrid, baseStationGrid)
        guard angularSpread <= narrowest else {
            throw LacunaError(
                .value, "angular_spread", "\(angularSpread) adjacent atoms do not fit into a grid of \(narrowest)")
        }
    }
}

/// What a study draws once and keeps over its realisations: pilots and patterns of the surface.
public struct IRSMIMOTraining: Sendable {
    /// X: T×K_1, QPSK entries over √T.
    public let pilots: Matrix<Complex<Double>>
    /// Θ: L×K_2, entries ±1/√L.
    public internal(set) var patterns: Matrix<Double>

    /// - Throws: `LacunaError` naming the number of the configuration that is out of range.
    public init(_ configuration: IRSMIMOConfiguration, using stream: inout RandomStream) throws {
        try configuration.validate()
        let antennas = configuration.mobileStationAntennas, elements = configuration.reflectingElements
        let amplitude = (0.5 / Double(antennas)).squareRoot()
        pilots = Matrix(rows: antennas, columns: configuration.pilots) { _, _ in
            Complex(amplitude * stream.sign(), amplitude * stream.sign())
        }
        let entry = 1 / Double(elements).squareRoot()
        patterns = Matrix(rows: elements, columns: configuration.patterns) { _, _ in entry * stream.sign() }
    }
}

/// One realisation of the channel.
public struct IRSMIMOChannel: Sendable {
    /// MS to IRS, L×T, and IRS to BS, R×L.
    public let toSurface: Matrix<Complex<Double>>
    public let toBaseStation: Matrix<Complex<Double>>
    /// The cascaded channel on the grid (IRS difference, MS, BS), row-major: what the solvers look for.
    public let coefficients: [Complex<Double>]

    /// H_1 = √(T L / s) (A_L a)(A_T e)ᴴ and H_2 = √(R L / s) (A_R b)(A_L e')ᴴ, where a and b have CN(0, 1) gains on s
    /// adjacent atoms (no wrap) and e, e' are single atoms.
    public init(_ configuration: IRSMIMOConfiguration, using stream: inout RandomStream) throws {
        try configuration.validate()
        let spread = configuration.angularSpread
        let grid = configuration.reflectingGrid
        let surface = try steeringDictionary(antennas: configuration.reflectingElements, atoms: grid)
        let mobile = try steeringDictionary(
            antennas: configuration.mobileStationAntennas, atoms: configuration.mobileStationGrid)
        let base = try steeringDictionary(
            antennas: configuration.baseStationAntennas, atoms: configuration.baseStationGrid)
        let arrival = Self.cluster(spread, of: grid, using: &stream)
        let baseArrival = Self.cluster(spread, of: configuration.baseStationGrid, using: &stream)
        let mobileAtom = stream.integer(below: configuration.mobileStationGrid)
        let departure = stream.integer(below: grid)

        let elements = Double(configuration.reflectingElements)
        let first = (Double(configuration.mobileStationAntennas) * elements / Double(spread)).squareRoot()
        let second = (Double(configuration.baseStationAntennas) * elements / Double(spread)).squareRoot()
        let arrivalVector = Self.combine(surface, arrival)
        let baseVector = Self.combine(base, baseArrival)
        toSurface = Matrix(rows: surface.rows, columns: mobile.rows) { row, column in
            (arrivalVector[row] * mobile[column, mobileAtom].conjugate).scaled(by: first)
        }
        toBaseStation = Matrix(rows: base.rows, columns: surface.rows) { row, column in
            (baseVector[row] * surface[column, departure].conjugate).scaled(by: second)
        }
        // conj(a_j) ∘ a_i depends on the atoms only through (j - i) mod G: the difference grid of the surface.
        var coefficients = Array(
            repeating: Complex<Double>.zero,
            count: grid * configuration.mobileStationGrid * configuration.baseStationGrid)
        for (atom, gain) in arrival {
            let difference = (departure - atom + grid) % grid
            for (baseAtom, baseGain) in baseArrival {
                let row = difference * configuration.mobileStationGrid + mobileAtom
                coefficients[row * configuration.baseStationGrid + baseAtom] += (gain * baseGain).scaled(
                    by: first * second)
            }
        }
        self.coefficients = coefficients
    }

    private static func cluster(
        _ spread: Int, of grid: Int, using stream: inout RandomStream
    ) -> [(atom: Int, gain: Complex<Double>)] {
        let first = stream.integer(below: grid - spread + 1)
        return (0..<spread).map { (first + $0, stream.complexNormal()) }
    }

    private static func combine(
        _ dictionary: Matrix<Complex<Double>>, _ gains: [(atom: Int, gain: Complex<Double>)]
    ) -> [Complex<Double>] {
        (0..<dictionary.rows).map { row in
            gains.reduce(Complex.zero) { $0 + dictionary[row, $1.atom] * $1.gain }
        }
    }

    /// H_2 diag(θ) H_1, R×T.
    public func cascaded(pattern: ArraySlice<Double>) throws -> Matrix<Complex<Double>> {
        let weights = Array(pattern)
        let scaled = Matrix<Complex<Double>>(rows: toSurface.rows, columns: toSurface.columns) {
            toSurface[$0, $1].scaled(by: weights[$0])
        }
        return try toBaseStation.multiplied(by: scaled)
    }
}

/// One realisation of the estimation problem and all that its metrics need.
public struct IRSMIMOProblem: Sendable {
    /// P_1 ⊗ P_2 ⊗ A_R: K_2 × G, K_1 × G and R × G.
    public let model: LinearModel<Complex<Double>>
    public let coefficients: [Complex<Double>]
    /// H_2 diag(θ_k) H_1 for every pattern.
    public let channels: [Matrix<Complex<Double>>]
    /// Maps coefficients to vec(H_k) for every pattern: P_1 ⊗ conj(A_T) ⊗ A_R.
    public let reconstruction: KroneckerOperator<Complex<Double>>

    /// y_k = vec(H_2 diag(θ_k) H_1 X) + n, patterns slowest, then pilots, then BS antennas. The noise variance is the mean
    /// |y|² of the noise-free signal over 10^(SNR/10).
    ///
    /// A pattern whose cascaded channel is weaker than 1e-5 in Frobenius norm is redrawn from `stream`.
    /// - Throws: `LacunaError` where 100 patterns in a row were so weak.
    public init(
        _ configuration: IRSMIMOConfiguration, training: IRSMIMOTraining, channel: IRSMIMOChannel, snrDecibels: Double,
        noise: inout RandomStream, redraws stream: inout RandomStream
    ) throws {
        var training = training
        var channels: [Matrix<Complex<Double>>] = []
        for k in 0..<configuration.patterns {
            var cascaded = try channel.cascaded(pattern: training.patterns.column(k))
            var attempts = 0
            while Self.norm(cascaded) < 1e-5 {
                guard attempts < 100 else {
                    throw LacunaError(
                        .value, "IRS pattern \(k + 1)",
                        "100 patterns in a row gave a cascaded channel weaker than 1e-5",
                        remedy: "Use more reflecting elements.")
                }
                let entry = 1 / Double(configuration.reflectingElements).squareRoot()
                for element in 0..<configuration.reflectingElements {
                    training.patterns[element, k] = entry * stream.sign()
                }
                cascaded = try channel.cascaded(pattern: training.patterns.column(k))
                attempts += 1
            }
            channels.append(cascaded)
        }
        let factors = try Self.dictionaries(configuration, training)
        reconstruction = try KroneckerOperator([factors.surface, factors.mobileConjugate, factors.base])
        let sensing = try KroneckerOperator([
            factors.surface, training.pilots.transposed.multiplied(by: factors.mobileConjugate), factors.base,
        ])
        var measurements: [Complex<Double>] = []
        for cascaded in channels { measurements += try cascaded.multiplied(by: training.pilots).storage }
        let power = measurements.reduce(0) { $0 + $1.squaredModulus } / Double(measurements.count)
        let variance = power / Double.pow(10, snrDecibels / 10)
        let deviation = variance.squareRoot()
        for index in measurements.indices { measurements[index] += noise.complexNormal().scaled(by: deviation) }
        model = try LinearModel(dictionary: sensing, measurements: measurements, noiseVariance: variance)
        coefficients = channel.coefficients
        self.channels = channels
    }

    private static func norm(_ matrix: Matrix<Complex<Double>>) -> Double {
        matrix.storage.reduce(0) { $0 + $1.squaredModulus }.squareRoot()
    }

    /// P_1 (row k: θ_kᵀ (a_0 ∘ conj(A_L)), the G distinct angle differences), conj(A_T) and A_R.
    private static func dictionaries(
        _ configuration: IRSMIMOConfiguration, _ training: IRSMIMOTraining
    ) throws -> (
        surface: Matrix<Complex<Double>>, mobileConjugate: Matrix<Complex<Double>>, base: Matrix<Complex<Double>>
    ) {
        let surface = try steeringDictionary(
            antennas: configuration.reflectingElements, atoms: configuration.reflectingGrid)
        let differences = Matrix<Complex<Double>>(rows: surface.rows, columns: surface.columns) {
            surface[$0, 0] * surface[$0, $1].conjugate
        }
        let patterns = Matrix<Complex<Double>>(rows: training.patterns.columns, columns: training.patterns.rows) {
            Complex(training.patterns[$1, $0], 0)
        }
        let mobile = try steeringDictionary(
            antennas: configuration.mobileStationAntennas, atoms: configuration.mobileStationGrid)
        let base = try steeringDictionary(
            antennas: configuration.baseStationAntennas, atoms: configuration.baseStationGrid)
        return (
            try patterns.multiplied(by: differences),
            Matrix(rows: mobile.rows, columns: mobile.columns) { mobile[$0, $1].conjugate }, base
        )
    }

    /// The channels R×T per pattern that an estimate stands for.
    public func channels(of coefficients: [Complex<Double>]) throws -> [Matrix<Complex<Double>>] {
        let stacked = try reconstruction.apply(coefficients)
        let size = channels[0].rows * channels[0].columns
        return channels.indices.map { k in
            // vec has the MS antenna slow and the BS antenna fast: a column-major R×T matrix.
            Matrix(
                rows: channels[0].rows, columns: channels[0].columns, storage: Array(stacked[k * size..<(k + 1) * size])
            )
        }
    }
}
