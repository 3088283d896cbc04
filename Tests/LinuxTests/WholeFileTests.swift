import Glibc
import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct WholeFileTests {
    @Test(arguments: [0, 1, 65_536, 200_000])
    func readsAllOfAFile(size: Int) async throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
        try await withFile(bytes) { path in
            let isEqual = try WholeFile.read(path) == bytes
            #expect(isEqual)
        }
    }

    @Test func aFileOfExactlyTheLimitIsRead() async throws {
        try await withFile([1, 2, 3]) { path in
            let contents = try WholeFile.read(path, limit: 3)
            #expect(contents == [1, 2, 3])
            let expected = LinuxError.unreadable(path: path, reason: "it holds more than 2 bytes")
            #expect(throws: expected) { _ = try WholeFile.read(path, limit: 2) }
        }
    }

    @Test(arguments: [
        ("/no such/file", "Cannot read /no such/file: No such file or directory."),
        ("/", "Cannot read /: Is a directory."),
        ("/proc/version/x", "Cannot read /proc/version/x: Not a directory."),
        ("/proc/version\0", "Cannot read /proc/version\0: Invalid argument."),
    ])
    func whatCannotBeReadIsNamed(path: String, sentence: String) {
        #expect(message(of: { _ = try WholeFile.read(path) }) == sentence)
    }

    @Test func aFileWithoutPermissionIsNamed() async {
        await #expect(processExitsWith: .success) {
            let path = "/tmp/heliograph-unreadable-\(getpid())"
            close(unsafe open(path, O_CREAT | O_EXCL | O_WRONLY, 0))
            // Root may read everything, so the child is nobody for a moment.
            _ = seteuid(65_534)
            let sentence = message(of: { _ = try WholeFile.read(path) })
            _ = seteuid(0)
            _ = unsafe unlink(path)
            #expect(sentence == "Cannot read \(path): Permission denied.")
        }
    }

    @Test func standardInputIsReadUntilItsEndAndStaysOpen() async {
        await #expect(processExitsWith: .success) {
            var pipe: [Int32] = [-1, -1]
            _ = try check("pipe") { unsafe Glibc.pipe(&pipe) }
            let ends = pipe
            _ = try check("dup2") { dup2(ends[0], STDIN_FILENO) }
            _ = unsafe write(ends[1], "through a pipe", 14)
            close(ends[1])
            let isRight = try WholeFile.read(nil) == Array("through a pipe".utf8)
            exit(isRight && fcntl(STDIN_FILENO, F_GETFD) >= 0 ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            let raw = try check("open", path) { unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) }
            let file = Descriptor(takingOwnership: raw)
            #expect(unsafe write(file.rawValue, bytes, bytes.count) == bytes.count)
            try body(path)
        }
    }
}
