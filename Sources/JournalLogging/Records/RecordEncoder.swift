import Bytes
import Logging
import Telemetry
import Threads

/// Writes a log statement as bytes, in the thread that logs: what is not written here is not remembered.
///
/// The layout is read by `RecordDecoder`, also by that of a process that follows after a crash.
struct RecordEncoder {
    /// The tag in front of a value.
    enum Tag: UInt8 {
        case text = 1
        case signed, unsigned, double, float, yes, no, literal, list, object, end
    }

    let label: String
    let destination: UInt8
    /// Microseconds since 1970.
    let time: Int64
    let logger: Logger.Metadata
    let provided: Logger.Metadata
    let failure: LoggedError?
    let trace: TraceContext?

    /// Writes a statement with what is known of its logger; false where it does not fit.
    ///
    /// May run code of the application, which describes values.
    func write(_ event: borrowing LogEvent, to span: inout OutputRawSpan) -> Bool {
        putNumbers(event, to: &span) && put(label, to: &span) && put(event.message.description, to: &span)
            && put(event.file, to: &span) && put(event.function, to: &span) && putMetadata(event, to: &span)
    }

    private func putNumbers(_ event: borrowing LogEvent, to span: inout OutputRawSpan) -> Bool {
        span.put(time) && span.put(ThreadNumber.ofKernel) && span.put(Self.number(of: event.level))
            && span.put(destination) && span.put(UInt32(truncatingIfNeeded: event.line))
            && span.put(failure?.errno ?? 0) && putTrace(to: &span)
    }

    private func putTrace(to span: inout OutputRawSpan) -> Bool {
        guard let trace else { return span.put(0 as UInt8) }
        return span.put(1 as UInt8) && span.put(trace.traceID.high) && span.put(trace.traceID.low)
            && span.put(trace.spanID)
    }

    /// In this order, as a later value of a key wins over an earlier one.
    private func putMetadata(_ event: borrowing LogEvent, to span: inout OutputRawSpan) -> Bool {
        guard put(logger, to: &span), put(provided, to: &span) else { return false }
        if let metadata = event.metadata, !put(metadata, to: &span) { return false }
        guard let failure else { return true }
        return put("error.message", failure.message, to: &span) && put("error.type", failure.type, to: &span)
    }

    private func put(_ metadata: Logger.Metadata, to span: inout OutputRawSpan) -> Bool {
        var left = metadata.count
        for (key, value) in metadata {
            guard span.byteCount < TextLimit.bytesPerRecord else {
                return span.put("…") && MetadataEncoder.putNote(truncating: left, to: &span)
            }
            guard put(key, to: &span), MetadataEncoder.put(value, to: &span) else { return false }
            left -= 1
        }
        return true
    }

    private func put(_ key: String, _ value: String, to span: inout OutputRawSpan) -> Bool {
        put(key, to: &span) && MetadataEncoder.put(text: value, to: &span)
    }

    private func put(_ text: String, to span: inout OutputRawSpan) -> Bool {
        MetadataEncoder.putBare(text, to: &span)
    }

    /// The number of a level in the layout.
    static func number(of level: Logger.Level) -> UInt8 {
        switch level {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
