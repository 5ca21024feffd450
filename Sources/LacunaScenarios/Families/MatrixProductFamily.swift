import LacunaExperiment
import LacunaSolvers

/// `matrix-product`: how fast W X is for a W with zeros or a structure, on one thread.
struct MatrixProductFamily: ProblemFamily {
    let name = "matrix-product"
    let summary = "time of W X in single precision, sparse or Monarch W, in turn with OpenBLAS on the dense W"
    let citation: Citation? = nil
    let parameters = [
        ParameterDeclaration("size", .integer(1...32768), default: .integer(1024), "rows and columns of W"),
        ParameterDeclaration("rows", .integer(1...32768), "of W; default: size"),
        ParameterDeclaration("columns", .integer(1...32768), "of W; default: size"),
        ParameterDeclaration("vectors", .integer(1...65536), default: .integer(128), "N: columns of X"),
        ParameterDeclaration(
            "structure", .choice(Structure.allCases.map(\.rawValue)), default: .text("random"),
            "where zeros are: anywhere, 4x1, 8x1 or 4x4 blocks, two or more of four consecutive entries, alike in four rows "
                + "with by-4; or a Monarch matrix"
        ),
        ParameterDeclaration(
            "sparsity", .number(0...0.9999), "share of zeros; needed for every structure but monarch"),
        ParameterDeclaration(
            "rounds", .integer(1...1000), default: .integer(9),
            "how often a product and the dense one are timed in turn"),
    ]
    let metrics = [
        ResultTable.Metric(
            name: "speedup", longName: "speed-up over the dense product", better: .higher, isTiming: true),
        ResultTable.Metric(
            name: "gflops", longName: "useful rate, 2 N per number of W", unit: "GFLOP/s", better: .higher,
            isTiming: true),
        ResultTable.Metric(
            name: "relative_error", longName: "relative error ‖Y - Ŷ‖ / ‖Y‖ against the dense product", better: .lower),
        ResultTable.Metric(name: "density", longName: "numbers of W over its entries", better: .lower),
    ]

    private enum Structure: String, CaseIterable {
        case random, blocks, monarch
        case blocks8 = "blocks-8"
        case blocks4x4 = "blocks-4x4"
        case twoOfFour = "two-of-four"
        case twoOfFourBy4 = "two-of-four-by-4"
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let size = try parameters.integer("size")
        let rows = try parameters.optionalInteger("rows") ?? size
        let columns = try parameters.optionalInteger("columns") ?? size
        let vectors = try parameters.integer("vectors")
        // W twice, as Swift and BLAS have it; X and Y.
        try requireMemory(
            elements: [2 * rows * columns + (rows + columns) * vectors], bytesEach: MemoryLayout<Float>.stride, name)
        var weightStream = randomness.stream(
            "weights",
            dependingOn: try parameters.subset(["size", "rows", "columns", "structure", "sparsity"]))
        var activationStream = randomness.stream(
            "activations",
            dependingOn: [(name: "columns", value: "\(columns)"), (name: "vectors", value: "\(vectors)")])
        let activations = (0..<columns * vectors).map { _ in Float(activationStream.uniform() - 0.5) }
        let weights: Matrix<Float>
        var factors: MonarchFactors<Float>?
        var count = 0
        guard let structure = Structure(rawValue: try parameters.text("structure")) else {
            throw LacunaError(.name, name, "unknown structure")
        }
        if structure == .monarch {
            guard parameters["sparsity"] == nil else {
                throw LacunaError(
                    .value, "sparsity", "a Monarch matrix has none of its own",
                    remedy: "Leave it out, or take another structure")
            }
            let drawn = try monarch(rows, columns, &weightStream)
            factors = drawn
            weights = drawn.dense()
            count = drawn.parameterCount
        } else {
            weights = try sparse(rows, columns, structure, sparsity: parameters.number("sparsity"), &weightStream)
            count = weights.storage.count { $0 != 0 }
        }
        let problem = MatrixProductProblem(
            weights: weights, factors: factors, activations: activations, vectors: vectors,
            parameterCount: max(count, 1), rounds: try parameters.integer("rounds"))
        return DrawnProblem(problem: problem) { estimate in
            guard let timing = estimate as? ProductTiming else { throw wrongEstimate(name) }
            var metrics = [
                "speedup": timing.speedup, "density": problem.density,
                "gflops": 2 * Double(problem.parameterCount) * Double(vectors) / timing.seconds / 1e9,
            ]
            if let error = timing.relativeError { metrics["relative_error"] = error }
            return metrics
        }
    }

    private func monarch(_ rows: Int, _ columns: Int, _ stream: inout RandomStream) throws -> MonarchFactors<Float> {
        let layout = try MonarchLayout(
            rows: rows, columns: columns, blockSize: MonarchLayout.fastBlockSize(rows: rows, columns: columns))
        func tensor(_ dimensions: [Int]) -> Tensor<Float> {
            Tensor(
                dimensions: dimensions,
                storage: (0..<dimensions.reduce(1, *)).map { _ in Float(stream.uniform() - 0.5) })
        }
        return try MonarchFactors(
            layout: layout, left: tensor(layout.leftDimensions), right: tensor(layout.rightDimensions))
    }

    private func sparse(
        _ rows: Int, _ columns: Int, _ structure: Structure, sparsity: Double, _ stream: inout RandomStream
    ) throws -> Matrix<Float> {
        let (height, width) =
            switch structure {
            case .blocks, .twoOfFourBy4: (4, 1)
            case .blocks8: (8, 1)
            case .blocks4x4: (4, 4)
            case .random, .twoOfFour, .monarch: (1, 1)
            }
        for (name, count, side) in [("rows", rows, height), ("columns", columns, width)] where count % side != 0 {
            throw LacunaError(.value, name, "\(count) are no multiple of the blocks' \(side)")
        }
        let isPaired = structure == .twoOfFour || structure == .twoOfFourBy4
        if isPaired, sparsity < 0.5 {
            throw LacunaError(.value, "sparsity", "is \(sparsity); two of four entries are at least 0.5")
        }
        var weights = Matrix<Float>(repeating: 0, rows: rows, columns: columns)
        for first in stride(from: 0, to: rows, by: height) {
            var pair: [Int] = []
            var isKept = false
            for column in 0..<columns {
                if isPaired {
                    if column % 4 == 0 { pair = stream.choose(2, of: 4) }
                    isKept = pair.contains(column % 4) && stream.uniform() >= 2 * sparsity - 1
                } else if column % width == 0 {
                    isKept = stream.uniform() >= sparsity
                }
                guard isKept else { continue }
                for row in first..<first + height { weights[row, column] = Float(stream.openUniform() - 0.5) }
            }
        }
        return weights
    }
}
