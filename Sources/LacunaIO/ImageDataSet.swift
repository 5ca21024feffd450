import LacunaArrays
import LacunaExperiment

/// What a data set of labelled images is, which files it consists of and where people get them.
public struct ImageDataSet: Sendable {
    public enum Format: Hashable, Sendable {
        /// Four IDX files: training images and labels, test images and labels.
        case idx
        /// CIFAR-10's binary batches; the last file is the test batch.
        case cifar
    }

    /// A file as its authors distribute it, plain and, under the same name with ".gz", packed.
    public struct File: Hashable, Sendable {
        public let name: String
        public let plain: Fingerprint
        public let packed: Fingerprint?
    }

    public struct Fingerprint: Hashable, Sendable {
        public let bytes: Int
        /// Nil where nobody has published one.
        public let md5: String?
    }

    /// Also the name of its folder.
    public let name: String
    public let summary: String
    public let format: Format
    public let trainCount: Int
    public let testCount: Int
    /// Channels, rows, columns.
    public let imageShape: [Int]
    public let classCount: Int
    /// The value of the brightest pixel: images are scaled by it.
    public let pixelMaximum: UInt8
    public let files: [File]
    /// What the files are taken out of, if anything; it is checked where it lies beside them.
    public let archive: File?
    /// Whether it comes with Lacuna, in `Data`.
    public let isShipped: Bool
    /// Where people get it.
    public let source: String
    public let citation: String
    public let licence: String
}

/// A data set as read: its two parts and how bright its brightest pixel can be.
public struct ImageSet: Hashable, Sendable {
    public let train: LabelledImages
    public let test: LabelledImages
    public let pixelMaximum: UInt8

    public init(train: LabelledImages, test: LabelledImages, pixelMaximum: UInt8) {
        self.train = train
        self.test = test
        self.pixelMaximum = pixelMaximum
    }
}

extension ImageDataSet {
    /// Reads the files, plain ones rather than packed ones. Any number of images will do, their size and labels are
    /// checked; checksums are the business of `check(in:)`.
    /// - Throws: `LacunaError` (file) in one line: a missing file, with what to put where; a wrong one.
    public func read(from folder: DataFolder) throws -> ImageSet {
        let paths = try paths(in: folder)
        let train: LabelledImages
        let test: LabelledImages
        switch format {
        case .idx:
            train = try .read(images: paths[0], labels: paths[1], classCount: classCount)
            test = try .read(images: paths[2], labels: paths[3], classCount: classCount)
        case .cifar:
            train = try LabelledImages.joined(paths.dropLast().map { try CIFARFile.read($0) })
            test = try CIFARFile.read(paths[paths.count - 1])
        }
        for (part, path) in [(train, paths[0]), (test, paths[format == .idx ? 2 : paths.count - 1])] {
            let shape = Array(part.images.dimensions.dropFirst())
            guard shape == imageShape else {
                throw LacunaError(
                    .file, path,
                    "holds images of \(describeShape(shape)), those of \(name) are \(describeShape(imageShape))")
            }
            if let brightest = part.images.storage.max(), brightest > pixelMaximum {
                throw LacunaError(
                    .file, path, "has a pixel of \(brightest), those of \(name) go to \(pixelMaximum)")
            }
        }
        return ImageSet(train: train, test: test, pixelMaximum: pixelMaximum)
    }

    /// Where each file lies.
    private func paths(in folder: DataFolder) throws -> [String] {
        guard let place = folder.folder(of: self) else {
            throw LacunaError(.file, name, "no data folder is named", remedy: instruction(for: nil))
        }
        return try files.map { file in
            guard let path = file.path(in: place) else {
                let either = file.packed == nil ? "" : "[.gz]"
                throw LacunaError(
                    .file, name, "\(file.name)\(either) is not in \(place)",
                    remedy: instruction(for: folder.path))
            }
            return path
        }
    }

    /// "Put A, B and C from ... into /data/mnist", and how to name the folder where none is named (nil).
    public func instruction(for folder: String?) -> String {
        let names = files.map { $0.name + ($0.packed == nil ? "" : "[.gz]") }
        let list = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
        let out = archive.map { " out of \($0.name)" } ?? ""
        let put = "Put \(list)\(out) (\(source)) into \(folder ?? "FOLDER")/\(name)"
        return folder == nil ? "\(put) and name FOLDER with --data or \(DataFolder.variable)" : put
    }
}

extension ImageDataSet.File {
    /// The plain file if it is there, else the packed one, else nil.
    func path(in folder: String) -> String? {
        let plain = "\(folder)/\(name)"
        return [plain, plain + ".gz"].prefix(packed == nil ? 1 : 2).first { DataFolder.exists($0) }
    }
}
