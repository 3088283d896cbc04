import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct LinuxErrorTests {
    @Test(arguments: [
        (
            LinuxError.call(operation: "mmap", errno: ENOMEM, context: "4096 bytes"),
            "mmap of 4096 bytes failed: Cannot allocate memory."
        ),
        (.call(operation: "eventfd", errno: EMFILE, context: ""), "eventfd failed: Too many open files."),
        (.portInUse(host: "::1", port: 9125), "Another socket is already bound to [::1]:9125."),
        (.portInUse(host: "127.0.0.1", port: 9125), "Another socket is already bound to 127.0.0.1:9125."),
        (.pathInUse(path: "/run/x"), "Another process already listens at /run/x."),
    ])
    func readsAsASentence(error: LinuxError, sentence: String) {
        #expect(error.description == sentence)
    }

    @Test func aCallIsRepeatedWhenASignalInterruptsIt() throws {
        var calls = 0
        let result = try check("call") {
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7)
        #expect(calls == 3)
    }

    @Test func aFailedCallThrowsWhatItLeftInErrno() {
        let expected = LinuxError.call(operation: "open", errno: ENOENT, context: "/x")
        #expect(throws: expected) {
            _ = try check("open", "/x") {
                errno = ENOENT
                return -1
            }
        }
    }
}
