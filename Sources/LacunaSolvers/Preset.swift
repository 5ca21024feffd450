/// The two sets of settings of He & Joseph (2024), read off their code.
///
/// | | `recovery` (Fig. 3) | `irs` (Fig. 7) |
/// |---|---|---|
/// | SVD | ratios 1e-3; start at unit norm | no ratios (1e-3 from 25 dB), g ≥ 1e-4; start at 1 |
/// | AM | ratios 1e-2 (5e-3 if s² is learnt), inner stop 1e-5 | ratios 1e-2, 1e-1, 1e-3, g ≥ 1e-4, inner stop 1e-4 relative; start at 1 |
/// | KSBL | ratios 1e-2 | as AM |
/// | PC | as AM, without start | ratios 1e-2, 1e-1, 1e-2, g ≥ 1e-4, at most 9 sweeps to 1e-4 relative |
/// | classic | ratio 1e-3 | ratio 1e-4 |
public enum Preset: String, Sendable, CaseIterable {
    case recovery
    case irs

    /// Loop options: the ratios of three modes, of which the first serves all where there are more or fewer modes.
    fileprivate func options<Real: RealScalar>(
        recovery: Real, irs: [Real], modes: Int, learnsNoise: Bool
    ) -> SparseBayesianOptions<Real> {
        let ratios = self == .recovery ? [recovery] : irs.count == modes ? irs : [irs[0]]
        return SparseBayesianOptions(
            relativePruning: ratios, absolutePruning: self == .recovery ? 0 : 1e-4, learnsNoise: learnsNoise,
            typicalSize: typicalSize())
    }

    /// ‖y‖ / ‖A‖_F where the study's settings work: in the recorded problems it is 0.1 to 0.8, and 17.
    fileprivate func typicalSize<Real: RealScalar>() -> Real { self == .recovery ? 0.65 : 17 }

    fileprivate var start: ScaleStart { self == .recovery ? .normalized : .ones }
}

/// SVD-KroSBL (He & Joseph 2024): `SVDKroSBL<Double>(.recovery)` has the settings of their recovery study.
public typealias SVDKroSBL<Element: Scalar> = KroneckerSBL<Element, SingularVectorPrior<Element.RealPart>>

/// AM-KroSBL (He & Joseph 2024); KSBL (Chang & Su 2021) is `AMKroSBL<Double>.singleSweep(.recovery)`.
public typealias AMKroSBL<Element: Scalar> = KroneckerSBL<Element, AlternatingPrior<Element.RealPart>>

/// PC-KroSBL (He & Joseph 2024).
public typealias PCKroSBL<Element: Scalar> = KroneckerSBL<Element, PatternCoupledPrior<Element.RealPart>>

extension SparseBayesianLearning where Prior == SingularVectorPrior<Posterior.Element.RealPart> {
    /// SVD-KroSBL with the settings of a study. In the IRS study the authors prune by a ratio at high SNR only.
    public init(_ preset: Preset, snrDecibels: Double = 0, learnsNoise: Bool = false) {
        self.init(
            prior: SingularVectorPrior(start: preset.start),
            options: preset.options(
                recovery: 1e-3, irs: [snrDecibels >= 25 ? 1e-3 : 0], modes: 1, learnsNoise: learnsNoise))
    }
}

extension SparseBayesianLearning where Prior == AlternatingPrior<Posterior.Element.RealPart> {
    /// AM-KroSBL with the settings of a study.
    public init(_ preset: Preset, modes: Int = 3, learnsNoise: Bool = false) {
        let isRecovery = preset == .recovery
        self.init(
            prior: AlternatingPrior(
                tolerance: isRecovery ? 1e-5 : 1e-4, isRelative: !isRecovery, start: preset.start),
            options: preset.options(
                recovery: learnsNoise ? 5e-3 : 1e-2, irs: [1e-2, 1e-1, 1e-3], modes: modes, learnsNoise: learnsNoise))
    }

    /// KSBL with the settings of a study.
    public static func singleSweep(_ preset: Preset, modes: Int = 3, learnsNoise: Bool = false) -> Self {
        Self(
            prior: .singleSweep(start: preset.start),
            options: preset.options(
                recovery: 1e-2, irs: [1e-2, 1e-1, 1e-3], modes: modes, learnsNoise: learnsNoise))
    }
}

extension SparseBayesianLearning where Prior == PatternCoupledPrior<Posterior.Element.RealPart> {
    /// PC-KroSBL with the settings of the IRS study, the only one in which the paper couples; for recovery the threshold
    /// of AM, and none that depends on the units of x. `couplings`: β per mode, nil for a mode that is not coupled.
    public init(_ preset: Preset, couplings: [Prior.Real?], learnsNoise: Bool = false) {
        self.init(
            prior: PatternCoupledPrior(couplings: couplings),
            options: preset.options(
                recovery: 1e-2, irs: [1e-2, 1e-1, 1e-2], modes: couplings.count, learnsNoise: learnsNoise))
    }
}

extension SparseBayesianLearning where Prior == IndependentPrior<Posterior.Element.RealPart> {
    /// Classic SBL with the settings of a study.
    public init(_ preset: Preset, learnsNoise: Bool = false) {
        self.init(
            prior: IndependentPrior(),
            options: SparseBayesianOptions(
                relativePruning: [preset == .recovery ? 1e-3 : 1e-4], learnsNoise: learnsNoise,
                typicalSize: preset.typicalSize()))
    }
}

extension SparseBayesianLearning where Prior == GammaPrior<Posterior.Element.RealPart> {
    /// Plain VBI until the mean settles; nothing is pruned, and the noise is learnt.
    public init(learnsNoise: Bool = true) {
        self.init(
            prior: GammaPrior(isComplex: Posterior.Element.isComplex),
            options: SparseBayesianOptions(
                relativePruning: [0], tolerance: 1e-5, iterationLimit: 300, stopsOn: .mean, learnsNoise: learnsNoise))
    }
}
