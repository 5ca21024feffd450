import LacunaExperiment
import LacunaScenarios
import LacunaSolvers
import Testing

/// Problem families `matrix-approximation` and `matrix-product`, with their methods.
@Suite struct MatrixFamiliesTests {
    private func draw(_ family: String, _ parameters: [String: ParameterValue]) throws -> DrawnProblem {
        let family = try #require(Catalogue.standard.family(family))
        let values = try ParameterValues(parameters, declarations: family.parameters, owner: family.name)
        return try family.draw(values, randomness: Randomness(seed: 1, trial: 0))
    }

    private func metrics(
        _ method: String, _ drawn: DrawnProblem, _ options: [String: ParameterValue] = [:]
    ) throws -> [String: Double]? {
        let method = try Catalogue.standard.method(method)
        let values = try ParameterValues(options, declarations: method.options, owner: method.name)
        guard method.reasonToSkip(drawn.problem, options: values) == nil else { return nil }
        return try drawn.score(method.run(drawn.problem, options: values, limits: SolveLimits()).estimate)
    }

    @Test(arguments: [1, 3])
    func methodsGetEqualNumbers(budget: Int) throws {
        let drawn = try draw("matrix-approximation", ["size": .integer(36), "budget": .integer(budget)])
        for method in ["monarch", "low-rank", "kronecker", "sparse", "block-sparse"] {
            let found = try #require(try metrics(method, drawn))
            #expect(found["parameter_count"] == Double(budget * 36 * 12), "\(method)")
            #expect(found["density"] == Double(budget * 36 * 12) / 1296)
            #expect(try #require(found["relative_error"]) < 1)
        }
    }

