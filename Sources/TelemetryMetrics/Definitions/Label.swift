public import Telemetry
import Synchronization

/// A label of metrics: its name, and how its value comes from an event's payload.
///
/// Copies of one `Label` are the same label: metrics of one event that use the same labels in the same order share the
/// work of finding their series.
public struct Label<Payload>: Sendable {
    /// The name as it stands on a page.
    public let name: String
    let identity: UInt64
    /// Appends the value to others.
    @usableFromInline let write: @Sendable (Payload, inout LabelWriter) -> Void

    /// A label with the value that `value` takes from the payload; a key-path literal will do.
    @inlinable
    @inline(__always)
    public init<Value: LabelValue>(_ name: String, _ value: @escaping @Sendable (Payload) -> Value) {
        self.init(named: name) { payload, writer in writer.appendValue(value(payload)) }
    }

    // No initialiser: where there are two, the compiler says of a misspelt key path what is wrong with the other one.
    /// A label whose value `write` writes.
    @inlinable
    @inline(__always)
    public static func writing(
        _ name: String, _ write: @escaping @Sendable (Payload, inout LabelWriter) -> Void
    ) -> Label {
        Label(named: name) { payload, writer in writer.appendValue { write(payload, &$0) } }
    }

    @usableFromInline
    init(
        named name: String, _ write: @escaping @Sendable (Payload, inout LabelWriter) -> Void
    ) {
        self.name = name
        self.write = write
        identity = lastIdentity.wrappingAdd(1, ordering: .relaxed).newValue
    }
}

extension Label<EventRecord> {
    /// The label `name` with the metadata `key`, by default of the same name; the empty text where it is missing.
    public init(_ name: String, metadata key: String? = nil) {
        let key = key ?? name
        self.init(name) { record in record.metadata[key] ?? "" }
    }
}

private let lastIdentity = Atomic<UInt64>(0)
