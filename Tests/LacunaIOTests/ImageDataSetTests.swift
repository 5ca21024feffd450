import Foundation
import LacunaArrays
import Testing

@testable import LacunaIO

@Suite struct ImageDataSetTests {
    /// Writes a set of the form of Fashion-MNIST with few images.
    private func writeFashion(
        in folder: String, size: Int = 28, labels: [UInt8] = [0, 9, 3], ending: String = ".gz"
    ) throws {
        try FileManager.default.createDirectory(atPath: folder + "/fashion-mnist", withIntermediateDirectories: true)
        for part in ["train", "t10k"] {
            let pixels = (0..<labels.count * size * size).map { UInt8(truncatingIfNeeded: $0) }
            let path = "\(folder)/fashion-mnist/\(part)"
            try IDXFile.write(
                Tensor(dimensions: [labels.count, size, size], storage: pixels),
                to: "\(path)-images-idx3-ubyte\(ending)")
            try IDXFile.write(
                Tensor(dimensions: [labels.count], storage: labels), to: "\(path)-labels-idx1-ubyte\(ending)")
        }
    }

    private func dataFolder(_ path: String) -> DataFolder { DataFolder(option: path, environment: [:]) }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try bytes.withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    @Test(arguments: ["", ".gz"])
    func generatedFashionMNISTIsRead(ending: String) throws {
        try withTemporaryFolder { folder throws in
            try writeFashion(in: folder, ending: ending)
            let set = try ImageDataSets.named("fashion-mnist").read(from: dataFolder(folder))
            #expect(set.train.images.dimensions == [3, 1, 28, 28] && set.test.count == 3)
            #expect(set.train.labels == [0, 9, 3] && set.pixelMaximum == 255)
            #expect(set.train.images[1, 0, 2, 3] == UInt8(truncatingIfNeeded: 784 + 2 * 28 + 3))
        }
    }

    @Test func generatedCIFARIsRead() throws {
        try withTemporaryFolder { folder throws in
            try FileManager.default.createDirectory(
                atPath: folder + "/cifar-10", withIntermediateDirectories: true)
            for batch in 1...5 {
                try write(CIFARFileTests.batch(2, from: 2 * batch), to: "\(folder)/cifar-10/data_batch_\(batch).bin")
            }
            let set = try ImageDataSets.named("cifar-10")
            #expect(
                errorLine(.file) { _ = try set.read(from: dataFolder(folder)) }
                    .hasPrefix("cifar-10: test_batch.bin is not in \(folder)/cifar-10. Put data_batch_1.bin, "))
            try write(CIFARFileTests.batch(3), to: folder + "/cifar-10/test_batch.bin")
            let images = try set.read(from: dataFolder(folder))
            #expect(
                images.train.count == 10 && images.test.count == 3
                    && images.train.images.dimensions[1...] == [3, 32, 32])
            #expect(images.train.labels == [2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        }
    }

    @Test func missingSetsTellWhatToPutWhere() throws {
        try withTemporaryFolder { folder throws in
            let set = try ImageDataSets.named("mnist")
            let files =
                "train-images-idx3-ubyte[.gz], train-labels-idx1-ubyte[.gz], t10k-images-idx3-ubyte[.gz] and t10k-labels-idx1-ubyte[.gz]"
            #expect(
                errorLine(.file) { _ = try set.read(from: dataFolder(folder)) }
                    == "mnist: train-images-idx3-ubyte[.gz] is not in \(folder)/mnist. Put \(files) (\(set.source)) into \(folder)/mnist"
            )
            #expect(
                errorLine(.file) { _ = try set.read(from: DataFolder(environment: [:])) }
                    == "mnist: no data folder is named. Put \(files) (\(set.source)) into FOLDER/mnist and name FOLDER with --data or LACUNA_DATA"
            )
        }
    }

    @Test func wrongFilesAreNamed() throws {
        try withTemporaryFolder { folder throws in
            let set = try ImageDataSets.named("fashion-mnist")
            let images = folder + "/fashion-mnist/train-images-idx3-ubyte.gz"
            try writeFashion(in: folder, size: 27)
            #expect(
                errorLine(.file) { _ = try set.read(from: dataFolder(folder)) }
                    == "\(images): holds images of 1×27×27, those of fashion-mnist are 1×28×28")
            try writeFashion(in: folder, labels: [0, 10])
            #expect(
                errorLine(.file) { _ = try set.read(from: dataFolder(folder)) }.contains(
                    "train-labels-idx1-ubyte.gz: label 2 of 2 is 10"))
            try writeFashion(in: folder)
            let whole = try InputFile.read(images)
            try write(Array(whole.dropLast(9)), to: images)
            #expect(
                errorLine(.file) { _ = try set.read(from: dataFolder(folder)) }
                    .hasPrefix("\(images): the gzip stream is cut short"))
        }
    }

    @Test func digitsAreWhatScikitLearnHas() throws {
        let set = try ImageDataSets.named("digits").read(from: DataFolder(environment: [:], scenarioFile: #filePath))
        #expect(set.train.images.dimensions == [1437, 1, 8, 8] && set.test.images.dimensions == [360, 1, 8, 8])
        let counts = (0..<10).map { digit in
            (set.train.labels + set.test.labels).count { $0 == digit }
        }
        // The class distribution that scikit-learn's description gives.
        #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        #expect(set.train.images.storage.max() == 16 && set.pixelMaximum == 16)
        // Its first image, a zero, is in the training part: row 2 of it is 0 3 15 2 0 11 8 0.
        #expect(set.train.labels[0] == 0 && Array(set.train.images.storage[16..<24]) == [0, 3, 15, 2, 0, 11, 8, 0])
    }

    @Test func digitsPassTheirChecksums() throws {
        let checks = try ImageDataSets.named("digits").check(in: DataFolder(environment: [:], scenarioFile: #filePath))
        #expect(checks.count == 4 && checks.allSatisfy { $0.state == .verified && $0.name.hasSuffix(".gz") })
    }

    @Test func checksTellSizeAndChecksum() throws {
        try withTemporaryFolder { folder throws in
            let shipped = try #require(
                DataFolder(environment: [:], scenarioFile: #filePath).folder(of: ImageDataSets.digits))
            let own = folder + "/digits"
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            let labels = try IDXFile.read(shipped + "/train-labels-idx1-ubyte.gz")
            try IDXFile.write(labels, to: own + "/train-labels-idx1-ubyte")
            var wrong = labels
            wrong[7] = (wrong[7] + 1) % 10
            let test = try InputFile.read(shipped + "/t10k-labels-idx1-ubyte.gz")
            try write(Array(test.dropLast()), to: own + "/t10k-labels-idx1-ubyte.gz")
            let states = try ImageDataSets.digits.check(in: dataFolder(folder)).map(\.state)
            #expect(states == [.missing, .verified, .missing, .wrongSize(found: 207, expected: 208)])
            try IDXFile.write(wrong, to: own + "/train-labels-idx1-ubyte")
            let changed = try ImageDataSets.digits.check(in: dataFolder(folder))[1].state
            guard case .wrongChecksum(let found, let expected) = changed else {
                Issue.record("\(changed)")
                return
            }
            #expect(found.count == 32 && expected == "9fa4084f11c18828cf7d6b41ef245ebe" && found != expected)
            #expect(changed.isWrong && !states[1].isWrong)
        }
    }

    @Test func unknownNamesAreTold() {
        #expect(
            errorLine(.name) { _ = try ImageDataSets.named("minst") }
                == "data set 'minst': is not known. Did you mean 'mnist'? Known: digits, mnist, fashion-mnist, cifar-10"
        )
    }

    /// What the database's page and its README here say of it.
    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: (DataFolder().path ?? "") + "/mnist"),
            "MNIST is not here: name a folder with mnist/ in LACUNA_DATA"))
    func mnistIsWhatItsAuthorsSay() throws {
        let checks = try ImageDataSets.mnist.check(in: DataFolder())
        #expect(checks.count == 4 && checks.allSatisfy { $0.state == .verified })
        let set = try ImageDataSets.mnist.read(from: DataFolder())
        #expect(set.train.images.dimensions == [60000, 1, 28, 28] && set.test.images.dimensions == [10000, 1, 28, 28])
        #expect(set.train.labels[..<10] == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
        #expect(set.test.labels[..<10] == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
        var histogram = [Int](repeating: 0, count: 256)
        set.train.images.storage.withUnsafeBufferPointer { for pixel in $0 { histogram[Int(pixel)] += 1 } }
        let total = histogram.indices.reduce(0) { $0 + $1 * histogram[$1] }
        let mean = Double(total) / Double(60000 * 784 * 255)
        #expect(abs(mean - 0.1306605) < 1e-7)
    }
}

