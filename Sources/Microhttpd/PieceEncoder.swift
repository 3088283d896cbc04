/// Compresses one body piece by piece, as a client asks for, where another server sends it.
///
/// For one task at a time; with gzip it owns about 365 KB.
package final class PieceEncoder {
    private var encoder: StreamEncoder

    /// The encoder for an `Accept-Encoding` header; nil where the body goes as it is, or memory is short.
    package init?(for acceptEncoding: String?) {
        guard let coding = AcceptEncoding.coding(acceptEncoding), let encoder = StreamEncoder(coding) else {
            return nil
        }
        self.encoder = encoder
    }

    /// The `Content-Encoding` of what the encoder for that header makes.
    package static func contentEncoding(for acceptEncoding: String?) -> String? {
        AcceptEncoding.coding(acceptEncoding)?.rawValue
    }

    /// What comes out for `piece`, often nothing before the last one.
    package func encode(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
        var output: [UInt8] = []
        encoder.encode(piece, appendingTo: &output, isLast ? .end : .none)
        return output
    }
}
