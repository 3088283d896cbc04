import PrometheusFormat
import Synchronization

/// Buffers that pieces of pages are put together in, kept from one piece to the next; thread-safe.
///
/// A block as large would be at the end of a thread's heap: the allocator would give it back to the system after each page, and
/// take it anew for the next one.
final class PieceBuffers: Sendable {
    /// One buffer, made on first use; its lock is held while a piece is made.
    private final class Slot: Sendable {
        let buffer = Mutex<TextBuffer?>(nil)
    }

    /// Those of the process.
    static let shared = PieceBuffers(count: 4, capacity: (128 << 10) + (4 << 10))

    private let slots: [Slot]
    private let capacity: Int

    /// As many buffers as threads usually make pages at once.
    init(count: Int, capacity: Int) {
        slots = (0..<count).map { _ in Slot() }
        self.capacity = capacity
    }

    /// Appends what `write` writes to `bytes`; where all buffers are in use, by way of a new one.
    func append<Result: Sendable>(to bytes: inout [UInt8], _ write: (inout TextBuffer) -> Result) -> Result {
        for slot in slots {
            let result = slot.buffer.withLockIfAvailable { buffer in
                var piece = buffer.take() ?? TextBuffer(capacity: capacity)
                let result = Self.append(&piece, to: &bytes, write)
                buffer = consume piece
                return result
            }
            if let result { return result }
        }
        var piece = TextBuffer(capacity: capacity)
        return Self.append(&piece, to: &bytes, write)
    }

    private static func append<Result>(
        _ piece: inout TextBuffer, to bytes: inout [UInt8], _ write: (inout TextBuffer) -> Result
    ) -> Result {
        let result = write(&piece)
        piece.append(to: &bytes)
        piece.removeAll()
        return result
    }
}