    @Test func powerIterationIsNearTheBest() throws {
        let drawn = try draw("matrix-approximation", ["size": .integer(64)])
        let best = try #require(try metrics("monarch", drawn)?["relative_error"])
        let power = try #require(
            try metrics("monarch", drawn, ["projection": .text("power"), "iterations": .integer(20)])?["relative_error"]
        )
        #expect(power >= best * (1 - 1e-12) && power < 1.001 * best)
        let poor = try #require(
            try metrics("monarch", drawn, ["projection": .text("power"), "iterations": .integer(1)])?["relative_error"])
        #expect(poor > power)
    }

    @Test func optionsAreUsed() throws {
        let drawn = try draw("matrix-approximation", ["size": .integer(64), "budget": .integer(2)])
        #expect(try metrics("monarch", drawn, ["rank": .integer(1)])?["parameter_count"] == 1024)
        // Blocks of 16: 16 (4 + 16) 4 = 1280 numbers, which 2048 pay for once.
        #expect(try metrics("monarch", drawn, ["block_size": .integer(16)])?["parameter_count"] == 1280)
        let circulant = try draw("matrix-approximation", ["size": .integer(64), "matrix": .text("circulant")])
        let pair = try #require(try metrics("monarch-pair", circulant, ["block_size": .integer(16)]))
        #expect(try #require(pair["relative_error"]) < 1e-8 && pair["parameter_count"] == 2560)
    }

    @Test func ranksAndBlocksFitTheMatrix() throws {
        // Slices of 8×8: the numbers would pay for rank 20.
        let rich = try draw("matrix-approximation", ["size": .integer(64), "budget": .integer(20)])
        let whole = try #require(try metrics("monarch", rich))
        #expect(whole["parameter_count"] == 8 * 1024 && whole["relative_error"] ?? 1 < 1e-13)
        for options in [["rank": ParameterValue.integer(9)], ["block_size": .integer(1_000_000)]] {
            let error = #expect(throws: LacunaError.self) { try metrics("monarch", rich, options) }
            #expect(error.map { "\($0)".contains("\n") } == false)
        }
        #expect(try metrics("monarch", rich, ["rank": .integer(8)])?["parameter_count"] == 8 * 1024)
    }

    @Test func pairsThatCannotBeRecoveredAreSkipped() throws {
        #expect(try metrics("monarch-pair", draw("matrix-approximation", ["size": .integer(16)])) == nil)
        // Blocks that are not invertible, and a size that no block divides.
        let permutation = try draw("matrix-approximation", ["size": .integer(16), "matrix": .text("permutation")])
        #expect(try metrics("monarch-pair", permutation) == nil)
        let seven = try draw("matrix-approximation", ["size": .integer(7), "matrix": .text("circulant")])
        #expect(try metrics("monarch-pair", seven, ["block_size": .integer(3)]) == nil)
    }

    @Test func whatDoesNotFitIsSkippedOrRefused() throws {
        let odd = try draw("matrix-approximation", ["size": .integer(9)])
        #expect(try metrics("block-sparse", odd) == nil)
        #expect(try metrics("csr", odd) == nil && metrics("omp", odd) == nil)
        #expect(throws: LacunaError.self) {
            try draw("matrix-approximation", ["size": .integer(12), "matrix": .text("hadamard")])
        }
        let sparse: [String: ParameterValue] = ["size": .integer(12), "sparsity": .number(0.5)]
        #expect(throws: LacunaError.self) { try draw("matrix-product", ["size": .integer(12)]) }
        for (structure, sparsity) in [("monarch", 0.5), ("two-of-four", 0.4), ("blocks-8", 0.5)] {
            #expect(throws: LacunaError.self, "\(structure)") {
                try draw(
                    "matrix-product",
                    ["size": .integer(12), "structure": .text(structure), "sparsity": .number(sparsity)])
            }
        }
        let random = try draw("matrix-product", sparse)
        #expect(try metrics("monarch-product", random) == nil && metrics("nm-2-4", random) == nil)
        let single = try draw(
            "matrix-product", ["size": .integer(12), "sparsity": .number(0.5), "structure": .text("two-of-four")])
        #expect(try metrics("nm-2-4-by-4", random) == nil && metrics("nm-2-4-by-4", single) == nil)
        #expect(try metrics("block-8x1", random) == nil && metrics("monarch", random) == nil)
        let narrow = try draw(
            "matrix-product", ["rows": .integer(12), "columns": .integer(10), "sparsity": .number(0.5)])
        #expect(try metrics("bsr-4x4", narrow) == nil && metrics("grouped-kernels", narrow) == nil)
    }

    @Test(.enabled(if: physicalMemory < 24 << 30, "a machine with more memory draws it"))
    func productsThatMemoryDoesNotHoldAreRefused() {
        #expect(throws: LacunaError.self) {
            try draw(
                "matrix-product",
                ["size": .integer(32768), "vectors": .integer(65536), "sparsity": .number(0.9)])
        }
    }

    @Test(arguments: [1, 5, 40])
    func everyFormatGivesTheDenseProduct(vectors: Int) throws {
        let common: [String: ParameterValue] = [
            "rows": .integer(48), "columns": .integer(64), "vectors": .integer(vectors), "rounds": .integer(1),
        ]
        for (structure, methods) in [
            ("random", ["dense-product", "csr", "block-4x1", "block-8x1"]),
            ("blocks", ["block-4x1", "grouped-kernels", "int8-4x1"]), ("blocks-8", ["block-8x1"]),
            ("blocks-4x4", ["bsr-4x4", "block-4x1"]), ("two-of-four", ["nm-2-4"]),
            ("two-of-four-by-4", ["nm-2-4-by-4", "nm-2-4", "block-4x1"]), ("monarch", ["monarch-product"]),
        ] {
            var parameters = common.merging(["structure": .text(structure)]) { $1 }
            if structure != "monarch" { parameters["sparsity"] = .number(0.6) }
            let drawn = try draw("matrix-product", parameters)
            for method in methods {
                let found = try #require(try metrics(method, drawn))
                let error = try #require(found["relative_error"])
                #expect(error <= (method == "int8-4x1" ? 0.03 : 1e-6), "\(method) \(structure)")
                #expect(try #require(found["speedup"]) > 0 && found["gflops"] ?? 0 > 0)
            }
            let ideal = try #require(try metrics("density-line", drawn)), density = try #require(ideal["density"])
            #expect(ideal["speedup"] == 1 / density && ideal["relative_error"] == nil)
        }
    }

    @Test func timesAreMarkedAsSuch() throws {
        let family = try #require(Catalogue.standard.family("matrix-product"))
        #expect(family.metrics.filter(\.isTiming).map(\.name) == ["speedup", "gflops"])
        #expect(ResultTable.Metric.ofEveryFamily.filter(\.isTiming).map(\.name) == ["seconds"])
        let text = """
            lacuna: 1
            name: times
            problem: { kind: matrix-product, sparsity: 0.5 }
            methods: [csr]
            trials: 1
            metrics: [METRICS]
            """
        for (metrics, isAboutTimes) in [("speedup", true), ("relative_error, seconds", false)] {
            let scenario = try ScenarioReader(catalogue: .standard).read(
                text: text.replacing("METRICS", with: metrics), name: "times.yaml")
            #expect(scenario.measuresTimes == isAboutTimes)
        }
    }

    /// A power of two changes no bit of it, however small or large the matrix becomes.
    @Test(arguments: [-1000, -560, 3, 515, 1000])
    func relativeErrorsHaveNoUnit(exponent: Int) {
        var stream = RandomStream(key: 9)
        let a: Matrix<Double> = stream.matrix(5, 4), b: Matrix<Double> = stream.matrix(5, 4)
        func scaled(_ matrix: Matrix<Double>) -> Matrix<Double> {
            let unit = Double(sign: .plus, exponent: exponent, significand: 1)
            return Matrix(rows: 5, columns: 4, storage: matrix.storage.map { $0 * unit })
        }
        let error = relativeFrobeniusError(of: b, against: a)
        #expect(error > 0.1 && error.isFinite)
        #expect(relativeFrobeniusError(of: scaled(b), against: scaled(a)) == error)
        let zero = Matrix<Double>(repeating: 0, rows: 5, columns: 4)
        #expect(relativeFrobeniusError(of: zero, against: zero) == 0)
        #expect(relativeFrobeniusError(of: a, against: zero) == .infinity)
    }
}
