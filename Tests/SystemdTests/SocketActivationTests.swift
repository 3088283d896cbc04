import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct SocketActivationTests {
    @Test func takesWhatWasPassedOnceAndHidesItFromChildren() async {
        await #expect(processExitsWith: .success) {
            var code: Int32 = 0
            // Other threads of the child open and close files while it starts, and may hit 3 and 4: then once more.
            for _ in 0..<5 {
                code = (try? takeTwo()) ?? 7
                if code == 0 { break }
            }
            exit(code)
        }
    }

    @Test func ignoresDescriptorsMeantForAnotherProcess() async {
        await #expect(processExitsWith: .success) {
            setVariable("LISTEN_PID", "\(getppid())")
            setVariable("LISTEN_FDS", "1")
            exit(try SocketActivation.take().isEmpty ? 0 : 1)
        }
    }

    @Test func refusesACountThatIsNoNumber() async {
        await #expect(processExitsWith: .success) {
            setVariable("LISTEN_PID", "\(getpid())")
            setVariable("LISTEN_FDS", "many")
            do throws(SystemdError) {
                _ = try SocketActivation.take()
                exit(1)
            } catch {
                exit(error == .listenEnvironmentUnusable(errno: EINVAL) ? 0 : 2)
            }
        }
    }
}

/// Passes two sockets to this process and takes them; 0 where all that was taken is right.
private func takeTwo() throws -> Int32 {
    dup2(testSocket(AF_UNIX, SOCK_DGRAM), 3)
    dup2(testSocket(AF_INET, SOCK_STREAM, isListening: true), 4)
    setVariable("LISTEN_PID", "\(getpid())")
    setVariable("LISTEN_FDS", "2")
    setVariable("LISTEN_FDNAMES", "statsd:web")
    let taken = try SocketActivation.take()
    guard taken.map(\.name) == ["statsd", "web"], taken.map(\.descriptor) == [3, 4] else { return 1 }
    guard taken.map(\.kind) == [.datagram, .streamListener] else { return 2 }
    guard taken.map(\.family) == [.unix, .ipv4] else { return 3 }
    guard taken.allSatisfy({ fcntl($0.descriptor, F_GETFD) == FD_CLOEXEC }) else { return 4 }
    for variable in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] {
        guard !hasVariable(variable) else { return 5 }
    }
    return try SocketActivation.take().isEmpty ? 0 : 6
}
