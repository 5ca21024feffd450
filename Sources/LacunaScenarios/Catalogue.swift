import LacunaArrays
import LacunaExperiment

extension Catalogue {
    /// Everything that scenario files and the command line can name. One line registers one thing.
    public static let standard: Catalogue = {
        var catalogue = Catalogue()
        catalogue.register(IRSMIMOFamily())
        catalogue.register(KroneckerRecoveryFamily())
        catalogue.register(ClusteredRecoveryFamily())
        catalogue.register(ProblemFileFamily())
        catalogue.register(MatrixApproximationFamily())
        catalogue.register(MatrixProductFamily())
        catalogue.register(NetworkCompressionFamily())
        catalogue.register(OperatorLearningFamily())
        catalogue.register(MRIReconstructionFamily())
        catalogue.register(StructuredTrainingFamily())
        catalogue.register(IdentificationFamily())
        catalogue.register(ForecastFamily())
        catalogue.register(DelayEmbeddingFamily())
        catalogue.register(EnvironmentsFamily())

        catalogue.register(SVDKroSBLMethod())
        catalogue.register(AMKroSBLMethod())
        catalogue.register(PCKroSBLMethod())
        catalogue.register(KSBLMethod())
        catalogue.register(SBLMethod())
        catalogue.register(PCSBLMethod())
        catalogue.register(VBIMethod())
        catalogue.register(TurboVBIMethod())
        catalogue.register(BGAMPMethod())
        catalogue.register(OMPMethod())
        catalogue.register(KroneckerOMPMethod())
        catalogue.register(FISTAMethod())
        catalogue.register(LeastSquaresMethod())
        catalogue.register(LMMSEMethod())
        catalogue.register(OracleLeastSquaresMethod())
        catalogue.register(MonarchMethod())
        catalogue.register(MonarchPairMethod())
        catalogue.register(LowRankMethod())
        catalogue.register(SparseMethod())
        catalogue.register(BlockSparseMethod())
        catalogue.register(KroneckerMethod())
        catalogue.register(DenseProductMethod())
        catalogue.register(CSRProductMethod())
        catalogue.register(Block4x1ProductMethod())
        catalogue.register(Block8x1ProductMethod())
        catalogue.register(BSRProductMethod())
        catalogue.register(GroupedKernelsProductMethod())
        catalogue.register(Int8ProductMethod())
        catalogue.register(NMProductMethod())
        catalogue.register(NMBy4ProductMethod())
        catalogue.register(MonarchProductMethod())
        catalogue.register(DensityLineMethod())
        catalogue.register(DenseNetworkMethod())
        catalogue.register(MagnitudePruningMethod())
        catalogue.register(GradualMagnitudeMethod())
        catalogue.register(L1PruningMethod())
        catalogue.register(GroupLassoPruningMethod())
        catalogue.register(PrecisionPruningMethod())
        catalogue.register(TurboVBIPruningMethod())
        catalogue.register(VariationalDropoutMethod())
        catalogue.register(GroupScalePruningMethod())
        catalogue.register(InformationBottleneckMethod())
        catalogue.register(LogNormalPruningMethod())
        catalogue.register(FourierLayerMethod())
        catalogue.register(MonarchLayerMethod())
        catalogue.register(DenseLayerMethod())
        catalogue.register(PersistenceMethod())
        catalogue.register(SENSEMethod())
        catalogue.register(CGSENSEMethod())
        catalogue.register(WaveletSENSEMethod())
        catalogue.register(MonarchSENSEMethod())
        catalogue.register(DenseTrainingMethod())
        catalogue.register(MonarchTrainingMethod())
        catalogue.register(SparseToDenseMethod())
        catalogue.register(DenseToSparseMethod())
        catalogue.register(DenseToPrunedMethod())
        catalogue.register(DenseToLowRankMethod())
        catalogue.register(STLSQMethod())
        catalogue.register(SR3Method())
        catalogue.register(SSRMethod())
        catalogue.register(FROLSMethod())
        catalogue.register(EnsembleMethod())
        catalogue.register(BayesianIdentificationMethod())
        catalogue.register(WeakFormMethod())
        catalogue.register(StNNMethod())
        catalogue.register(DenseDelayNetworkMethod())
        catalogue.register(DelayRegressionMethod())
        catalogue.register(DMDMethod())
        catalogue.register(OptimizedDMDMethod())
        catalogue.register(HAVOKMethod())
        catalogue.register(LEADSMethod())

        catalogue.register(OperatorKind(name: "dense", summary: "a matrix"))
        catalogue.register(OperatorKind(name: "kronecker", summary: "A_1 ⊗ … ⊗ A_I, never formed"))
        catalogue.register(OperatorKind(name: "kronecker-gram", summary: "A_1 ⊗ … ⊗ A_I with a fast A diag(g) Aᴴ"))
        catalogue.register(OperatorKind(name: "khatri-rao", summary: "column-wise Kronecker product"))
        catalogue.register(OperatorKind(name: "diagonal", summary: "entrywise scaling"))
        catalogue.register(OperatorKind(name: "fourier", summary: "unitary discrete Fourier transform (FFTW)"))
        catalogue.register(OperatorKind(name: "restriction", summary: "keeps some entries"))
        catalogue.register(
            OperatorKind(name: "monarch", summary: "two batches of small blocks: a Monarch matrix by its factors"))
        catalogue.register(
            OperatorKind(name: "monarch-fourier", summary: "Fourier transform as nested Monarch factors"))
        catalogue.register(
            OperatorKind(
                name: "monarch-convolution", summary: "long convolution by Monarch factors of the Fourier transform"))
        catalogue.register(
            OperatorKind(name: "coil-encoding", summary: "some frequencies of an image as several coils see it (FFTW)"))
        catalogue.register(OperatorKind(name: "wavelet", summary: "orthonormal wavelet transform of an image"))
        catalogue.register(OperatorKind(name: "block-diagonal", summary: "blocks on the diagonal"))
        catalogue.register(OperatorKind(name: "permutation", summary: "reorders entries"))
        catalogue.register(OperatorKind(name: "circulant", summary: "circular convolution (FFTW)"))
        catalogue.register(OperatorKind(name: "toeplitz", summary: "constant diagonals (FFTW)"))
        catalogue.register(OperatorKind(name: "hankel", summary: "constant antidiagonals (FFTW)"))
        catalogue.register(OperatorKind(name: "vandermonde", summary: "powers of nodes; steering vectors"))
        catalogue.register(OperatorKind(name: "sparse", summary: "a sparse matrix: CSR, r×1 blocks or BSR"))
        catalogue.register(OperatorKind(name: "nm", summary: "N of every M entries of a row, packed"))
        catalogue.register(OperatorKind(name: "masked", summary: "A with some entries set to zero"))
        catalogue.register(OperatorKind(name: "sum", summary: "A_1 + … + A_K"))
        catalogue.register(OperatorKind(name: "column-sum", summary: "the same, of operators that give their columns"))
        catalogue.register(OperatorKind(name: "stack", summary: "operators above each other or side by side"))
        catalogue.register(
            OperatorKind(name: "column-stack", summary: "the same, of operators that give their columns"))
        catalogue.register(OperatorKind(name: "composition", summary: "A B"))
        catalogue.register(OperatorKind(name: "scaled", summary: "c A"))
        catalogue.register(
            OperatorKind(name: "column-scaled", summary: "the same, of an operator that gives its columns"))
        catalogue.register(OperatorKind(name: "adjoint", summary: "Aᴴ"))
        return catalogue
    }()
}

