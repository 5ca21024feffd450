// swift-tools-version: 6.3
import PackageDescription

// Arrows go down only; Tests/ArchitectureTests holds every import line against this manifest's table.
let numerics: Target.Dependency = .product(name: "Numerics", package: "swift-numerics")

let package = Package(
    name: "lacuna-suite",
    products: [
        .library(name: "Lacuna", targets: ["Lacuna"]),
        // Its parts, and what runs experiments: for those who need less, or more.
        .library(name: "LacunaArrays", targets: ["LacunaArrays"]),
        .library(name: "LacunaOperators", targets: ["LacunaOperators"]),
        .library(name: "LacunaStructure", targets: ["LacunaStructure"]),
        .library(name: "LacunaSolvers", targets: ["LacunaSolvers"]),
        .library(name: "LacunaWireless", targets: ["LacunaWireless"]),
        .library(name: "LacunaNets", targets: ["LacunaNets"]),
        .library(name: "LacunaDynamics", targets: ["LacunaDynamics"]),
        .library(name: "LacunaExperiment", targets: ["LacunaExperiment"]),
        .library(name: "LacunaIO", targets: ["LacunaIO"]),
        .library(name: "LacunaPlot", targets: ["LacunaPlot"]),
        .library(name: "LacunaScenarios", targets: ["LacunaScenarios"]),
        .executable(name: "lacuna", targets: ["LacunaCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // System libraries: module map and shim header only.
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
        .systemLibrary(name: "CFFTW3", pkgConfig: "fftw3", providers: [.apt(["libfftw3-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The only C of our own: SIMD kernels with run-time dispatch and a portable fallback.
        .target(name: "CLacunaKernels", exclude: ["templates"]),

        // The chain: arrays -> operators, structure -> solvers -> domains.
        .target(
            name: "LacunaArrays", dependencies: ["COpenBLAS", "CFFTW3", "CLacunaKernels", numerics],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .target(name: "LacunaSparse", dependencies: ["LacunaArrays", "CLacunaKernels"]),
        .target(name: "LacunaOperators", dependencies: ["LacunaSparse"]),
        .target(name: "LacunaStructure", dependencies: ["LacunaSparse"]),
        .target(name: "LacunaSolvers", dependencies: ["LacunaOperators", "LacunaStructure"]),
        .target(name: "LacunaWireless", dependencies: ["LacunaSolvers"]),
        .target(name: "LacunaNets", dependencies: ["LacunaSolvers"]),
        .target(name: "LacunaDynamics", dependencies: ["LacunaNets"]),
        .target(name: "Lacuna", dependencies: ["LacunaWireless", "LacunaNets", "LacunaDynamics"]),

        // Experiments around it.
        .target(name: "LacunaExperiment", dependencies: ["LacunaSolvers"]),
        .target(name: "LacunaIO", dependencies: ["LacunaExperiment", "CHDF5", "CZlib"]),
        .target(name: "LacunaPlot", dependencies: ["LacunaExperiment"]),
        .target(
            name: "LacunaScenarios",
            dependencies: [
                "LacunaIO", "LacunaWireless", "LacunaNets", "LacunaDynamics",
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(
            name: "LacunaCLI",
            dependencies: [
                "LacunaScenarios", "LacunaPlot", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Law checkers and naive oracles for the tests; not a product.
        .target(name: "LacunaTestSupport", dependencies: ["Lacuna"]),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(name: "LacunaArraysTests", dependencies: ["LacunaArrays", "CLacunaKernels", "LacunaTestSupport"]),
        .testTarget(name: "LacunaSparseTests", dependencies: ["LacunaSparse", "LacunaTestSupport"]),
        .testTarget(
            name: "LacunaOperatorsTests", dependencies: ["LacunaOperators", "LacunaTestSupport", "CAllocationCounter"]),
        .testTarget(
            name: "LacunaStructureTests", dependencies: ["LacunaStructure", "LacunaTestSupport", "CAllocationCounter"]),
        .testTarget(
            name: "LacunaSolversTests", dependencies: ["LacunaSolvers", "LacunaTestSupport", "CAllocationCounter"]),
        .testTarget(name: "LacunaWirelessTests", dependencies: ["LacunaWireless", "LacunaTestSupport"]),
        .testTarget(
            name: "LacunaNetsTests", dependencies: ["LacunaNets", "LacunaTestSupport", "CAllocationCounter"]),
        .testTarget(name: "LacunaDynamicsTests", dependencies: ["LacunaDynamics", "LacunaTestSupport"]),
        .testTarget(name: "LacunaExperimentTests", dependencies: ["LacunaExperiment", "LacunaTestSupport"]),
        .testTarget(name: "LacunaIOTests", dependencies: ["LacunaIO", "LacunaTestSupport"]),
        .testTarget(name: "LacunaPlotTests", dependencies: ["LacunaPlot", "LacunaTestSupport"]),
        .testTarget(
            name: "LacunaScenariosTests", dependencies: ["LacunaScenarios", "LacunaPlot", "LacunaTestSupport"]),
        .testTarget(name: "LacunaCLITests", dependencies: ["LacunaCLI", "LacunaIO", "LacunaTestSupport"]),
        // Recorded problems with expected answers: the solvers as a whole.
        .testTarget(name: "ReferenceTests", dependencies: ["LacunaIO", "LacunaSolvers", "LacunaTestSupport"]),
        .testTarget(name: "ArchitectureTests", dependencies: ["Lacuna"]),
    ],
    swiftLanguageModes: [.v6]
)
