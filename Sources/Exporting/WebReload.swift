import ConfigurationKeys
import Linux
import Logging
import Supervision
import Synchronization
import WebAccess
import WebConfigurationFile

/// The web configuration file in use, and its reloads: all of it or nothing, one at a time.
///
/// Thread-safe: one lock guards the watch, and is held for the length of a reload.
package final class WebReload: Sendable {
    let gate: WebGate
    let watch: Mutex<WebFileWatch>
    private let metrics: WebMetrics
    let loop: BlockingLoop
    private static let logger = Logger(label: "heliograph.web")

    /// Between two looks at the files.
    private static let period = Duration.seconds(1)
    /// The mistakes that are logged of one reload, at most.
    private static let shownMistakes = 50

    /// Reads the file at `path`; blocks while it reads.
    ///
    /// - Throws: what is wrong with it, or that there are no means.
    init(path: String, _ metrics: WebMetrics) throws {
        let credentials = Credentials.directory
        let reading = WebReading(path: path, credentials: credentials)
        gate = try WebGate(reading, path: path, credentials: credentials) { metrics.noteRefusal($0) }
        watch = Mutex(WebFileWatch(reading.files))
        loop = try BlockingLoop()
        self.metrics = metrics
        loaded()
    }

    /// Reads the file again and uses it, whatever it takes away: somebody asks for that.
    ///
    /// - Parameter others: called once the file is right and before it is used; what it throws keeps the old one in use. What
    ///   comes after it can't fail.
    /// - Throws: every mistake.
    package func reload(after others: () throws -> Void = {}) throws {
        try watch.withLock { try reload(&$0, isAsked: true, after: others) }
    }

    private func reload(
        _ watch: inout WebFileWatch, isAsked: Bool, after others: () throws -> Void = {}
    ) throws {
        let reading = gate.read()
        let old = gate.settings
        let settings: WebSettings
        do {
            settings = try reading.result.get()
            let lost = settings.protectionsLost(since: old)
            guard lost.isEmpty || isAsked else { throw UnaskedOpening(lost: lost) }
        } catch {
            watch = WebFileWatch(reading.files)
            metrics.refusedReload()
            throw error
        }
        var isRefusedByOthers = false
        do {
            try gate.commit(settings) {
                isRefusedByOthers = true
                try others()
                isRefusedByOthers = false
            }
        } catch {
            guard !isRefusedByOthers else { throw error }
            watch = WebFileWatch(reading.files)
            metrics.refusedReload()
            throw error
        }
        watch = WebFileWatch(reading.files)
        for protection in settings.protectionsLost(since: old) {
            Self.logger.warning("The web configuration file takes away \(protection), as was asked for")
        }
        loaded()
    }

    private func loaded() {
        metrics.loaded(certificateEnd: gate.certificateEnd)
        for warning in gate.settings.warnings { Self.logger.warning("\(warning)") }
    }

    /// The loops of the file watch, which `child` runs, and of the thread that checks passwords.
    var loops: [any AnsweringLoop] { [loop, gate.passwordLoop] }

    /// Reads the file again where it has changed, or one that it names; what is wrong is logged.
    var child: ChildSpec {
        ChildSpec("web-config") { [self] in
            try await loop.run(name: "web-config") { self.watchFiles() }
        }
    }

    /// Looks at the files until the loop is stopped.
    func watchFiles() {
        while loop.stopped == nil {
            loop.wakeUp.wait(until: .now + Self.period)
            loop.answer()
            look()
        }
    }

    /// Reads the file again if it has changed, and has not since the look before.
    func look() {
        watch.withLock { watch in
            guard watch.look() else { return }
            do {
                try reload(&watch, isAsked: false)
                Self.logger.info("Web configuration reloaded")
            } catch let errors as ConfigurationErrors {
                for mistake in errors.errors.prefix(Self.shownMistakes) {
                    Self.logger.error("Web configuration not reloaded: \(mistake)")
                }
            } catch {
                Self.logger.error("Web configuration not reloaded: \(error)")
            }
        }
    }
}

/// A changed file would take away protection, and nobody asked for a reload: it may be empty, or half written.
struct UnaskedOpening: Error, Equatable, CustomStringConvertible {
    let lost: [String]

    var description: String {
        "it takes away \(lost.joined(separator: " and ")), and may be half written; what was in use stays. If it is meant, ask "
            + "for it: heliograph reload, SIGHUP, POST /-/reload, or a restart"
    }
}
