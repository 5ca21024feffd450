import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct CIFARFileTests {
    /// Record r: label r mod 10, pixel p of value r + p, modulo 256.
    static func batch(_ count: Int, from first: Int = 0) -> [UInt8] {
        (first..<first + count).flatMap { record in
            [UInt8(record % 10)] + (0..<3072).map { UInt8(truncatingIfNeeded: record + $0) }
        }
    }

    @Test func recordsBecomeImagesOfThreeChannels() throws {
        let set = try CIFARFile.decode(Self.batch(12), place: "batch")
        #expect(set.images.dimensions == [12, 3, 32, 32])
        #expect(set.labels == (0..<12).map { UInt8($0 % 10) } && set.classCount == 10)
        for (image, channel, row, column) in [(0, 0, 0, 0), (3, 1, 2, 5), (11, 2, 31, 31)] {
            let pixel = image + channel * 1024 + row * 32 + column
            #expect(set.images[image, channel, row, column] == UInt8(truncatingIfNeeded: pixel))
        }
    }

    @Test(arguments: [0, 1, 3072, 3074, 2 * 3073 - 1])
    func partialRecordsAreTold(length: Int) {
        let bytes = Array(Self.batch(3)[..<length])
        let line = errorLine(.file) { _ = try CIFARFile.decode(bytes, place: "batch.bin") }
        #expect(line.hasPrefix("batch.bin: has \(length) bytes: \(length / 3073) records of 3073 and \(length % 3073)"))
    }

    @Test func labelsOutOfRangeAreTold() {
        var bytes = Self.batch(3)
        bytes[3073] = 10
        let line = errorLine(.file) { _ = try CIFARFile.decode(bytes, place: "batch.bin") }
        #expect(line.hasPrefix("batch.bin: label 2 of 3 is 10, 0 to 9 are expected"))
    }
}
