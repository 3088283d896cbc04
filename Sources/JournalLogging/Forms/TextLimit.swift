/// How much of a record is kept, and what says that something was cut off.
enum TextLimit {
    /// Bytes of UTF-8 per field.
    static let bytesPerField = 64 << 10

    /// Bytes of all fields together; what comes later is left out.
    static let bytesPerRecord = 256 << 10

    /// Levels of nested metadata; deeper values are replaced.
    static let depth = 16

    /// The text itself, or as much of it as fits, cut between characters' bytes, with a note of its length.
    static func apply(to text: String, limit: Int = bytesPerField) -> String {
        let utf8 = text.utf8
        let size = utf8.count
        guard size > limit else { return text }
        // Slicing a string rounds the index down to the start of a character's bytes.
        let end = utf8.index(utf8.startIndex, offsetBy: limit)
        return "\(text[..<end])…[truncated, \(size) bytes]"
    }
}
