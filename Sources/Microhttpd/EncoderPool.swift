import Synchronization

/// Compresses bodies with states that are kept: as many at once as the server has threads.
final class EncoderPool<Encoder: ContentEncoder & ~Copyable>: Sendable {
    /// One state, made on first use; its lock is held while a body is compressed.
    private final class Slot: Sendable {
        let encoder = Mutex<Encoder?>(nil)
    }

    private let slots: [Slot]

    init(size: Int) {
        slots = (0..<max(1, size)).map { _ in Slot() }
    }

    /// Compresses with a free state, or waits for one; nil if that fails.
    func encode(_ body: [UInt8]) -> [UInt8]? {
        for slot in slots {
            if let encoded = slot.encoder.withLockIfAvailable({ Self.encode(body, with: &$0) }) {
                return encoded
            }
        }
        return slots[0].encoder.withLock { Self.encode(body, with: &$0) }
    }

    private static func encode(_ body: [UInt8], with encoder: inout Encoder?) -> [UInt8]? {
        if encoder == nil { encoder = Encoder() }
        return encoder?.encode(body)
    }
}