/// Problem families, methods and operator kinds by name.
public struct Catalogue: Sendable {
    /// An operator kind, for `lacuna list operators`: operators are built by families and by Swift code, not by scenarios.
    public struct OperatorKind: Hashable, Sendable {
        public let name: String
        public let summary: String

        public init(name: String, summary: String) {
            self.name = name
            self.summary = summary
        }
    }

    public private(set) var families: [any ProblemFamily] = []
    public private(set) var methods: [any Method] = []
    public private(set) var operators: [OperatorKind] = []

    public init() {}

    public mutating func register(_ family: any ProblemFamily) { families.append(family) }
    public mutating func register(_ method: any Method) { methods.append(method) }
    public mutating func register(_ kind: OperatorKind) { operators.append(kind) }

    public func family(_ name: String) -> (any ProblemFamily)? { families.first { $0.name == name } }

    /// - Throws: `LacunaError` of kind `name` with the nearest known name.
    public func method(_ name: String) throws -> any Method {
        if let method = methods.first(where: { $0.name == name }) { return method }
        throw LacunaError(
            .name, "method '\(name)'", "unknown", remedy: knownNamesRemedy(for: name, among: methods.map(\.name)))
    }

    /// What is wrong with the registrations themselves: a name used twice, an option that a scenario could not spell.
    /// Empty for a sound catalogue; a test asks.
    public func contradictions() -> [String] {
        var found: [String] = []
        func check(_ names: [String], _ what: String) {
            for (name, group) in Dictionary(grouping: names, by: { $0 }) where group.count > 1 {
                found.append("\(what) '\(name)' is registered \(group.count) times")
            }
        }
        check(families.map(\.name) + methods.map(\.name), "name")
        for method in methods {
            check(method.options.map(\.name), "option of '\(method.name)'")
            for option in method.options where ScenarioSchema.methodKeys.contains(option.name) {
                found.append("option '\(option.name)' of '\(method.name)' is a key of every method")
            }
            for option in method.options {
                guard let condition = option.condition else { continue }
                let known: [String] =
                    if case .choice(let choices)? = method.options.first(where: { $0.name == condition.name })?.kind {
                        choices
                    } else { [] }
                if !condition.values.allSatisfy(known.contains) {
                    found.append("option '\(option.name)' of '\(method.name)' depends on what is no choice of it")
                }
            }
        }
        for family in families {
            check(family.parameters.map(\.name), "parameter of '\(family.name)'")
            check(family.metrics.map(\.name), "metric of '\(family.name)'")
            for parameter in family.parameters
            where ["kind", "algorithm", "trial", "iteration"].contains(parameter.name) {
                found.append("parameter '\(parameter.name)' of '\(family.name)' is a reserved name")
            }
        }
        return found.sorted()
    }
}
