/// A page of metrics, ready to be sent.
public struct Page: Sendable, Equatable {
    /// The `Content-Type` to send with it.
    public let contentType: String
    /// UTF-8.
    public let bytes: [UInt8]
}
