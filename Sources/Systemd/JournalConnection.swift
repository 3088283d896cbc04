import Glibc

/// Finds out whether this process writes to the journal.
package enum JournalConnection {
    /// Whether journald's native socket is there and writable.
    package static var hasSocket: Bool {
        unsafe access(JournalSocket.standardPath, W_OK) == 0
    }

    /// Whether standard error is the stream that `$JOURNAL_STREAM` says is connected to the journal.
    ///
    /// A mere look at the variable is not enough: a child whose standard error goes elsewhere inherits it.
    /// See https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#%24JOURNAL_STREAM
    package static var isStandardError: Bool {
        guard let value = unsafe getenv("JOURNAL_STREAM") else { return false }
        return unsafe isJournal(descriptor: STDERR_FILENO, stream: String(cString: value))
    }

    /// Whether a descriptor is the stream that a `device:inode` pair in decimal digits names.
    static func isJournal(descriptor: Int32, stream: String) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
