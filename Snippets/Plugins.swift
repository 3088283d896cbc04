// A plugin is what a library says of itself, in one value that an application adds to its exporter.
import Heliograph

/// In the library: events, and what is made of them.
enum Mail {
    struct Sent: Sendable { var bytes: Int }
    static let sent = Event<Sent>("mail.sent")
    static let queued = Event<Int>("mail.queue.measured")

    static func plugin(queueLength: @escaping @Sendable () async -> Int) -> Plugin {
        Plugin(
            "mail", events: ["mail.sent", "mail.queue.measured"],
            metrics: MetricSet {
                Sum("mail_sent_bytes_total", "Mail that was sent.", of: sent, adding: \.bytes, in: .bytes)
                Gauge("mail_queue_length", "Mails that wait.", of: queued, observing: { $0 })
            },
            polls: [
                Poll("mail queue", every: .seconds(10)) { queued.emit(eagerly: await queueLength()) }
            ])
    }
}

// In the application: one line for each library.
let logins = Event<Int>("account.login")
let exporter = try Exporter(plugins: [Mail.plugin { 3 }]) {
    Counter("logins_total", "Logins.", of: logins)
}
Mail.sent.emit(.init(bytes: 2048))

// A server other than the exporter's own sends the page in pieces.
let page = exporter.stream(accept: nil, acceptEncoding: "gzip")
print(page.contentType, page.contentEncoding ?? "as it is")
for await piece in page { print(piece.count, "bytes") }
