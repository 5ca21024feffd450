import CZlib
import LacunaArrays

/// Gzip streams in memory (RFC 1952), by zlib, which checks length and CRC-32 of what it unpacks.
enum Gzip {
    /// Whether the bytes begin as a gzip stream does.
    static func isGzip(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    }

    /// Unpacks a stream of one or more members.
    /// - Parameters:
    ///   - place: the file's name, for messages.
    ///   - limit: more bytes than this are an error: a small damaged or hostile file can claim any amount.
    /// - Throws: `LacunaError` (file): damaged, cut short, with foreign bytes behind it, or longer than `limit`.
    static func unpacked(_ bytes: [UInt8], place: String, limit: Int = 1 << 31) throws -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, gzipWindow, ZLIB_VERSION, structureSize) == Z_OK else {
            throw LacunaError(.environment, place, "zlib cannot be started (version \(ZLIB_VERSION))")
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        var input = bytes
        try input.withUnsafeMutableBufferPointer { input in
            var consumed = 0
            while true {
                // The counters of a stream are of 32 bits: long inputs are handed over in parts.
                let part = min(input.count - consumed, Int(Int32.max))
                stream.next_in = input.baseAddress! + consumed
                stream.avail_in = UInt32(part)
                let result = chunk.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                consumed += part - Int(stream.avail_in)
                let produced = chunk.count - Int(stream.avail_out)
                guard output.count + produced <= limit else {
                    throw LacunaError(.file, place, "unpacks to more than the expected \(limit) bytes")
                }
                output.append(contentsOf: chunk[..<produced])
                if result == Z_STREAM_END {
                    if consumed == input.count { return }
                    inflateReset(&stream)
                } else if result == Z_BUF_ERROR || (result == Z_OK && consumed == input.count && produced == 0) {
                    throw LacunaError(
                        .file, place, "the gzip stream is cut short: it ends after \(output.count) unpacked bytes",
                        remedy: remedy)
                } else if result != Z_OK {
                    let reason = stream.msg.map { String(cString: $0) } ?? "zlib's code \(result)"
                    throw LacunaError(
                        .file, place, "the gzip stream is damaged near byte \(consumed): \(reason)", remedy: remedy)
                }
            }
        }
        return output
    }

    /// Packs into one member without name and time: the same bytes always give the same file.
    static func packed(_ bytes: [UInt8], place: String) throws -> [UInt8] {
        var stream = z_stream()
        guard
            bytes.count <= Int(UInt32.max),
            deflateInit2_(
                &stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, structureSize)
                == Z_OK
        else { throw LacunaError(.environment, place, "\(bytes.count) bytes cannot be packed with gzip") }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        var input = bytes
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { buffer in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { throw LacunaError(.environment, place, "cannot be packed with gzip") }
        output.removeLast(Int(stream.avail_out))
        return output
    }

    private static let remedy = "Copy or download the file again"
    private static let chunkSize = 1 << 18
    /// A window of 2^15 bytes, and 16 for "gzip, not zlib".
    private static let gzipWindow: Int32 = 15 + 16
    private static let structureSize = Int32(MemoryLayout<z_stream>.size)
}

/// The CRC-32 of a memory area (that of gzip and PNG), which finds damage, not intent.
func crc32(of bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
    let pointer = bytes.bindMemory(to: UInt8.self).baseAddress
    // A nil pointer would ask zlib for the start value.
    guard let pointer else { return start }
    return UInt32(truncatingIfNeeded: crc32_z(UInt(start), pointer, bytes.count))
}
