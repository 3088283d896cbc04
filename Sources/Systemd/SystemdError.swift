import Glibc

/// What the service manager's protocols and the journal can refuse, with the `errno` or the text that was refused.
package enum SystemdError: Error, Equatable {
    case notificationFailed(assignment: String, errno: Int32)
    case barrierFailed(errno: Int32)
    case listenEnvironmentUnusable(errno: Int32)
    case watchdogEnvironmentUnusable(errno: Int32)
    case descriptorNameUnusable(String)
    case journalUnreadable(errno: Int32)
}

extension SystemdError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notificationFailed(let assignment, let errno):
            "Could not send \(assignment) to the service manager at $NOTIFY_SOCKET: \(text(of: errno))."
        case .barrierFailed(let errno):
            "The service manager did not acknowledge the notifications sent to it: \(text(of: errno))."
        case .listenEnvironmentUnusable(let errno):
            "$LISTEN_PID, $LISTEN_FDS or $LISTEN_FDNAMES cannot be used: \(text(of: errno))."
        case .watchdogEnvironmentUnusable(let errno):
            "$WATCHDOG_USEC or $WATCHDOG_PID cannot be used: \(text(of: errno))."
        case .descriptorNameUnusable(let name):
            "\"\(name)\" cannot name a stored descriptor: use 1 to 255 printable ASCII characters, no colon."
        case .journalUnreadable(let errno):
            "The journal can't be read: \(text(of: errno))."
        }
    }
}

/// The C library's sentence for an `errno` value, with the number.
package func text(of errno: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard unsafe strerror_r(errno, &buffer, buffer.count) == 0 else { return "errno \(errno)" }
    let message = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(String(decoding: message, as: UTF8.self)) (errno \(errno))"
}
