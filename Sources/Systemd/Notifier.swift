import CSystemd

/// Tells the service manager how the service is doing; does nothing where `$NOTIFY_SOCKET` is not set.
///
/// Every method may be called from any thread and returns once the kernel has queued the message.
/// See https://www.freedesktop.org/software/systemd/man/252/sd_notify.html
package struct Notifier: Sendable {
    /// Sends one notification with at most one descriptor and returns what `sd_pid_notify_with_fds` would.
    package typealias Send = @Sendable (_ message: String, _ descriptor: Int32?) -> Int32

    private let send: Send

    /// Sends to the service manager through libsystemd.
    package init() {
        self.init(send: notifyServiceManager)
    }

    /// Sends through `send`, which a test may replace.
    package init(send: @escaping Send) {
        self.send = send
    }

    /// Start-up has ended, or a reload that `reloading` announced.
    package func ready() throws(SystemdError) {
        try notify("READY=1")
    }

    /// The service is about to end.
    package func stopping() throws(SystemdError) {
        try notify("STOPPING=1")
    }

    /// A reload begins now, by the monotonic clock; `ready` ends it.
    package func reloading() throws(SystemdError) {
        try notify("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())")
    }

    /// One line for `systemctl status`; line breaks become spaces, as each line is an assignment of its own.
    package func status(_ text: String) throws(SystemdError) {
        let line = String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
        try notify("STATUS=\(line)")
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
        let result = sd_notify_barrier(0, UInt64(max(1, timeout.wholeMicroseconds)))
        guard result >= 0 else { throw .barrierFailed(errno: -result) }
    }

    private func notify(_ message: String, descriptor: Int32? = nil) throws(SystemdError) {
        let result = send(message, descriptor)
        guard result >= 0 else {
            let assignment = message.prefix { $0 != "\n" }
            throw .notificationFailed(assignment: String(assignment), errno: -result)
        }
    }
}

private func notifyServiceManager(_ message: String, _ descriptor: Int32?) -> Int32 {
    guard let descriptor else { return unsafe sd_notify(0, message) }
    return unsafe withUnsafePointer(to: descriptor) { pointer in
        unsafe sd_pid_notify_with_fds(0, 0, message, pointer, 1)
    }
}

private func checkDescriptorName(_ name: String) throws(SystemdError) {
    let isPrintable = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    guard isPrintable, (1...255).contains(name.utf8.count) else { throw .descriptorNameUnusable(name) }
}
