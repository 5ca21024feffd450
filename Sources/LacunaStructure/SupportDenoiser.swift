/// A law p(s) of supports s ∈ {0, 1}^N as a denoiser on log-likelihood ratios: Module B of Turbo-VBI, the support half of
/// message passing, the prior of network masks.
///
/// Given the evidence ℓ_n = log p(data | s_n = 1) / p(data | s_n = 0) of every variable, `update` returns what the law and
/// the *other* variables say of s_n,
///
///     m_n = log P(s_n = 1 | ℓ without ℓ_n) / P(s_n = 0 | ℓ without ℓ_n),
///
/// so that the posterior log odds are m_n + ℓ_n. With ℓ = 0 these are the prior log odds.
///
/// Laws: m_n does not depend on ℓ_n (on graphs with loops up to what comes back around them); `update` is a pure function of
/// ℓ and the parameters; neither `update` nor `learn` allocates.
public protocol SupportDenoiser<Real>: Sendable {
    associatedtype Real: RealScalar
    /// Messages of the last `update`; made once per solve. A copy shares them.
    associatedtype Workspace

    /// - Throws: `LacunaError` for parameters that no update can work with, or a law of another number of variables.
    func validate(count: Int) throws
    func makeWorkspace(count: Int) -> Workspace

    /// m ← extrinsic log odds of `count` variables.
    func update(
        _ likelihoodRatio: UnsafePointer<Real>, into m: UnsafeMutablePointer<Real>, count: Int,
        workspace: inout Workspace)

    /// One step of expectation maximisation of the law's parameters, regularised by pseudo-counts, after an `update` with the
    /// same ℓ and m. Laws whose parameters are given do nothing.
    mutating func learn(
        _ likelihoodRatio: UnsafePointer<Real>, _ m: UnsafePointer<Real>, count: Int, workspace: inout Workspace)
}

extension SupportDenoiser {
    public mutating func learn(
        _ likelihoodRatio: UnsafePointer<Real>, _ m: UnsafePointer<Real>, count: Int, workspace: inout Workspace
    ) {}

    /// m for the evidence in an array. - Throws: as `validate`.
    public func messages(_ likelihoodRatio: [Real]) throws -> [Real] {
        let count = likelihoodRatio.count
        try validate(count: count)
        let input = Buffer(likelihoodRatio)
        defer { withExtendedLifetime(input) {} }
        let output = Buffer<Real>(repeating: 0, count: count)
        var workspace = makeWorkspace(count: count)
        update(input.pointer, into: output.pointer, count: count, workspace: &workspace)
        return output.prefix(count)
    }
}
