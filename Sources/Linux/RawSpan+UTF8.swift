extension RawSpan {
    /// Whether the bytes in `range` are valid UTF-8.
    package func isUTF8(in range: Range<Int>) -> Bool {
        unsafe extracting(range).withUnsafeBytes { bytes in
            unsafe bytes.withMemoryRebound(to: UInt8.self) { text in
                (try? UTF8Span(validating: unsafe text.span)) != nil
            }
        }
    }
}
