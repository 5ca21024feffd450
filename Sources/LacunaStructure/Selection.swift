/// Marks the k largest of n values, of equal ones the first. No value is NaN; `scratch` has n elements.
///
/// The k-th largest by Hoare's quickselect on a copy, then one pass. Cost: O(n) on average.
@specialized(where Real == Float)
@specialized(where Real == Double)
func markLargest<Real: RealScalar>(
    _ k: Int, of values: UnsafePointer<Real>, count: Int, scratch: UnsafeMutablePointer<Real>,
    into chosen: UnsafeMutablePointer<Bool>
) {
    guard k > 0, k < count else { return chosen.update(repeating: k > 0, count: count) }
    if count <= 16 {
        // A few values: by how many come before each.
        for index in 0..<count {
            var before = 0
            for other in 0..<index where values[other] >= values[index] { before += 1 }
            for other in index + 1..<count where values[other] > values[index] { before += 1 }
            chosen[index] = before < k
        }
        return
    }
    scratch.update(from: values, count: count)
    let cut = descendingElement(k - 1, of: scratch, count: count)
    var taken = 0
    for index in 0..<count {
        chosen[index] = values[index] > cut
        if chosen[index] { taken += 1 }
    }
    var index = 0
    while taken < k {
        if values[index] == cut {
            chosen[index] = true
            taken += 1
        }
        index += 1
    }
}

/// The element that would be at `position` in descending order; reorders the values.
@specialized(where Real == Float)
@specialized(where Real == Double)
private func descendingElement<Real: RealScalar>(
    _ position: Int, of values: UnsafeMutablePointer<Real>, count: Int
) -> Real {
    var low = 0, high = count - 1
    // Random, so that no order of the input is a bad one; always the same, so that times repeat.
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    while low < high {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let pivot = values[low + Int((state >> 33) % UInt64(high - low + 1))]
        var left = low, right = high
        while left <= right {
            while values[left] > pivot { left += 1 }
            while values[right] < pivot { right -= 1 }
            if left <= right {
                (values[left], values[right]) = (values[right], values[left])
                left += 1
                right -= 1
            }
        }
        if position <= right {
            high = right
        } else if position >= left {
            low = left
        } else {
            break
        }
    }
    return values[position]
}
