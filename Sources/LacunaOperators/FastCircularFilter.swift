/// Circular convolution by FFTW: real transforms for real numbers, complex ones for complex numbers.
enum FastCircularFilter<Element: Scalar>: Sendable {
    case real(CircularFilter<Element, RealFourierPlan>)
    case complex(CircularFilter<Element, FourierPlan>)

    /// - Throws: `LacunaError` for an empty sequence or an entry that is not finite.
    init(_ sequence: [Element], _ place: String) throws {
        self =
            Element.isComplex
            ? .complex(try CircularFilter(sequence, FourierPlan(length: sequence.count), place))
            : .real(try CircularFilter(sequence, RealFourierPlan(length: sequence.count), place))
    }

    /// Cᴴ, sharing the transform.
    var adjoint: FastCircularFilter {
        switch self {
        case .real(let filter): .real(filter.adjoint)
        case .complex(let filter): .complex(filter.adjoint)
        }
    }

    var workspaceCount: Int {
        switch self {
        case .real(let filter): filter.workspaceCount
        case .complex(let filter): filter.workspaceCount
        }
    }

    /// As `CircularFilter.apply`.
    func apply(
        adjoint: Bool, _ x: UnsafePointer<Element>, count n: Int, reversed: Bool = false,
        into y: UnsafeMutablePointer<Element>, count m: Int, reversedOutput: Bool = false,
        workspace: UnsafeMutablePointer<Element>
    ) {
        switch self {
        case .real(let filter):
            filter.apply(
                adjoint: adjoint, x, count: n, reversed: reversed, into: y, count: m, reversedOutput: reversedOutput,
                workspace: workspace)
        case .complex(let filter):
            filter.apply(
                adjoint: adjoint, x, count: n, reversed: reversed, into: y, count: m, reversedOutput: reversedOutput,
                workspace: workspace)
        }
    }
}
