import CLacunaKernels

/// Functions of contiguous numbers, by the kernels: the same bits with every instruction set.
package enum FunctionKernels {
    /// y ← tanh x, within 3 units of the last place. x and y do not overlap.
    package static func tanh<Element: RealScalar>(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, count: Int
    ) {
        if Element.self == Float.self {
            kernels.pointee.tanh_float(count, reboundPointer(x), reboundPointer(y))
        } else {
            kernels.pointee.tanh_double(count, reboundPointer(x), reboundPointer(y))
        }
    }
}

/// The same memory as numbers of the type that has just been tested for.
func reboundPointer<From, To>(_ pointer: UnsafePointer<From>) -> UnsafePointer<To> {
    UnsafeRawPointer(pointer).assumingMemoryBound(to: To.self)
}

func reboundPointer<From, To>(_ pointer: UnsafeMutablePointer<From>) -> UnsafeMutablePointer<To> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: To.self)
}
