import Glibc
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct StandardOutputTests {
    @Test func whatCanNotBeWrittenIsAFailure() throws {
        let full = unsafe open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(throws: ExitStatus.ioError) { try StandardOutput.write("text", to: full) }
        #expect(ExitStatus.ioError.code == 74)
    }

    @Test func aReaderThatHasGoneIsNone() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            var ends: [Int32] = [0, 0]
            #expect(unsafe pipe(&ends) == 0)
            close(ends[0])
            try StandardOutput.write("text", to: ends[1])
        }
    }

    @Test func writesAllOfItAndNothingThatSteersATerminal() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        try StandardOutput.write("a\u{1B}[2J\n", to: ends[1])
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(ends[0], &bytes, bytes.count)
        close(ends[0])
        #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "a\\u{1B}[2J\n")
    }
}
