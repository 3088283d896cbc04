import CYAML

/// One step of libyaml's walk through a text, free of its memory.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias
        case scalar(String, isPlain: Bool)
        case sequenceStart, mappingStart, collectionEnd
    }

    let kind: Kind
    /// Where the step begins: for a value at its anchor or tag, if it has one.
    let mark: YAMLMark
    let hasAnchor: Bool
    let hasTag: Bool
}

extension YAMLEvent {
    /// Copies what `event` holds.
    init(_ event: borrowing yaml_event_t) {
        var hasAnchor = false
        var hasTag = false
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            (hasAnchor, hasTag) = unsafe (scalar.anchor != nil, scalar.tag != nil)
            let text = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = unsafe .scalar(
                String(decoding: text, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            (hasAnchor, hasTag) = unsafe (start.anchor != nil, start.tag != nil)
            kind = .sequenceStart
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            (hasAnchor, hasTag) = unsafe (start.anchor != nil, start.tag != nil)
            kind = .mappingStart
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
        default: kind = .streamEnd
        }
        mark = unsafe YAMLMark(event.start_mark)
        self.hasAnchor = hasAnchor
        self.hasTag = hasTag
    }
}

extension YAMLMark {
    /// libyaml counts from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
