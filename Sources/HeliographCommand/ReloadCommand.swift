import ConfigurationFile
import Linux
import Serving
import Systemd

/// `heliograph reload`.
struct ReloadCommand {
    private static let socket = Flag(
        name: "control.socket", placeholder: "path",
        help: "The control socket of the service. (default: that of a service of this user)")

    static let command = Command(
        name: "reload",
        abstract: "Have a running service reload its configuration, and wait for the result.",
        discussion: """
            Each mistake is a line on standard error. Exit codes: 0 reloaded, 78 refused,
            69 nobody answers.
            """,
        flags: [socket],
        run: { invocation in
            let path = invocation.text(socket) ?? DefaultSockets.ofProcess.control
            try ReloadCommand(path: path, isLoggedAnyway: JournalConnection.isStandardError).run()
        })

    /// The control socket; nil where this user has none by default.
    let path: String?
    /// Whether standard error is where the service itself logs each mistake.
    var isLoggedAnyway = false

    func run() throws(ExitStatus) {
        guard let path else {
            complain("heliograph: no control socket is known: name it by --control.socket")
            throw .unavailable
        }
        let reply: ControlReply?
        do throws(LinuxError) {
            reply = try ControlClient.reload(path: path)
        } catch {
            complain("heliograph: no service answers at \(path): \(error)")
            throw .unavailable
        }
        switch reply {
        case .reload(.reloaded): return
        case .reload(.refused(let mistakes)):
            if isLoggedAnyway {
                complain("heliograph: the configuration was not reloaded, see the entries of the service")
            } else {
                for mistake in mistakes { complain(mistake) }
            }
            throw .configuration
        case .state, .forsaken, .unknown, nil:
            complain("heliograph: the service at \(path) gave no answer that is understood")
            throw .unavailable
        }
    }
}
