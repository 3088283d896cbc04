import Linux

/// The one thread that checks passwords, so that strangers who guess take one processor at most.
final class PasswordThread: Sendable {
    let queue: CheckQueue
    private let thread: JoinableThread

    /// Starts it.
    init() throws(LinuxError) {
        let queue = try CheckQueue()
        self.queue = queue
        thread = try DedicatedThread.start(name: "http-passwords") { queue.makeAll() }
    }

    deinit {
        queue.close()
        thread.join()
    }
}
