/// A plain request that comes where a TLS handshake should.
enum PlainRequest {
    /// Whether the first bytes of a connection are those of a request; no handshake begins with a letter.
    static func begins(with bytes: UnsafeRawBufferPointer) -> Bool {
        starts.contains { unsafe $0.elementsEqual(bytes.prefix($0.count)) }
    }

    /// Answers it, before the connection is closed.
    static func refuse(on descriptor: Int32) {
        let text = "Client sent an HTTP request to an HTTPS server."
        PlainAnswer(version: "1.0", status: 400, reason: "Bad Request", text: text).send(on: descriptor)
    }

    private static let starts = ["GET /", "HEAD ", "POST ", "PUT /", "OPTIO", "DELET"].map { Array($0.utf8) }
}
