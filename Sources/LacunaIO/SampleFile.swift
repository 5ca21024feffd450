import LacunaArrays

/// Labelled samples of one's own, from an HDF5 file: `inputs`, first axis the sample, and `labels`, whole numbers from 0; `test_inputs` and
/// `test_labels`, where there are any.
public struct SampleFile: Sendable {
    public struct Part: Sendable {
        /// (sample, …), row-major.
        public let inputs: Tensor<Float>
        public let labels: [Int32]
    }

    public let training: Part
    public let test: Part?
    /// One more than the largest label.
    public let classCount: Int

    /// - Throws: `LacunaError` (file) that names file and data set: one is missing or of another type, sizes do not agree, a number is not finite
    ///   or a label negative.
    public static func read(_ path: String) throws -> SampleFile {
        try HDF5File.read(path) { file in
            let training = try part(of: file, "")
            let hasTest = try file.contains("test_inputs") || file.contains("test_labels")
            let test = hasTest ? try part(of: file, "test_") : nil
            if let test, test.inputs.dimensions.dropFirst() != training.inputs.dimensions.dropFirst() {
                throw LacunaError(
                    .file, file.place("test_inputs"),
                    "samples are \(describeShape(Array(test.inputs.dimensions.dropFirst()))), those of inputs \(describeShape(Array(training.inputs.dimensions.dropFirst())))"
                )
            }
            let largest = (training.labels + (test?.labels ?? [])).max() ?? 0
            return SampleFile(training: training, test: test, classCount: Int(largest) + 1)
        }
    }

    /// Whole numbers; also as real numbers, which MATLAB writes.
    private static func labels(of file: HDF5File, _ name: String) throws -> Tensor<Int64> {
        guard try file.kind(of: name) == .float else { return try file.read(Int64.self, from: name) }
        let values = try file.read(Double.self, from: name)
        if let index = values.storage.firstIndex(where: { $0 != $0.rounded() || $0.magnitude > 1e9 }) {
            throw LacunaError(
                .file, file.place(name), "label \(index) (from 0) is \(values.storage[index]); expected a whole number")
        }
        return Tensor(dimensions: values.dimensions, storage: values.storage.map { Int64($0) })
    }

    private static func part(of file: HDF5File, _ prefix: String) throws -> Part {
        let names = (inputs: prefix + "inputs", labels: prefix + "labels")
        let inputs = try file.read(Float.self, from: names.inputs)
        guard inputs.dimensions.count >= 2, !inputs.storage.isEmpty else {
            throw LacunaError(
                .file, file.place(names.inputs), "is \(describeShape(inputs.dimensions)); expected samples × numbers")
        }
        let size = inputs.storage.count / inputs.dimensions[0]
        if let index = inputs.storage.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.file, file.place(names.inputs), "sample \(index / size) (from 0) is not finite")
        }
        let labels = try labels(of: file, names.labels)
        guard labels.dimensions == [inputs.dimensions[0]] else {
            throw LacunaError(
                .file, file.place(names.labels),
                "is \(describeShape(labels.dimensions)); expected one label for each of the \(inputs.dimensions[0]) samples"
            )
        }
        if let index = labels.storage.firstIndex(where: { $0 < 0 || $0 >= 1_000_000 }) {
            throw LacunaError(
                .file, file.place(names.labels), "label \(index) (from 0) is \(labels.storage[index])",
                remedy: "Labels are whole numbers from 0 to the number of classes less 1")
        }
        return Part(inputs: inputs, labels: labels.storage.map(Int32.init))
    }
}
