/// How a body can be compressed; the raw value is that of `Content-Encoding`.
enum ContentCoding: String {
    case gzip
    case zstd
}

/// What has to come out of an encoder after a piece.
enum EncoderFlush {
    /// As much as it likes.
    case none
    /// Everything until now, so that the client can read it.
    case everything
    /// The end of the body.
    case end
}

/// A reusable state that compresses one body after the other; not thread-safe.
protocol ContentEncoder: ~Copyable {
    /// Nil when memory is short.
    init?()
    /// The compressed form of `body`; nil if it fails.
    mutating func encode(_ body: [UInt8]) -> [UInt8]?
    /// Appends what comes out for `piece` to `output`.
    mutating func encode(_ piece: [UInt8], appendingTo output: inout [UInt8], _ flush: EncoderFlush)
}

/// The state of a stream that is compressed.
struct StreamEncoder: ~Copyable {
    private var gzip: GzipEncoder?
    private var zstd: ZstdEncoder?

    /// Nil when memory is short.
    init?(_ coding: ContentCoding) {
        switch coding {
        case .gzip:
            gzip = GzipEncoder()
            zstd = nil
            if gzip == nil { return nil }
        case .zstd:
            gzip = nil
            zstd = ZstdEncoder()
            if zstd == nil { return nil }
        }
    }

    /// Appends what comes out for `piece` to `output`.
    mutating func encode(_ piece: [UInt8], appendingTo output: inout [UInt8], _ flush: EncoderFlush) {
        gzip?.encode(piece, appendingTo: &output, flush)
        zstd?.encode(piece, appendingTo: &output, flush)
    }
}
