import CLinux
import Glibc
import Synchronization
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct DedicatedThreadTests {
    /// Swift's backtracer stops threads by SIGUSR1, and a crash that is blocked ends the process without it.
    @Test func runsOnAThreadOfThatNameWithoutTheSignalsOfApplications() async throws {
        let name = Mutex("")
        let blocked = Mutex<[Bool]>([])
        try await DedicatedThread.run(name: "heliograph-ingest-7", stop: try WakeUp()) {
            var mask = sigset_t()
            unsafe pthread_sigmask(SIG_SETMASK, nil, &mask)
            blocked.withLock {
                $0 = [SIGTERM, SIGPIPE, SIGHUP, SIGUSR1, SIGSEGV, SIGTRAP, SIGABRT].map { signal in
                    unsafe sigismember(&mask, signal) == 1
                }
            }
            name.withLock { $0 = threadName() }
        }
        #expect(name.withLock { $0 } == "heliograph-inge")
        #expect(blocked.withLock { $0 } == [true, true, true, false, false, false, false])
    }

    @Test func rethrowsWhatTheBodyThrew() async throws {
        let stop = try WakeUp()
        await #expect(throws: LinuxError.pathInUse(path: "x")) {
            try await DedicatedThread.run(name: "failing", stop: stop) {
                throw LinuxError.pathInUse(path: "x")
            }
        }
    }

    @Test func cancellationSignalsTheStopAndAwaitsTheEnd() async throws {
        let stop = try WakeUp()
        let started = try WakeUp()
        let ended = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await DedicatedThread.run(name: "waiting", stop: stop) {
                    started.signal()
                    stop.wait()
                    ended.value.store(true, ordering: .releasing)
                }
            }
            try await DedicatedThread.run(name: "starter", stop: started) { started.wait() }
            group.cancelAll()
            try await group.waitForAll()
        }
        let hasEnded = ended.value.load(ordering: .acquiring)
        #expect(hasEnded)
    }

    @Test func awaitsWhatTheBodyReturns() async throws {
        #expect(try await DedicatedThread.value(name: "value") { threadName() } == "value")
        await #expect(throws: LinuxError.pathInUse(path: "x")) {
            try await DedicatedThread.value(name: "failing") { throw LinuxError.pathInUse(path: "x") }
        }
    }

    @Test func cancellationDoesNotWaitForTheValue() async throws {
        let release = try WakeUp()
        let task = Task {
            try await DedicatedThread.value(name: "resolver") { release.wait() }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        release.signal()
    }

    @Test func joiningAwaitsTheEnd() throws {
        let name = Mutex("")
        let thread = try DedicatedThread.start(name: "joined") { name.withLock { $0 = threadName() } }
        thread.join()
        #expect(name.withLock { $0 } == "joined")
    }

    @Test func whatTheBodyCapturedIsGoneWhenRunReturns() async throws {
        let freed = Flag()
        try await DedicatedThread.run(name: "capturing", stop: try WakeUp(), capturing(freed))
        let isFreed = freed.value.load(ordering: .acquiring)
        #expect(isFreed)
    }

    private func capturing(_ flag: Flag) -> @Sendable () -> Void {
        let owner = Owner(flag)
        return { withExtendedLifetime(owner) {} }
    }
}

private final class Flag: Sendable {
    let value = Atomic(false)
}

private final class Owner: Sendable {
    let flag: Flag
    init(_ flag: Flag) { self.flag = flag }
    deinit { flag.value.store(true, ordering: .releasing) }
}

private func threadName() -> String {
    var status = [UInt8](repeating: 0, count: 64)
    let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
    defer { close(file) }
    let count = unsafe read(file, &status, status.count)
    return String(decoding: status.prefix(max(0, count - 1)), as: UTF8.self)
}
