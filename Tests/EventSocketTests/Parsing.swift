import Bytes
import Ingest

@testable import EventSocket

func parse(_ bytes: [UInt8]) throws(EventLineError) -> WireEvent {
    var event = WireEvent()
    try bytes.withBytes(in: bytes.indices) { (line) throws(EventLineError) in
        try EventLineParser().parse(line, into: &event)
    }
    return event
}

@discardableResult
func parse(_ line: String) throws(EventLineError) -> WireEvent { try parse(Array(line.utf8)) }

/// The event of a line, or its error, as text.
func parsed(_ line: String) -> String {
    do { return describe(try parse(line)) } catch { return error.description }
}

func describe(_ event: WireEvent) -> String {
    let measurements = event.measurements.map { measurement in
        switch measurement.value {
        case .integer(let value): "\(event.string(measurement.name))=\(value)"
        case .double(let value): "\(event.string(measurement.name))=\(value)"
        }
    }
    let metadata = event.metadata.map { "\(event.string($0.name))=\"\(event.string($0.value))\"" }
    return ([event.string(event.name)] + measurements + metadata).joined(separator: " ")
}