@Suite struct DataFolderTests {
    @Test func optionGoesBeforeVariable() {
        #expect(DataFolder(option: "/a/", environment: ["LACUNA_DATA": "/b"]).path == "/a")
        #expect(DataFolder(environment: ["LACUNA_DATA": "/b"]).path == "/b")
        #expect(DataFolder(environment: ["LACUNA_DATA": ""]).path == nil)
        #expect(DataFolder(environment: [:]).path == nil)
        #expect(DataFolder(option: "/").path == "/")
    }

    @Test func shippedSetsAreFoundAboveTheScenario() throws {
        try withTemporaryFolder { folder throws in
            let digits = folder + "/project/Data/digits"
            try FileManager.default.createDirectory(atPath: digits, withIntermediateDirectories: true)
            try IDXFile.write(Tensor(dimensions: [1], storage: [0]), to: digits + "/train-labels-idx1-ubyte.gz")
            let scenario = folder + "/project/Scenarios/nets/a.yaml"
            let found = try #require(
                DataFolder(environment: [:], scenarioFile: scenario).folder(of: ImageDataSets.digits))
            #expect(found.hasSuffix("/project/Data/digits"))
            // A set of the user's own goes first; others are never looked for there.
            let own = folder + "/own"
            try FileManager.default.createDirectory(atPath: own + "/digits", withIntermediateDirectories: true)
            try IDXFile.write(Tensor(dimensions: [1], storage: [0]), to: own + "/digits/train-labels-idx1-ubyte")
            let named = DataFolder(option: own, environment: [:], scenarioFile: scenario)
            #expect(named.folder(of: ImageDataSets.digits) == own + "/digits")
            #expect(named.folder(of: ImageDataSets.mnist) == own + "/mnist")
            #expect(DataFolder(environment: [:], scenarioFile: scenario).folder(of: ImageDataSets.mnist) == nil)
        }
    }
}
