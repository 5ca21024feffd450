/// The posterior of x given y = A x + n, n ~ N(0, s² I) and x ~ N(0, diag(g)): the E-step of every Bayesian solver.
///
///     Σ_y = s² I + A diag(g) Aᴴ,  mean = diag(g) Aᴴ Σ_y⁻¹ y,  var = g - diag(diag(g) Aᴴ Σ_y⁻¹ A diag(g))
///
/// Conformers differ in the dictionaries that they serve and in cost. They own their workspaces; `update` does not
/// allocate. Vectors run over the active entries of the scales they were updated with.
public protocol GaussianPosterior<Element> {
    associatedtype Element: Scalar

    /// - Throws: `LacunaError` if the dictionary is of a kind that this posterior cannot serve.
    init(_ model: LinearModel<Element>) throws

    /// Unknowns per mode.
    var dimensions: [Int] { get }

    /// Told before `update` when scales were pruned: the positions that stay, in the order of the active entries.
    mutating func restrict(mode: Int, kept: [Int])
    mutating func update(_ scales: KroneckerScales<Element.RealPart>, noiseVariance: Element.RealPart)

    var mean: UnsafePointer<Element> { get }
    /// The variances alone; overwrites the second moments.
    mutating func variances(_ scales: KroneckerScales<Element.RealPart>) -> UnsafePointer<Element.RealPart>
    /// L_n = var_n + |mean_n|².
    var secondMoment: UnsafePointer<Element.RealPart> { get }
    /// Σ_n 1 - var_n / g_n: how many parameters the data determine.
    func determinedParameters() -> Element.RealPart
    /// ‖y - A mean‖².
    mutating func squaredResidual() -> Element.RealPart
    /// log det Σ_y.
    var logDeterminant: Element.RealPart { get }
}
