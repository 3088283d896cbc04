import Telemetry

/// What a writer with room for `capacity` bytes left behind.
struct Written: Equatable {
    /// The bytes within the capacity.
    let bytes: [UInt8]
    /// What the writer counted.
    let count: Int
    /// Whether the bytes beyond the capacity are as they were.
    let keptWithinBounds: Bool

    var text: String { String(decoding: bytes, as: UTF8.self) }

    init(capacity: Int = 128, _ write: (inout LabelWriter) -> Void) {
        var memory = [UInt8](repeating: 0xEE, count: capacity + 32)
        count = unsafe memory.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return -1 }
            var writer = unsafe LabelWriter(base: base, capacity: capacity)
            write(&writer)
            return writer.count
        }
        bytes = Array(memory[..<min(max(count, 0), capacity)])
        keptWithinBounds = memory[capacity...].allSatisfy { $0 == 0xEE }
    }
}
