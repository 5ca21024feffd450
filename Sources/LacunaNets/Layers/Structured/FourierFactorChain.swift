/// Products with `FourierFactors` and their gradients. A complex value is n rows of columns of real parts, then n of imaginary ones; the
/// complex numbers of the factors are a plane of real and one of imaginary parts.
struct FourierFactorChain<Element: RealScalar>: Sendable {
    let factors: FourierFactors

    /// Values before, between and behind the factors, and two for gradients.
    func workspaceCount(columns: Int) -> Int { (factors.stages.count + 3) * valueCount(columns) }

    private func valueCount(_ columns: Int) -> Int { 2 * factors.length * columns }

    /// y ← H x, N rows of columns each; x = nil is the identity of N columns. Leaves the values for `addGradient`.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    func multiply(
        _ numbers: UnsafePointer<Element>, _ x: UnsafePointer<Element>?, columns: Int,
        into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let size = factors.size, count = valueCount(columns)
        Elementwise.fill(0, into: workspace, count: count)
        for (position, index) in factors.order.enumerated() where index < size {
            // The exchange: entry i of the padded vector is x_{N-1-i}.
            let source = size - 1 - index, target = workspace + position * columns
            if let x {
                Elementwise.copy(x + source * columns, into: target, count: columns)
            } else {
                target[source] = 1
            }
        }
        for (index, stage) in factors.stages.enumerated() {
            let value = workspace + index * count
            multiply(stage, numbers, value, columns, into: value + count)
        }
        let last = workspace + factors.stages.count * count
        for (position, index) in factors.order.enumerated() where index < size {
            Elementwise.copy(last + position * columns, into: y + index * columns, count: columns)
        }
    }

    /// d(numbers) ← d(numbers) + the gradient at them, dx ← that at x, for the gradient g at y; after `multiply`.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    func addGradient(
        _ numbers: UnsafePointer<Element>, _ g: UnsafePointer<Element>, columns: Int,
        into gradients: UnsafeMutablePointer<Element>, dx: UnsafeMutablePointer<Element>?,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let size = factors.size, count = valueCount(columns), stages = factors.stages
        var above = workspace + (stages.count + 1) * count, below = above + count
        Elementwise.fill(0, into: above, count: count)
        for (position, index) in factors.order.enumerated() where index < size {
            Elementwise.copy(g + index * columns, into: above + position * columns, count: columns)
        }
        for index in stages.indices.reversed() {
            addGradient(
                stages[index], numbers, workspace + index * count, above, columns, into: gradients, below: below)
            swap(&above, &below)
        }
        guard let dx else { return }
        for (position, index) in factors.order.enumerated() where index < size {
            Elementwise.copy(above + position * columns, into: dx + (size - 1 - index) * columns, count: columns)
        }
    }

    /// Row of entry `q` of a group.
    @inline(__always)
    private func row(_ stage: FourierFactors.Stage, _ group: Int, _ q: Int) -> Int {
        group / stage.span * stage.span * stage.radix + q * stage.span + group % stage.span
    }

    @inline(__always)
    private func multiply(
        _ stage: FourierFactors.Stage, _ numbers: UnsafePointer<Element>, _ x: UnsafePointer<Element>, _ columns: Int,
        into y: UnsafeMutablePointer<Element>
    ) {
        let radix = stage.radix, plane = factors.length * columns
        Elementwise.fill(0, into: y, count: 2 * plane)
        for group in 0..<factors.length / radix {
            for i in 0..<radix {
                let yr = y + row(stage, group, i) * columns, yi = yr + plane
                for j in 0..<radix {
                    let number = stage.start + (group * radix + i) * radix + j
                    let a = numbers[number], b = numbers[factors.complexCount + number]
                    let xr = x + row(stage, group, j) * columns, xi = xr + plane
                    for c in 0..<columns {
                        yr[c] += a * xr[c] - b * xi[c]
                        yi[c] += a * xi[c] + b * xr[c]
                    }
                }
            }
        }
    }

    /// With g at B x: dB ← dB + g xᴴ, and `below` ← Bᴴ g.
    @inline(__always)
    private func addGradient(
        _ stage: FourierFactors.Stage, _ numbers: UnsafePointer<Element>, _ x: UnsafePointer<Element>,
        _ g: UnsafePointer<Element>, _ columns: Int, into gradients: UnsafeMutablePointer<Element>,
        below: UnsafeMutablePointer<Element>
    ) {
        let radix = stage.radix, plane = factors.length * columns
        Elementwise.fill(0, into: below, count: 2 * plane)
        for group in 0..<factors.length / radix {
            for i in 0..<radix {
                let gr = g + row(stage, group, i) * columns, gi = gr + plane
                for j in 0..<radix {
                    let number = stage.start + (group * radix + i) * radix + j
                    let a = numbers[number], b = numbers[factors.complexCount + number]
                    let offset = row(stage, group, j) * columns
                    let xr = x + offset, xi = xr + plane, dr = below + offset, di = dr + plane
                    var da = Element.zero, db = Element.zero
                    for c in 0..<columns {
                        da += gr[c] * xr[c] + gi[c] * xi[c]
                        db += gi[c] * xr[c] - gr[c] * xi[c]
                        dr[c] += a * gr[c] + b * gi[c]
                        di[c] += a * gi[c] - b * gr[c]
                    }
                    gradients[number] += da
                    gradients[factors.complexCount + number] += db
                }
            }
        }
    }
}
