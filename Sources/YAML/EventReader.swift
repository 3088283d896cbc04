import CYAML

/// The only owner of a libyaml parser and of the text that it reads.
///
/// See <https://pyyaml.org/wiki/LibYAML>. After an error the parser gives no further event.
@safe
struct EventReader: ~Copyable {
    // On the heap, since libyaml's state points back at it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// Copies `bytes`, which are UTF-8.
    init(_ bytes: [UInt8]) throws(EventReaderError) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            throw .outOfMemory
        }
        let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = unsafe text.initialize(fromContentsOf: bytes)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        unsafe self.parser = unsafe parser
        unsafe self.text = unsafe text
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    /// The next step; `streamEnd` again and again after the last.
    mutating func next() throws(EventReaderError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else {
            throw unsafe EventReaderError(parser.pointee)
        }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe YAMLEvent(event)
    }
}
