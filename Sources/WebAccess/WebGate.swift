import GnuTLS
package import Linux
package import Microhttpd
import Synchronization
package import WebConfigurationFile

/// Whom an HTTP server lets in, and how it is encrypted, by the web configuration file in use.
///
/// Thread-safe: requests read the rules under a lock that is held for the length of that; reloads come one at a time, and
/// requests never wait for one.
package final class WebGate: RequestStage {
    /// What is in use.
    private struct Use {
        var settings: WebSettings
        var rules: AccessRules
    }

    private let path: String
    private let credentials: String?
    private let use: Mutex<Use>
    private let thread: PasswordThread
    private let remembered: RightPasswords
    private let report: @Sendable (RefusalCause) -> Void
    /// Held for the length of a reload, and while a server begins or ends.
    private let server = Mutex<HTTPServer?>(nil)

    /// Uses what `reading` found, and reads `path` for each reload.
    ///
    /// - Throws: what is wrong with it, or that there is no thread or randomness.
    package init(
        _ reading: WebReading, path: String, credentials: String?,
        report: @escaping @Sendable (RefusalCause) -> Void
    ) throws {
        self.path = path
        self.credentials = credentials
        self.report = report
        let settings = try reading.result.get()
        thread = try PasswordThread()
        guard let remembered = RightPasswords(),
            let rules = AccessRules(
                settings, queue: thread.queue, remembering: remembered, report: report)
        else { throw WebGateError.noRandomness }
        self.remembered = remembered
        use = Mutex(Use(settings: settings, rules: rules))
    }

    /// The loop of the thread that checks passwords.
    package var passwordLoop: any AnsweringLoop { thread.queue }

    /// What is in use.
    package var settings: WebSettings { use.withLock(\.settings) }

    /// What a server that starts now is to be encrypted with.
    package var tls: TLSSettings? { settings.tls.settings }

    /// When the first of the certificates in use ends, in seconds since the Unix epoch; nil without TLS.
    package var certificateEnd: Double? { tls.flatMap { CertificateExpiry.first(of: $0.certificate) } }

    /// Gives that server, which was started with `tls`, the settings of later reloads; nil for none.
    package func follow(_ server: HTTPServer?, startedWith tls: TLSSettings? = nil) throws(MicrohttpdError) {
        try self.server.withLock { current throws(MicrohttpdError) in
            current = server
            // A reload may have come in between.
            if let server, tls != self.tls { try server.replaceTLS(self.tls) }
        }
    }

    /// Reads the file again, for `commit`; blocks while it reads.
    package func read() -> WebReading { WebReading(path: path, credentials: credentials) }

    /// Uses what was read from now on: all of it, or nothing where that throws.
    ///
    /// - Parameter others: called when nothing can fail any more but this; what it throws keeps all as it is.
    package func commit(_ settings: WebSettings, after others: () throws -> Void = {}) throws {
        try server.withLock { server in
            let old = use.withLock { $0 }
            guard
                let rules = AccessRules(
                    settings, queue: thread.queue, remembering: remembered, keeping: old.rules.bucket,
                    report: report)
            else { throw WebGateError.noRandomness }
            let tls = settings.tls.settings
            let replacement = tls == old.settings.tls.settings ? nil : try server?.prepare(tls)
            do {
                try others()
            } catch {
                replacement?.drop()
                throw error
            }
            replacement?.use()
            use.withLock { $0 = Use(settings: settings, rules: rules) }
        }
    }

    package func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict {
        use.withLock(\.rules).verdict(on: &request, from: connection.client)
    }

    package func complete(_ headers: inout Headers) {
        use.withLock(\.rules).complete(&headers)
    }

    package func hurry() { thread.queue.drop() }
}

/// Why there is no gate.
package enum WebGateError: Error, Equatable, CustomStringConvertible {
    /// The system gives no random bytes.
    case noRandomness

    /// A sentence.
    package var description: String { "the system gives no random bytes, which digests of passwords need" }
}
