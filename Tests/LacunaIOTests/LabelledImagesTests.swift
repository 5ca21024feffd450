import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct LabelledImagesTests {
    private func images(_ count: Int, channels: Int = 1) throws -> LabelledImages {
        let size = channels * 3 * 2
        return try LabelledImages(
            images: Tensor(
                dimensions: [count, channels, 3, 2], storage: (0..<count * size).map { UInt8($0 % 250 + 1) }),
            labels: Tensor(dimensions: [count], storage: (0..<count).map { UInt8($0 % 4) }), classCount: 4)
    }

    @Test func oneChannelMayBeLeftOut() throws {
        let set = try LabelledImages(
            images: Tensor(dimensions: [2, 2, 3], storage: Array(0..<12)),
            labels: Tensor(dimensions: [2], storage: [1, 0]), classCount: 2)
        #expect(set.images.dimensions == [2, 1, 2, 3] && set.count == 2)
        #expect([set.channels, set.height, set.width] == [1, 2, 3])
    }

    @Test func whatDoesNotFitIsTold() {
        func line(_ shape: [Int], _ labels: [UInt8], labelShape: [Int]? = nil) -> String {
            errorLine(.file) {
                _ = try LabelledImages(
                    images: Tensor(repeating: 0, dimensions: shape),
                    labels: Tensor(dimensions: labelShape ?? [labels.count], storage: labels), classCount: 10,
                    imagesPlace: "i", labelsPlace: "l")
            }
        }
        #expect(line([2, 4, 4], [0, 10]) == "l: label 2 of 2 is 10, 0 to 9 are expected")
        #expect(line([2, 4, 4], [0, 1, 2]) == "l: holds 3 labels for the 2 images of i")
        #expect(line([2, 4], [0, 1]).hasPrefix("i: has 2 axes"))
        #expect(line([2, 4, 4], [0, 1], labelShape: [2, 1]).hasPrefix("l: has 2 axes"))
        #expect(line([0, 4, 4], []).hasPrefix("i: holds no pixels"))
    }

    @Test func joinedPartsFollowEachOther() throws {
        let first = try images(3), second = try images(2)
        let joined = LabelledImages.joined([first, second])
        #expect(joined.images.dimensions == [5, 1, 3, 2])
        #expect(joined.images.storage == first.images.storage + second.images.storage)
        #expect(joined.labels == first.labels + second.labels)
    }

    @Test func placedImagesAreWholeAndTheRestIsZero() throws {
        let set = try images(40, channels: 2)
        let placed = try set.placedAtRandom(onHeight: 7, width: 5, seed: 1, part: "train")
        #expect(placed.images.dimensions == [40, 2, 7, 5] && placed.labels == set.labels)
        var corners: Set<[Int]> = []
        for image in 0..<set.count {
            let found = (0...4).flatMap { top in (0...3).map { [top, $0] } }.filter { corner in
                (0..<2).allSatisfy { channel in
                    (0..<7).allSatisfy { row in
                        (0..<5).allSatisfy { column in
                            let (inner, side) = (row - corner[0], column - corner[1])
                            let isInside = (0..<3).contains(inner) && (0..<2).contains(side)
                            return placed.images[image, channel, row, column]
                                == (isInside ? set.images[image, channel, inner, side] : 0)
                        }
                    }
                }
            }
            #expect(found.count == 1, "image \(image)")
            corners.formUnion(found)
        }
        // 40 draws of 20 places: each corner of the canvas is a possible one and most places occur.
        #expect(corners.count > 12)
    }

    @Test func placesDependOnSeedPartAndIndexAlone() throws {
        let long = try images(30), short = try images(10)
        func placed(_ set: LabelledImages, _ seed: UInt64 = 1, _ part: String = "train") throws -> [UInt8] {
            try set.placedAtRandom(onHeight: 9, width: 9, seed: seed, part: part).images.storage
        }
        #expect(try Array(placed(long)[..<(10 * 81)]) == placed(short))
        #expect(try placed(short) != placed(short, 2) && placed(short) != placed(short, 1, "test"))
        #expect(try long.placedAtRandom(onHeight: 3, width: 2, seed: 1, part: "train") == long)
    }

    @Test(arguments: [(2, 9), (9, 1)])
    func smallCanvasesAreTold(height: Int, width: Int) throws {
        let set = try images(1)
        let line = errorLine(.value) { _ = try set.placedAtRandom(onHeight: height, width: width, seed: 1, part: "") }
        #expect(line == "canvas: \(height)×\(width) is smaller than the images of 3×2")
    }
}
