import Testing

@testable import ConfigurationKeys

@Suite(.timeLimit(.minutes(5)))
struct ByteSizeTextTests {
    @Test(arguments: [
        ("0", 0), ("1", 1), ("007", 7), ("1024", 1024), ("512KiB", 524_288), ("64MiB", 67_108_864),
        ("3GiB", 3_221_225_472), ("2TiB", 2_199_023_255_552), ("0MiB", 0), ("9223372036854775807", Int.max),
        ("8388607TiB", 9_223_370_937_343_148_032),
    ])
    func parses(text: String, bytes: Int) {
        #expect(ByteSizeText.parse(text) == bytes)
    }

    @Test(arguments: [
        "", " ", "MiB", "-1", "+1", "1.5MiB", "1e6", "64 MiB", "64MiB ", "64mib", "64MB", "64M", "64B",
        "1MiB1",
        "1GiB512MiB", "9223372036854775808", "8388608TiB", "99999999999999999999KiB", "\u{FF11}", "1\u{301}",
        "1\n", "0x10",
    ])
    func refuses(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }
}
