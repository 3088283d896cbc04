import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct SystemdErrorTests {
    @Test(arguments: [
        (
            SystemdError.notificationFailed(assignment: "READY=1", errno: ECONNREFUSED),
            "Could not send READY=1 to the service manager at $NOTIFY_SOCKET: Connection refused (errno 111)."
        ),
        (
            .barrierFailed(errno: ETIMEDOUT),
            "The service manager did not acknowledge the notifications sent to it: "
                + "Connection timed out (errno 110)."
        ),
        (
            .listenEnvironmentUnusable(errno: EINVAL),
            "$LISTEN_PID, $LISTEN_FDS or $LISTEN_FDNAMES cannot be used: Invalid argument (errno 22)."
        ),
        (
            .watchdogEnvironmentUnusable(errno: EINVAL),
            "$WATCHDOG_USEC or $WATCHDOG_PID cannot be used: Invalid argument (errno 22)."
        ),
        (
            .descriptorNameUnusable("a:b"),
            "\"a:b\" cannot name a stored descriptor: use 1 to 255 printable ASCII characters, no colon."
        ),
    ])
    func saysWhatFailed(error: SystemdError, sentence: String) {
        #expect(error.description == sentence)
    }
}
