import LacunaArrays

/// CIFAR-10's binary batches: records of one label and 32x32 pixels of red, then green, then blue, row by row.
///
/// Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and its data page.
public enum CIFARFile {
    static let classCount = 10
    static let side = 32
    /// 1 + 3 * 32 * 32 = 3073 bytes.
    static let recordSize = 1 + 3 * side * side

    /// Reads one batch.
    /// - Throws: `LacunaError` (file) in one line: missing, not a whole number of records, a label out of range.
    public static func read(_ path: String) throws -> LabelledImages {
        try decode(try InputFile.read(path), place: path)
    }

    static func decode(_ bytes: [UInt8], place: String) throws -> LabelledImages {
        let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: recordSize)
        guard count > 0, rest == 0 else {
            throw LacunaError(
                .file, place,
                "has \(bytes.count) bytes: \(count) records of \(recordSize) and \(rest) bytes more; a whole number of records is expected",
                remedy: "The file is cut short or another one: CIFAR-10's binary batches have 30730000 bytes")
        }
        var labels = [UInt8](repeating: 0, count: count)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * (recordSize - 1))
        for record in 0..<count {
            let start = record * recordSize
            labels[record] = bytes[start]
            guard bytes[start] < classCount else {
                throw LacunaError(
                    .file, place,
                    "label \(record + 1) of \(count) is \(bytes[start]), 0 to \(classCount - 1) are expected",
                    remedy: "The file is damaged or not of CIFAR-10's binary version")
            }
            pixels.append(contentsOf: bytes[start + 1..<start + recordSize])
        }
        return LabelledImages(
            checked: Tensor(dimensions: [count, 3, side, side], storage: pixels), labels: labels, classCount: classCount
        )
    }
}
