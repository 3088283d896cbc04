/// What `HandlerRegistry` and `TraceContext` refuse.
public enum TelemetryError: Error, Equatable, CustomStringConvertible {
    /// An event name with an empty segment or a character outside letters, digits, `_` and `-`, at a byte offset.
    case malformedName(String, offset: Int)
    /// A name that was declared with two payload types; each has handlers of its own, which see nothing of the other.
    case payloadMismatch(
        event: String, declared: String, declaredAt: SourcePlace, requested: String,
        requestedAt: SourcePlace)
    /// A handler of this id is attached already.
    case handlerExists(String)
    /// No handler of this id is attached.
    case handlerNotFound(String)
    /// `attachMany` was given no event, or the same one twice.
    case noDistinctEvents(handler: String)
    /// A handler was to be sampled by a number below 1, or by a fraction outside of 0 to 1 or equal to 0.
    case badSampling(Sampling, handler: String)
    /// A `traceparent` header that is wrong at a byte offset; the text is cut to the length of a valid one.
    case malformedTraceparent(String, offset: Int)

    /// One sentence that names the offender.
    public var description: String {
        switch self {
        case .malformedName(let name, let offset):
            "The event name \"\(name)\" is malformed at byte \(offset): "
                + "it takes non-empty segments of letters, digits, '_' and '-', joined by dots."
        case .payloadMismatch(let event, let declared, let first, let requested, let second):
            "The event \"\(event)\" carries \(declared) at \(first), and \(requested) at \(second): "
                + "handlers of one see nothing of the other."
        case .handlerExists(let id):
            "A handler with the id \"\(id)\" is attached already."
        case .handlerNotFound(let id):
            "No handler with the id \"\(id)\" is attached."
        case .noDistinctEvents(let id):
            "The handler \"\(id)\" needs at least one event, and each only once."
        case .badSampling(let sampling, let id):
            "The handler \"\(id)\" can't be sampled by \(sampling): "
                + "oneIn takes 1 or more, fraction more than 0 and at most 1."
        case .malformedTraceparent(let text, let offset):
            "The traceparent \"\(text)\" is malformed at byte \(offset): it takes a version, 32, 16 and 2 "
                + "lowercase hexadecimal digits, joined by '-', and ids other than zero."
        }
    }
}
