/// A B: first B, then A.
public struct CompositionOperator<Element: Scalar>: DenseConvertible {
    public let outer: any LinearOperator<Element>
    public let inner: any LinearOperator<Element>

    /// - Throws: `LacunaError` if A has not as many columns as B has rows.
    public init(_ outer: any LinearOperator<Element>, _ inner: any LinearOperator<Element>) throws {
        guard outer.columns == inner.rows else {
            throw LacunaError(
                .shape, "composition",
                "\(describeShape(outer.shape)) times \(describeShape(inner.shape)): inner sizes \(outer.columns) and \(inner.rows) differ"
            )
        }
        self.outer = outer
        self.inner = inner
    }

    /// Precondition: the inner sizes agree.
    private init(unchecked outer: any LinearOperator<Element>, _ inner: any LinearOperator<Element>) {
        self.outer = outer
        self.inner = inner
    }

    public var rows: Int { outer.rows }
    public var columns: Int { inner.columns }
    public var workspaceCount: Int { inner.rows + max(outer.workspaceCount, inner.workspaceCount) }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        inner.apply(x, into: workspace, workspace: workspace + inner.rows)
        outer.apply(workspace, into: y, workspace: workspace + inner.rows)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        outer.applyAdjoint(y, into: workspace, workspace: workspace + inner.rows)
        inner.applyAdjoint(workspace, into: x, workspace: workspace + inner.rows)
    }

    /// Bᴴ Aᴴ.
    public var adjoint: any LinearOperator<Element> {
        CompositionOperator(unchecked: inner.adjoint, outer.adjoint)
    }

    public func workspaceCount(vectors count: Int) -> Int {
        inner.rows * count + max(outer.workspaceCount(vectors: count), inner.workspaceCount(vectors: count))
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let rest = workspace + inner.rows * count
        inner.apply(x, vectors: count, into: workspace, workspace: rest)
        outer.apply(workspace, vectors: count, into: y, workspace: rest)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let rest = workspace + inner.rows * count
        outer.applyAdjoint(y, vectors: count, into: workspace, workspace: rest)
        inner.applyAdjoint(workspace, vectors: count, into: x, workspace: rest)
    }
}

/// c A. Scaling a scaled operator multiplies the factors. `columnScaled` is one that gives its columns, where A does.
public struct ScaledOperator<Element: Scalar>: DenseConvertible {
    public let factor: Element
    public let base: any LinearOperator<Element>

    public init(_ factor: Element, _ base: any LinearOperator<Element>) {
        if let scaled = base as? ScaledOperator<Element> {
            self.factor = factor * scaled.factor
            self.base = scaled.base
        } else {
            self.factor = factor
            self.base = base
        }
    }

    public var rows: Int { base.rows }
    public var columns: Int { base.columns }
    public var workspaceCount: Int { base.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.apply(x, into: y, workspace: workspace)
        for index in 0..<rows { y[index] *= factor }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.applyAdjoint(y, into: x, workspace: workspace)
        let conjugated = factor.conjugated
        for index in 0..<columns { x[index] *= conjugated }
    }

    /// c̄ Aᴴ.
    public var adjoint: any LinearOperator<Element> { ScaledOperator(factor.conjugated, base.adjoint) }

    public func workspaceCount(vectors count: Int) -> Int { base.workspaceCount(vectors: count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        base.apply(x, vectors: count, into: y, workspace: workspace)
        for index in 0..<rows * count { y[index] *= factor }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        base.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
        let conjugated = factor.conjugated
        for index in 0..<columns * count { x[index] *= conjugated }
    }
}

/// Aᴴ as an operator of its own.
public struct AdjointOperator<Element: Scalar>: DenseConvertible {
    public let base: any LinearOperator<Element>

    public init(_ base: any LinearOperator<Element>) {
        self.base = base
    }

    public var rows: Int { base.columns }
    public var columns: Int { base.rows }
    public var workspaceCount: Int { base.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.applyAdjoint(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.apply(y, into: x, workspace: workspace)
    }

    /// The operator itself.
    public var adjoint: any LinearOperator<Element> { base }

    public func workspaceCount(vectors count: Int) -> Int { base.workspaceCount(vectors: count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        base.applyAdjoint(x, vectors: count, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        base.apply(y, vectors: count, into: x, workspace: workspace)
    }
}
