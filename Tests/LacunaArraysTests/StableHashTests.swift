import LacunaArrays
import Testing

@Suite struct StableHashTests {
    private func hash(_ texts: String...) -> UInt64 {
        var hash = StableHash()
        for text in texts { hash.combine(text) }
        return hash.value
    }

    @Test func separatesTexts() {
        let hashes: Set = [hash("ab", "c"), hash("a", "bc"), hash("abc"), hash("abc", ""), hash("", "abc")]
        #expect(hashes.count == 5)
    }

    /// Recorded from a transcription of FNV-1a and SplitMix64 in Python: ids and draws must outlive this build.
    @Test func recordedValues() {
        #expect(StableHash().value == 0xf52a_15e9_a9b5_e89b)
        #expect(hash("snr_db", "10") == 0x80e2_9716_4b71_eaab)
    }
}
