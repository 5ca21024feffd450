import LacunaArrays
import LacunaExperiment

/// The data sets that Lacuna knows.
public enum ImageDataSets {
    public static let all: [ImageDataSet] = [digits, mnist, fashionMNIST, cifar10]

    /// - Throws: `LacunaError` (name) with the known names.
    public static func named(_ name: String) throws -> ImageDataSet {
        guard let set = all.first(where: { $0.name == name }) else {
            throw LacunaError(
                .name, "data set '\(name)'", "is not known", remedy: knownNamesRemedy(for: name, among: all.map(\.name))
            )
        }
        return set
    }

    /// Checksums: of the files that `Data/digits/export_digits.py` writes.
    static let digits = ImageDataSet(
        name: "digits", summary: "handwritten digits of 13 people, 8x8 pixels; comes with Lacuna", format: .idx,
        trainCount: 1437, testCount: 360, imageShape: [1, 8, 8], classCount: 10, pixelMaximum: 16,
        files: idxFiles(
            trainImages: (91984, "5ca153520d57c79595bd0a44511a419b", 35419, "b707815ee0b212cd506faf5de6cb4a21"),
            trainLabels: (1445, "9fa4084f11c18828cf7d6b41ef245ebe", 467, "3635b5ef0431caaff0c105e2d9f0384b"),
            testImages: (23056, "8d258f11b7493ea43434af55c5b9f86a", 9129, "36c853469bfb35ce428632d314a2afb9"),
            testLabels: (368, "821c227852931d3833839d3863d6cd56", 208, "cead22e32132257c5bfc7e45759c651b")),
        archive: nil, isShipped: true, source: "Data/digits of Lacuna's repository",
        citation:
            "E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998",
        licence: "CC BY 4.0")

    static let mnist = ImageDataSet(
        name: "mnist", summary: "handwritten digits, 28x28 pixels", format: .idx, trainCount: 60000, testCount: 10000,
        imageShape: [1, 28, 28], classCount: 10, pixelMaximum: 255,
        files: idxFiles(
            trainImages: (
                47_040_016, "6bbc9ace898e44ae57da46a324031adb", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"
            ),
            trainLabels: (60008, "a25bea736e30d166cdddb491f175f624", 28881, "d53e105ee54ea40749a09fcbcd1e9432"),
            testImages: (7_840_016, "2646ac647ad5339dbf082846283269ea", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
            testLabels: (10008, "27ae3e4e09519cfbb04c329615203637", 4542, "ec29112dd5afa0611ce80d1b7f02629c")),
        archive: nil, isShipped: false,
        source: "yann.lecun.com/exdb/mnist and its mirrors, such as ossci-datasets.s3.amazonaws.com/mnist",
        citation:
            "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86(11), 1998",
        licence: "stated by mirrors as CC BY-SA 3.0; the authors' page names none")

    /// Checksums: the authors' README; they publish none of the unpacked files.
    static let fashionMNIST = ImageDataSet(
        name: "fashion-mnist", summary: "articles of clothing, 28x28 pixels", format: .idx, trainCount: 60000,
        testCount: 10000, imageShape: [1, 28, 28], classCount: 10, pixelMaximum: 255,
        files: idxFiles(
            trainImages: (47_040_016, nil, 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            trainLabels: (60008, nil, 29515, "25c81989df183df01b3e8a0aad5dffbe"),
            testImages: (7_840_016, nil, 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
            testLabels: (10008, nil, 5148, "bb300cfdad3c16e7a12a480ee83cd310")),
        archive: nil, isShipped: false, source: "github.com/zalandoresearch/fashion-mnist",
        citation: "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv 1708.07747, 2017", licence: "MIT")

    /// Checksum: the author's page, of the archive only.
    static let cifar10 = ImageDataSet(
        name: "cifar-10", summary: "colour photographs of ten kinds of objects, 32x32 pixels", format: .cifar,
        trainCount: 50000, testCount: 10000, imageShape: [3, 32, 32], classCount: 10, pixelMaximum: 255,
        files: ((1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]).map {
            ImageDataSet.File(name: $0, plain: ImageDataSet.Fingerprint(bytes: 30_730_000, md5: nil), packed: nil)
        },
        archive: ImageDataSet.File(
            name: "cifar-10-binary.tar.gz",
            plain: ImageDataSet.Fingerprint(bytes: 170_052_171, md5: "c32a1d4ab5d03f1284b67883e8d87530"), packed: nil),
        isShipped: false, source: "www.cs.toronto.edu/~kriz/cifar.html, the binary version",
        citation: "A. Krizhevsky, Learning multiple layers of features from tiny images, 2009",
        licence: "none stated; the author asks to be cited")

    /// Bytes and MD5, plain and packed.
    private typealias Prints = (Int, String?, Int, String)

    private static func idxFiles(
        trainImages: Prints, trainLabels: Prints, testImages: Prints, testLabels: Prints
    ) -> [ImageDataSet.File] {
        [
            ("train-images-idx3-ubyte", trainImages), ("train-labels-idx1-ubyte", trainLabels),
            ("t10k-images-idx3-ubyte", testImages), ("t10k-labels-idx1-ubyte", testLabels),
        ].map { name, prints in
            ImageDataSet.File(
                name: name, plain: ImageDataSet.Fingerprint(bytes: prints.0, md5: prints.1),
                packed: ImageDataSet.Fingerprint(bytes: prints.2, md5: prints.3))
        }
    }
}
