import CZlib

/// Inflates a gzip body piece by piece, up to a bound; not thread-safe.
@safe
struct GzipDecoder: ~Copyable {
    enum Failure: Error, Equatable {
        /// It would be longer than allowed.
        case tooLong
        /// It is not gzip, or damaged.
        case corrupt
    }

    // On the heap, since zlib's state points back at it and refuses to work after a move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let limit: Int
    /// Whether the input until now ends with the end of a member: a body that ends elsewhere is cut short.
    private(set) var isComplete = false
    /// What is inflated until now.
    private(set) var output: [UInt8] = []

    /// Makes a state for at most `limit` bytes of output; nil when memory is short.
    init?(limit: Int) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let gzipWindow = 15 + 16
        let status = unsafe inflateInit2_(
            stream, Int32(gzipWindow), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        unsafe self.stream = unsafe stream
        self.limit = limit
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Inflates the next piece of the input.
    mutating func decode(_ input: UnsafeBufferPointer<UInt8>) throws(Failure) {
        guard input.count <= Int(Int32.max) else { throw .tooLong }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(input.count)
        let block = 16 << 10
        var isFull = true
        while unsafe isFull || stream.pointee.avail_in > 0 {
            // More input after the end of a member is the next member.
            if isComplete {
                guard unsafe stream.pointee.avail_in > 0 else { return }
                guard unsafe inflateReset(stream) == Z_OK else { throw .corrupt }
                isComplete = false
            }
            let (piece, status) = inflated(atMost: block)
            guard piece.count <= limit - output.count else { throw .tooLong }
            output += piece
            isFull = piece.count == block
            switch status {
            case Z_OK: break
            case Z_STREAM_END: isComplete = true
            // Nothing to do without more input.
            case Z_BUF_ERROR: return
            default: throw .corrupt
            }
        }
    }

    private func inflated(atMost count: Int) -> (piece: [UInt8], status: Int32) {
        var status = Z_OK
        let stream = unsafe self.stream
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            unsafe stream.pointee.next_out = buffer.baseAddress
            unsafe stream.pointee.avail_out = UInt32(count)
            status = unsafe inflate(stream, Z_NO_FLUSH)
            filled = unsafe count - Int(stream.pointee.avail_out)
        }
        return (piece, status)
    }
}
