import CZlib

/// A reusable zlib state that makes one gzip member per body at level 1, at once or piece by piece.
///
/// Owns about 270 KB; not thread-safe, use it through `EncoderPool`.
@safe
struct GzipEncoder: ~Copyable, ContentEncoder {
    // On the heap, since zlib's state points back at it and refuses to work after a move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Makes a state; nil when memory is short.
    init?() {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let gzipWindow = 15 + 16
        let status = unsafe deflateInit2_(
            stream, 1, Z_DEFLATED, Int32(gzipWindow), 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        unsafe self.stream = unsafe stream
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    mutating func encode(_ piece: [UInt8], appendingTo output: inout [UInt8], _ flush: EncoderFlush) {
        let stream = unsafe self.stream
        let block = 16 << 10
        unsafe piece.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
            var isFull = true
            while isFull {
                let encoded = unsafe [UInt8](unsafeUninitializedCapacity: block) { buffer, filled in
                    unsafe stream.pointee.next_out = buffer.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(block)
                    // It can only fail with Z_BUF_ERROR, when there is nothing to do.
                    unsafe _ = deflate(stream, flush.code)
                    filled = unsafe block - Int(stream.pointee.avail_out)
                }
                output += encoded
                isFull = encoded.count == block
            }
        }
    }

    /// The gzip form of `body`; nil if zlib fails or the body is beyond its 32-bit lengths.
    mutating func encode(_ body: [UInt8]) -> [UInt8]? {
        guard body.count <= Int(Int32.max), unsafe deflateReset(stream) == Z_OK else { return nil }
        let bound = Int(unsafe deflateBound(stream, UInt(body.count)))
        let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bound)
        defer { unsafe output.deallocate() }
        let stream = unsafe self.stream
        let status = unsafe body.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(input.count)
            unsafe stream.pointee.next_out = output.baseAddress
            unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
            return unsafe deflate(stream, Z_FINISH)
        }
        guard status == Z_STREAM_END else { return nil }
        // Copied into an array of the exact size, since the result may be held for long and the buffer is larger.
        return unsafe [UInt8](output[..<Int(stream.pointee.total_out)])
    }
}

extension EncoderFlush {
    fileprivate var code: Int32 {
        switch self {
        case .none: Z_NO_FLUSH
        case .everything: Z_SYNC_FLUSH
        case .end: Z_FINISH
        }
    }
}
