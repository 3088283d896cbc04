/// The words that make a comment metadata; UNIT only in OpenMetrics.
enum MetadataKeyword: String {
    case type = "TYPE"
    case help = "HELP"
    case unit = "UNIT"

    init?(_ word: ArraySlice<UInt8>) {
        guard word.count == 4 else { return nil }
        self.init(rawValue: String(decoding: word, as: UTF8.self))
    }
}
