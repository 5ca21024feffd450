import Foundation
import LacunaArrays

/// The JSON header of a safetensors file.
struct SafetensorsHeader {
    struct Member {
        let name: String
        let type: String
        let shape: [Int]
        /// The bytes begin..<end of the data.
        let begin: Int
        let end: Int
    }

    /// In the order of their bytes.
    private(set) var members: [Member] = []
    private(set) var metadata: [String: String] = [:]

    static let metadataName = "__metadata__"

    init(_ bytes: ArraySlice<UInt8>, path: String) throws {
        guard bytes.first == UInt8(ascii: "{") else {
            throw LacunaError(.file, path, "is not a safetensors file: its header does not begin with '{'")
        }
        // A zero byte would make the decoder take the text for UTF-16.
        guard !bytes.contains(0) else { throw LacunaError(.file, path, "has a wrong header: not UTF-8 text") }
        let decoded: Decoded
        do {
            decoded = try JSONDecoder().decode(Decoded.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw LacunaError(.file, path, "has a wrong header: \(Self.reason(of: error))")
        }
        // Decoders keep one of two equal names and say nothing.
        if let name = Self.firstRepeatedName(bytes) {
            throw LacunaError(.file, path, "has a wrong header: the name '\(name)' occurs twice")
        }
        metadata = decoded.metadata
        for (name, array) in decoded.arrays {
            let place = "\(path): \(name)"
            guard array.shape.allSatisfy({ $0 >= 0 }) else {
                throw LacunaError(.file, place, "states the impossible shape \(describeShape(array.shape))")
            }
            let offsets = array.data_offsets
            guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
                throw LacunaError(
                    .file, place, "has data_offsets \(offsets), [begin, end] with 0 <= begin <= end are expected")
            }
            members.append(
                Member(name: name, type: array.dtype, shape: array.shape, begin: offsets[0], end: offsets[1]))
        }
        // Empty arrays begin where others do: before them, and among themselves by name.
        members.sort { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
    }

    private struct Decoded: Decodable {
        struct Array: Decodable {
            let dtype: String
            let shape: [Int]
            // swift-format-ignore: AlwaysUseLowerCamelCase
            let data_offsets: [Int]
        }
        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        var arrays: [(name: String, array: Array)] = []
        var metadata: [String: String] = [:]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys {
                if key.stringValue == SafetensorsHeader.metadataName {
                    metadata = try container.decode([String: String].self, forKey: key)
                } else {
                    arrays.append((key.stringValue, try container.decode(Array.self, forKey: key)))
                }
            }
        }
    }

    /// "weight.shape: expected to decode ...", in one line.
    private static func reason(of error: DecodingError) -> String {
        func line(_ context: DecodingError.Context) -> String {
            let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            let text = (path.isEmpty ? "" : "\(path): ") + (detail ?? context.debugDescription)
            return text.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        switch error {
        case .dataCorrupted(let context): return "not valid JSON (\(line(context)))"
        case .keyNotFound(let key, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return "\(path) has no '\(key.stringValue)'"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): return line(context)
        @unknown default: return "\(error)"
        }
    }

    /// The first name that an object of the header has twice; nil if there is none. The bytes are valid JSON.
    private static func firstRepeatedName(_ bytes: ArraySlice<UInt8>) -> String? {
        var namesOfOpenObjects: [Set<String>] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "{"): namesOfOpenObjects.append([])
            case UInt8(ascii: "}"): namesOfOpenObjects.removeLast()
            case UInt8(ascii: "\""):
                let start = index
                index += 1
                while bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
                let text = bytes[start...index]
                var next = index + 1
                while isSpace(bytes[next]) { next += 1 }
                // A text before a colon is a name. Escapes are resolved: "a" and "\u0061" are one name.
                if bytes[next] == UInt8(ascii: ":"),
                    let name = try? JSONDecoder().decode(String.self, from: Data(text)),
                    !namesOfOpenObjects[namesOfOpenObjects.count - 1].insert(name).inserted
                {
                    return name
                }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
