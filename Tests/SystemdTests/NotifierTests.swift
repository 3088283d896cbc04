import Glibc
import Synchronization
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct NotifierTests {
    private final class Sent: Sendable {
        let messages = Mutex<[String]>([])
        let descriptors = Mutex<[Int32]>([])

        func notifier(result: Int32 = 1) -> Notifier {
            Notifier { message, descriptor in
                self.messages.withLock { $0.append(message) }
                if let descriptor { self.descriptors.withLock { $0.append(descriptor) } }
                return result
            }
        }
    }

    @Test func sendsOneAssignmentPerCall() throws {
        let sent = Sent()
        let notifier = sent.notifier()
        try notifier.report(.ready)
        try notifier.report(.stopping)
        try notifier.report(nil, status: "3 series")
        try notifier.report(nil)
        try notifier.pingWatchdog()
        try notifier.extendTimeout(by: .milliseconds(1500))
        #expect(
            sent.messages.withLock { $0 } == [
                "READY=1", "STOPPING=1", "STATUS=3 series", "WATCHDOG=1", "EXTEND_TIMEOUT_USEC=1500000",
            ])
    }

    @Test func tellsStageAndStatusInOneMessage() throws {
        let sent = Sent()
        try sent.notifier().report(.ready, status: "3 series")
        #expect(sent.messages.withLock { $0 } == ["READY=1\nSTATUS=3 series"])
    }

    @Test func cutsAStatusThatTheServiceManagerWouldDrop() throws {
        let sent = Sent()
        try sent.notifier().report(nil, status: String(repeating: "a", count: 5000))
        #expect(sent.messages.withLock { $0 } == ["STATUS=\(String(repeating: "a", count: 500))"])
    }

    @Test func reloadingCarriesTheMonotonicClock() throws {
        let sent = Sent()
        let before = monotonicMicroseconds()
        try sent.notifier().report(.reloading)
        let message = try #require(sent.messages.withLock { $0.first })
        let parts = message.split(separator: "\n")
        #expect(parts.first == "RELOADING=1")
        let time = try #require(Int64(parts[1].dropFirst("MONOTONIC_USEC=".count)))
        #expect((before...monotonicMicroseconds()).contains(time))
    }

    @Test(arguments: ["a\nREADY=1", "a\r\nREADY=1", "a\u{0}READY=1"])
    func statusCannotSmuggleAnAssignment(text: String) throws {
        let sent = Sent()
        try sent.notifier().report(nil, status: text)
        #expect(sent.messages.withLock { $0 } == ["STATUS=a READY=1"])
    }

    @Test func storesADescriptorUnderItsName() throws {
        let sent = Sent()
        let notifier = sent.notifier()
        try notifier.store(descriptor: 7, name: "arena")
        try notifier.removeStored(name: "arena")
        #expect(
            sent.messages.withLock { $0 } == [
                "FDSTORE=1\nFDNAME=arena\nFDPOLL=0", "FDSTOREREMOVE=1\nFDNAME=arena",
            ])
        #expect(sent.descriptors.withLock { $0 } == [7])
    }

    @Test(arguments: ["", "a:b", "a b", "a\nREADY=1", "é", String(repeating: "a", count: 256)])
    func refusesNamesThatTheServiceManagerWouldReplace(name: String) {
        let sent = Sent()
        #expect(throws: SystemdError.descriptorNameUnusable(name)) {
            try sent.notifier().store(descriptor: 0, name: name)
        }
        #expect(sent.messages.withLock { $0.isEmpty })
    }

    @Test func reportsWhatCouldNotBeSent() {
        let notifier = Sent().notifier(result: -ECONNREFUSED)
        #expect(
            throws: SystemdError.notificationFailed(assignment: "RELOADING=1", errno: ECONNREFUSED)
        ) {
            try notifier.report(.reloading)
        }
    }

    @Test func doesNothingWithoutAServiceManager() async {
        await #expect(processExitsWith: .success) {
            setVariable("NOTIFY_SOCKET", nil)
            try Notifier().report(.ready)
            try Notifier().store(descriptor: 0, name: "arena")
            try Notifier().waitUntilHandled(timeout: .zero)
        }
    }

    @Test func reachesTheSocketOfTheServiceManager() async {
        await #expect(processExitsWith: .success) {
            let text = try withTemporaryFolder { folder in
                let path = "\(folder)/notify"
                let socket = boundDatagramSocket(path: path)
                defer { remove(path: path) }
                setVariable("NOTIFY_SOCKET", path)
                try Notifier().report(nil, status: "ready")
                return receiveText(socket)
            }
            exit(text == "STATUS=ready" ? 0 : 1)
        }
    }

    @Test(arguments: ["", "/", "@", "run/notify", "vsock:2:1234", "/" + String(repeating: "a", count: 107)])
    func refusesAnAddressThatIsNoUnixSocket(address: String) {
        #expect(NotifySocket(address).send("READY=1", nil) == -EINVAL)
    }

    @Test func reachesAnAbstractSocket() {
        let name = "heliograph-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let receiver = boundDatagramSocket(path: "\0\(name)")
        defer { close(receiver) }
        #expect(NotifySocket("@\(name)").send("READY=1", nil) == 1)
        #expect(receiveText(receiver) == "READY=1")
    }

    @Test func aManagerThatDoesNotReadIsAnErrorAndNoHang() {
        withTemporaryFolder { folder in
            let path = "\(folder)/notify"
            let manager = boundDatagramSocket(path: path)
            defer { remove(path: path) }
            let socket = NotifySocket(path)
            var result: Int32 = 1
            for _ in 0..<100_000 where result == 1 { result = socket.send("WATCHDOG=1", nil) }
            #expect(result == -EAGAIN)
            #expect(receiveText(manager) == "WATCHDOG=1")
            #expect(socket.send("WATCHDOG=1", nil) == 1)
        }
    }

    @Test func waitsUntilTheManagerHasComeToTheBarrier() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/notify"
            let manager = boundDatagramSocket(path: path)
            defer { remove(path: path) }
            let socket = NotifySocket(path)
            // Whoever reads without a place for descriptors closes them.
            let reading = Notifier { message, descriptor in
                let result = socket.send(message, descriptor)
                _ = receiveText(manager)
                return result
            }
            try reading.waitUntilHandled(timeout: .seconds(60))
            let sleeping = Notifier { socket.send($0, $1) }
            #expect(throws: SystemdError.barrierFailed(errno: ETIMEDOUT)) {
                try sleeping.waitUntilHandled(timeout: .milliseconds(1))
            }
        }
    }
}
