import Bytes
import Logging
import Telemetry

@testable import JournalLogging

extension LogRecord {
    /// A record of one fixed moment, to be varied by a test.
    static func example(
        message: String = "order done", level: Logger.Level = .info, time: Int64 = 1_754_000_000_123_456,
        metadata: [LogItem] = [], errno: Int32? = nil, trace: TraceContext? = nil
    ) -> LogRecord {
        LogRecord(
            time: time, thread: 77, level: level, label: "shop", message: message, errno: errno, trace: trace,
            metadata: metadata, file: "Shop/Order.swift", function: "finish()", line: 42)
    }
}

extension LogItem {
    init(_ key: String, _ value: LogValue) {
        self.init(key: key, value: value)
    }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    init(stringLiteral text: String) { self = .text(text) }

    init(integerLiteral number: Int) { self = .literal("\(number)") }

    init(arrayLiteral elements: LogValue...) { self = .list(elements) }
}

/// The trace of the W3C's own example.
let exampleTrace = TraceContext(
    traceID: TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736), spanID: 0x00f0_67aa_0ba9_02b7)

/// Text that a rendering function appends.
func rendered(_ append: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    append(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// What a statement is after it was written as bytes and read.
func recorded(
    _ event: LogEvent, label: String = "shop", logger: Logger.Metadata = [:], provided: Logger.Metadata = [:],
    trace: TraceContext? = nil
) -> LogRecord? {
    let encoder = RecordEncoder(
        label: label, destination: 3, time: 1_754_000_000_123_456, logger: logger,
        provided: provided, failure: event.error.map(LoggedError.init), trace: trace)
    return withScratch(byteCount: 1 << 20) { span in
        encoder.write(event, to: &span) ? RecordDecoder.record(in: span.bytes) : nil
    }
}

extension LogEvent {
    static func example(
        _ message: Logger.Message = "order done", error: (any Error)? = nil, metadata: Logger.Metadata? = nil
    ) -> LogEvent {
        LogEvent(
            level: .error, message: message, error: error, metadata: metadata, source: nil,
            file: "A/B.swift", function: "f()", line: 7)
    }
}
