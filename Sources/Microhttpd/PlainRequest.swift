import Glibc
import Linux

/// A plain request that comes where a TLS handshake should.
enum PlainRequest {
    /// Whether the first bytes of a connection are those of a request; no handshake begins with a letter.
    static func begins(with bytes: UnsafeRawBufferPointer) -> Bool {
        starts.contains { unsafe $0.elementsEqual(bytes.prefix($0.count)) }
    }

    /// Answers it, before the connection is closed.
    static func refuse(on descriptor: Int32) {
        let text = "Client sent an HTTP request to an HTTPS server.\n"
        let answer =
            "HTTP/1.0 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "X-Content-Type-Options: nosniff\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
        let bytes = Array(answer.utf8)
        _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        // Closing with unread bytes would reset the connection, which can lose the answer.
        var unread = [UInt8](repeating: 0, count: 16_384)
        _ = unsafe recv(descriptor, &unread, unread.count, Int32(MSG_DONTWAIT))
    }

    private static let starts = ["GET /", "HEAD ", "POST ", "PUT /", "OPTIO", "DELET"].map { Array($0.utf8) }
}
