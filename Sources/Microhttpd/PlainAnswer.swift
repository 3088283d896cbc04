import Glibc
import Linux

/// An answer that is written to a socket past libmicrohttpd, which ends the connection.
struct PlainAnswer {
    var version = "1.1"
    let status: Int
    let reason: String
    let text: String

    /// Sends as much of it as the kernel takes, which is all of it on a connection that nothing was sent on.
    func send(on descriptor: Int32) {
        let body = text + "\n"
        let answer =
            "HTTP/\(version) \(status) \(reason)\r\nConnection: close\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let bytes = Array(answer.utf8)
        _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        // Closing with unread bytes would reset the connection, which can lose the answer.
        var unread = [UInt8](repeating: 0, count: 16_384)
        _ = unsafe recv(descriptor, &unread, unread.count, Int32(MSG_DONTWAIT))
    }
}
