/// Support variables on grids: each is tied to its neighbours along rows and columns by the pairwise factors P(s' | s) of two
/// `MarkovTransition`s. Marginals by damped loopy sum-product: every message is
///
///     F or B of (ℓ_u + u's messages but the one from v),
///
/// all four arrays at once, from zero, none at the border; m is the sum of the four that come in.
///
/// The grid is not a chain's: the product of both conditionals is not normalised, its bias counts twice, and its marginal is
/// not p01 / (p01 + p10). So transitions are given, not learnt; take weak, nearly symmetric ones, such as p01 = 0.29 and
/// p10 = 0.51, not those of a burst. Around loops some of ℓ_n comes back to m_n.
///
/// The vector holds tiles of rows×columns, row-major. Cost: four transfers per variable and sweep.
public struct GridSupport<Real: RealScalar>: SupportDenoiser {
    public var rows: Int
    public var columns: Int
    /// From a variable to its right neighbour, and to the one below.
    public var along: MarkovTransition<Real>
    public var down: MarkovTransition<Real>
    public var sweeps: Int
    /// Share of the old message in the new one, in [0, 1).
    public var damping: Real

    public init(
        rows: Int, columns: Int, along: MarkovTransition<Real> = MarkovTransition(p01: 0.288, p10: 0.51),
        down: MarkovTransition<Real>? = nil, sweeps: Int = 10, damping: Real = 0.5
    ) {
        self.rows = rows
        self.columns = columns
        self.along = along
        self.down = down ?? along
        self.sweeps = sweeps
        self.damping = damping
    }

    /// Messages from the left, right, above and below, of one tile, old and new.
    public struct Workspace {
        fileprivate let messages: Buffer<Real>
        fileprivate let next: Buffer<Real>
    }

    public func validate(count: Int) throws {
        try along.validate("transition probabilities along rows")
        try down.validate("transition probabilities along columns")
        guard rows >= 1, columns >= 1, sweeps >= 1, damping >= 0, damping < 1 else {
            throw LacunaError(
                .value, "grid",
                "\(rows)x\(columns), \(sweeps) sweeps, damping \(damping); sizes and sweeps must be at least 1, damping in [0, 1)"
            )
        }
        let (tile, overflows) = rows.multipliedReportingOverflow(by: columns)
        guard !overflows, count % tile == 0, count > 0 else {
            throw LacunaError(.shape, "grid", "\(count) variables do not divide into grids of \(rows)x\(columns)")
        }
    }

    public func makeWorkspace(count: Int) -> Workspace {
        let size = 4 * rows * columns
        return Workspace(messages: Buffer(repeating: 0, count: size), next: Buffer(repeating: 0, count: size))
    }

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func update(
        _ likelihoodRatio: UnsafePointer<Real>, into m: UnsafeMutablePointer<Real>, count: Int,
        workspace: inout Workspace
    ) {
        let tile = rows * columns
        for base in Swift.stride(from: 0, to: count, by: tile) {
            var old = workspace.messages.pointer, new = workspace.next.pointer
            // Both: nothing is ever written at the border.
            for index in 0..<4 * tile {
                old[index] = 0
                new[index] = 0
            }
            for _ in 0..<sweeps {
                sweep(likelihoodRatio + base, old, into: new)
                (old, new) = (new, old)
            }
            for index in 0..<tile {
                m[base + index] = old[index] + old[index + tile] + old[index + 2 * tile] + old[index + 3 * tile]
            }
        }
    }

    @inline(__always)
    private func sweep(
        _ likelihoodRatio: UnsafePointer<Real>, _ old: UnsafePointer<Real>, into new: UnsafeMutablePointer<Real>
    ) {
        let tile = rows * columns
        let left = old, right = old + tile, above = old + 2 * tile, below = old + 3 * tile
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * columns + column
                let belief = likelihoodRatio[index] + left[index] + right[index] + above[index] + below[index]
                if column + 1 < columns {
                    let message = along.forward(belief - right[index])
                    new[index + 1] = damped(left[index + 1], message)
                }
                if column > 0 {
                    let message = along.backward(belief - left[index])
                    new[index - 1 + tile] = damped(right[index - 1], message)
                }
                if row + 1 < rows {
                    let message = down.forward(belief - below[index])
                    new[index + columns + 2 * tile] = damped(above[index + columns], message)
                }
                if row > 0 {
                    let message = down.backward(belief - above[index])
                    new[index - columns + 3 * tile] = damped(below[index - columns], message)
                }
            }
        }
    }

    @inline(__always)
    private func damped(_ old: Real, _ new: Real) -> Real { damping * old + (1 - damping) * new }
}
