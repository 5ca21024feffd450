/// Dynamic modes with inputs (Proctor, Brunton & Kutz 2016): x_{k+1} ≈ A x_k + B u_k. Without inputs in the model, what they do would be taken
/// for dynamics.
///
/// With Ω = [X₁; U] = W S Vᴴ: [A B] = X₂ V S⁻¹ Wᴴ, seen on the leading left singular vectors of X₂. If B is known, A is that of X₂ - B U.
/// Cost: two singular value decompositions.
public struct ControlledDMD: Hashable, Sendable {
    /// Of the states (and outputs).
    public var rank: RankRule
    /// Of states and inputs together.
    public var inputRank: RankRule

    public init(rank: RankRule = .all, inputRank: RankRule = .all) {
        self.rank = rank
        self.inputRank = inputRank
    }

    /// - Parameters:
    ///   - snapshots: variables × m, one per column.
    ///   - inputs: inputs × (m - 1) or more columns; column k acts from snapshot k to k + 1.
    ///   - inputMap: B, variables × inputs, if it is known.
    /// - Throws: `LacunaError` for sizes that do not agree, numbers that are not finite, and ranks that do not exist.
    public func fit(
        _ snapshots: Matrix<Double>, inputs: Matrix<Double>, inputMap: Matrix<Double>? = nil, step: Double = 1
    ) throws -> ControlledModes {
        let m = snapshots.columns
        guard m >= 2, inputs.columns >= m - 1 else {
            throw LacunaError(
                .shape, "DMD with control",
                "\(snapshots.rows)×\(m) snapshots with \(inputs.rows)×\(inputs.columns) inputs",
                remedy: "Give an input for every snapshot but the last.")
        }
        return try fit(
            before: snapshots.selectingColumns(0..<m - 1), after: snapshots.selectingColumns(1..<m),
            inputs: inputs.selectingColumns(0..<m - 1), inputMap: inputMap, step: step)
    }

    /// From pairs of snapshots, a column for each, as of several trajectories. - Throws: as for one.
    public func fit(
        before: Matrix<Double>, after: Matrix<Double>, inputs: Matrix<Double>, inputMap: Matrix<Double>? = nil,
        step: Double = 1
    ) throws -> ControlledModes {
        let n = before.rows, pairs = before.columns, p = inputs.rows
        guard n >= 1, pairs >= 1, p >= 1, after.shape == before.shape, inputs.columns == pairs else {
            throw LacunaError(
                .shape, "DMD with control",
                "\(n)×\(pairs) snapshots before \(after.rows)×\(after.columns) with \(p)×\(inputs.columns) inputs")
        }
        guard [before, after, inputs].allSatisfy({ $0.storage.allSatisfy(\.isFinite) }), step > 0, step.isFinite
        else {
            throw LacunaError(
                .value, "DMD with control", "a snapshot or input is not finite, or the step \(step) not positive")
        }
        if let inputMap {
            guard inputMap.shape == [n, p] else {
                throw LacunaError(.shape, "input map", "\(inputMap.rows)×\(inputMap.columns) for \(n)×\(p)")
            }
            let moved = try inputMap.multiplied(by: inputs)
            let free = Matrix(rows: n, columns: pairs) { after[$0, $1] - moved[$0, $1] }
            let decomposition = try SingularValueDecomposition(before)
            let r = try rank.rank(of: decomposition.values, rows: n, columns: pairs)
            let basis = decomposition.u.selectingColumns(0..<r)
            let right = Matrix(rows: pairs, columns: r) { decomposition.v[$0, $1] / decomposition.values[$1] }
            let map = try basis.transposed.multiplied(by: free.multiplied(by: right))
            return ControlledModes(basis: basis, map: map, inputMap: inputMap, step: step)
        }
        let both = Matrix(rows: n + p, columns: pairs) { $0 < n ? before[$0, $1] : inputs[$0 - n, $1] }
        let decomposition = try SingularValueDecomposition(both)
        let r = try inputRank.rank(of: decomposition.values, rows: n + p, columns: pairs)
        let right = Matrix(rows: pairs, columns: r) { decomposition.v[$0, $1] / decomposition.values[$1] }
        let maps = try after.multiplied(by: right).multiplied(by: decomposition.u.selectingColumns(0..<r).transposed)
        let outputs = try SingularValueDecomposition(after)
        let basis = outputs.u.selectingColumns(0..<(try rank.rank(of: outputs.values, rows: n, columns: pairs)))
        let map = try basis.transposed.multiplied(by: maps.selectingColumns(0..<n)).multiplied(by: basis)
        return ControlledModes(basis: basis, map: map, inputMap: maps.selectingColumns(n..<n + p), step: step)
    }
}

/// x_{k+1} = U Ã Uᵀ x_k + B u_k.
public struct ControlledModes: Hashable, Sendable {
    /// U, variables × r.
    public let basis: Matrix<Double>
    /// Ã, r × r.
    public let map: Matrix<Double>
    /// B, variables × inputs.
    public let inputMap: Matrix<Double>
    public let step: Double

    public init(basis: Matrix<Double>, map: Matrix<Double>, inputMap: Matrix<Double>, step: Double) {
        self.basis = basis
        self.map = map
        self.inputMap = inputMap
        self.step = step
    }

    /// Of the map over one step.
    public func eigenvalues() throws -> [Complex<Double>] { try GeneralEigen(map.complex).values }

    /// x_0 = state, then a column per column of `inputs` (inputs × steps).
    /// - Throws: `LacunaError` for another number of variables or inputs.
    public func predict(from state: [Double], inputs: Matrix<Double>) throws -> Matrix<Double> {
        let n = basis.rows
        guard state.count == n, inputs.rows == inputMap.columns else {
            throw LacunaError(
                .shape, "DMD with control",
                "\(state.count) variables and \(inputs.rows) inputs; the model has \(n) and \(inputMap.columns)")
        }
        var states = Matrix<Double>(repeating: 0, rows: n, columns: inputs.columns + 1)
        for (row, value) in state.enumerated() { states[row, 0] = value }
        for column in 0..<inputs.columns {
            let inner = try basis.transposed.multiplied(by: states.selectingColumns([column]))
            let moved = try basis.multiplied(by: map.multiplied(by: inner))
            let forced = try inputMap.multiplied(by: inputs.selectingColumns([column]))
            for row in 0..<n { states[row, column + 1] = moved[row, 0] + forced[row, 0] }
        }
        return states
    }
}
