import CSystemd
import Glibc

/// A stage of the service's life that the service manager wants to hear of.
package enum ServiceStage: Sendable, Equatable {
    /// Start-up has ended, or a reload.
    case ready
    /// A reload begins; `ready` ends it.
    case reloading
    /// The service is about to end.
    case stopping
}

/// Tells the service manager how the service is doing; does nothing where `$NOTIFY_SOCKET` is not set.
///
/// Every method may be called from any thread and returns at once: what the kernel can't queue, as the manager does not
/// read, is an error (`EAGAIN`). See https://www.freedesktop.org/software/systemd/man/252/sd_notify.html
package struct Notifier: Sendable {
    /// Sends one notification with at most one descriptor and returns what `sd_pid_notify_with_fds` would.
    package typealias Send = @Sendable (_ message: String, _ descriptor: Int32?) -> Int32

    /// Whether there is a service manager to tell.
    package let isHeard: Bool
    private let send: Send

    /// In characters: the manager drops a message over 4096 bytes as a whole.
    private static let longestStatus = 500

    /// Sends to the service manager that `$NOTIFY_SOCKET` names.
    package init() {
        guard let address = unsafe getenv("NOTIFY_SOCKET") else {
            self.init(isHeard: false) { _, _ in 0 }
            return
        }
        let socket = unsafe NotifySocket(String(cString: address))
        self.init { socket.send($0, $1) }
    }

    /// Sends through `send`, which a test may replace.
    package init(send: @escaping Send) {
        self.init(isHeard: true, send: send)
    }

    private init(isHeard: Bool, send: @escaping Send) {
        self.isHeard = isHeard
        self.send = send
    }

    /// Tells the stage, if there is a new one, and the line for `systemctl status` in one message.
    ///
    /// Line breaks of `status` become spaces, as each line is an assignment of its own; the end of a long one is left out.
    package func report(_ stage: ServiceStage?, status: String? = nil) throws(SystemdError) {
        var assignments: [String] = []
        switch stage {
        case .ready: assignments.append("READY=1")
        case .reloading: assignments.append("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())")
        case .stopping: assignments.append("STOPPING=1")
        case nil: break
        }
        if let status {
            let line = status.prefix(Self.longestStatus).map { $0.isNewline || $0 == "\0" ? " " : $0 }
            assignments.append("STATUS=\(String(line))")
        }
        guard !assignments.isEmpty else { return }
        try notify(assignments.joined(separator: "\n"))
    }

    /// The service is alive; due at least every `Watchdog.interval`.
    package func pingWatchdog() throws(SystemdError) {
        try notify("WATCHDOG=1")
    }

    /// Asks for this much more time, from now, for the start, reload or stop under way.
    package func extendTimeout(by duration: Duration) throws(SystemdError) {
        try notify("EXTEND_TIMEOUT_USEC=\(max(0, duration.wholeMicroseconds))")
    }

    /// Hands the service manager a duplicate of a descriptor, to come back from `SocketActivation` after a restart.
    ///
    /// The caller keeps its own. The descriptor is kept even when its other end hangs up.
    package func store(descriptor: Int32, name: String) throws(SystemdError) {
        try checkDescriptorName(name)
        try notify("FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0", descriptor: descriptor)
    }

    /// Makes the service manager close every stored descriptor of that name.
    package func removeStored(name: String) throws(SystemdError) {
        try checkDescriptorName(name)
        try notify("FDSTOREREMOVE=1\nFDNAME=\(name)")
    }

    /// Blocks until the service manager has handled all that was sent before, or throws after `timeout`.
    package func waitUntilHandled(timeout: Duration) throws(SystemdError) {
        guard isHeard else { return }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .barrierFailed(errno: errno) }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // The manager closes its copy of the end once it has come to this message.
        let result = send("BARRIER=1", ends[1])
        close(ends[1])
        guard result >= 0 else { throw .barrierFailed(errno: -result) }
        var entry = pollfd(fd: ends[0], events: 0, revents: 0)
        let milliseconds = Int32(clamping: max(1, timeout.wholeMicroseconds / 1000))
        guard unsafe poll(&entry, 1, milliseconds) > 0 else { throw .barrierFailed(errno: ETIMEDOUT) }
    }

    private func notify(_ message: String, descriptor: Int32? = nil) throws(SystemdError) {
        let result = send(message, descriptor)
        guard result >= 0 else {
            let assignment = message.prefix { $0 != "\n" }
            throw .notificationFailed(assignment: String(assignment), errno: -result)
        }
    }
}

private func checkDescriptorName(_ name: String) throws(SystemdError) {
    let isPrintable = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    guard isPrintable, (1...255).contains(name.utf8.count) else { throw .descriptorNameUnusable(name) }
}
