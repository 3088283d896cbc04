/// The lines of an HTTP message: each ends with CR LF and holds no control character but the tab.
struct HTTPLines {
    private let bytes: ArraySlice<UInt8>
    /// The index behind the last line.
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The next line without its end, `nil` while its end is not there.
    mutating func next() throws(HTTPFetchError) -> ArraySlice<UInt8>? {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = bytes[position..<end]
        guard line.last == UInt8(ascii: "\r"), line.dropLast().allSatisfy(Self.isText) else {
            throw Self.malformed(line)
        }
        position = end + 1
        return line.dropLast()
    }

    /// The error that names `line`.
    static func malformed(_ line: ArraySlice<UInt8>) -> HTTPFetchError {
        .malformedLine(String(decoding: line, as: UTF8.self))
    }

    private static func isText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t")
    }
}
