import CISAL

/// A reusable state of ISA-L that makes one gzip member per body at level 1, at once or piece by piece.
///
/// Owns about 365 KB; not thread-safe, use it through `EncoderPool`.
@safe
struct GzipEncoder: ~Copyable, ContentEncoder {
    private let stream: UnsafeMutablePointer<isal_zstream>

    /// Makes a state; nil when memory is short.
    init?() {
        guard let stream = unsafe cisal_make() else { return nil }
        unsafe self.stream = unsafe stream
    }

    deinit {
        unsafe cisal_free(stream)
    }

    mutating func encode(_ piece: [UInt8], appendingTo output: inout [UInt8], _ flush: EncoderFlush) {
        let stream = unsafe self.stream
        let block = 16 << 10
        unsafe stream.pointee.flush = UInt16(flush == .everything ? SYNC_FLUSH : NO_FLUSH)
        unsafe stream.pointee.end_of_stream = flush == .end ? 1 : 0
        unsafe piece.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
            var isFull = true
            while isFull {
                let encoded = unsafe [UInt8](unsafeUninitializedCapacity: block) { buffer, filled in
                    unsafe stream.pointee.next_out = buffer.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(block)
                    // It can only fail for a level or a flush that there is not.
                    unsafe _ = isal_deflate(stream)
                    filled = unsafe block - Int(stream.pointee.avail_out)
                }
                output += encoded
                isFull = encoded.count == block
            }
        }
    }

    /// The gzip form of `body`; nil if it is beyond ISA-L's 32-bit lengths.
    mutating func encode(_ body: [UInt8]) -> [UInt8]? {
        guard body.count <= Int(Int32.max) else { return nil }
        unsafe cisal_begin(stream)
        var output: [UInt8] = []
        encode(body, appendingTo: &output, .end)
        // Copied into an array of the exact size, since the result may be held for long.
        return Array(output[...])
    }
}
