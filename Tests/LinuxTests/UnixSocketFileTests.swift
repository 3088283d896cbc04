import CLinux
import Glibc
import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct UnixSocketFileTests {
    @Test(arguments: [0o600, 0o660, 0o666] as [UInt32])
    func bindsWithTheModeAskedForAndRemovesItsFile(mode: UInt32) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/socket"
            do {
                let socket = try DatagramSocket(path: path, mode: mode)
                #expect(permissions(path) == mode)
                #expect(socket.boundPort == 0)
            }
            #expect(permissions(path) == nil)
        }
    }

    @Test func replacesTheFileOfADeadProcess() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/socket"
            try leaveStaleSocket(path)
            _ = try DatagramSocket(path: path)
            try leaveStaleSocket(path)
            _ = try StreamListener(path: path)
            #expect(permissions(path) == nil)
        }
    }

    @Test func neverReplacesALiveSocket() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/socket"
            let live = try DatagramSocket(path: path)
            #expect(datagramError(path) == .pathInUse(path: path))
            #expect(streamError(path) == .pathInUse(path: path))
            withExtendedLifetime(live) {}
            #expect(permissions(path) != nil)
        }
    }

    @Test func neverReplacesAFileThatIsNoSocket() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            close(unsafe creat(path, 0o600))
            #expect(datagramError(path) == .notASocket(path: path))
            #expect(permissions(path) == 0o600)
        }
    }

    @Test func leavesTheFileOfASuccessorAlone() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/socket"
            do {
                let first = try DatagramSocket(path: path)
                unsafe _ = unlink(path)
                try leaveStaleSocket(path)
                withExtendedLifetime(first) {}
            }
            #expect(permissions(path) != nil)
        }
    }

    @Test func aMissingDirectoryIsNamed() {
        let path = "/tmp/heliograph-does-not-exist/socket"
        let failure = datagramError(path)
        #expect(failure == .directoryMissing(path: path))
        #expect(
            failure?.description
                == "The directory of the socket path /tmp/heliograph-does-not-exist/socket does not exist.")
    }

    @Test func theLongestPathIs107Bytes() async throws {
        try await withTemporaryDirectory { directory in
            let room = 107 - directory.utf8.count - 1
            let longest = "\(directory)/" + String(repeating: "x", count: room)
            #expect(datagramError(longest) == nil)
            #expect(
                datagramError(longest + "x")
                    == .pathTooLong(path: longest + "x", length: 108))
        }
    }

    @Test(arguments: ["", "a\0b"])
    func aPathThatCannotBeIsRefused(path: String) {
        let expected = LinuxError.call(operation: "bind", errno: EINVAL, context: "the path \"\(path)\"")
        #expect(datagramError(path) == expected)
    }

    private func datagramError(_ path: String) -> LinuxError? {
        do { _ = try DatagramSocket(path: path) } catch { return error }
        return nil
    }

    private func streamError(_ path: String) -> LinuxError? {
        do { _ = try StreamListener(path: path) } catch { return error }
        return nil
    }

    @Test(arguments: [
        (EACCES, LinuxError.permissionDenied(path: "/x")), (EPERM, .permissionDenied(path: "/x")),
        (EROFS, .readOnlyFileSystem(path: "/x")), (ENOENT, .directoryMissing(path: "/x")),
        (EADDRINUSE, .pathInUse(path: "/x")), (EIO, .call(operation: "bind", errno: EIO, context: "/x")),
    ])
    func eachFailureToBindHasItsOwnReason(code: Int32, error: LinuxError) {
        #expect(UnixSocketFile.bindError(code, "/x") == error)
    }

    private func permissions(_ path: String) -> UInt32? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// What a killed process leaves: a socket file that nobody holds open.
    private func leaveStaleSocket(_ path: String) throws {
        let address = try UnixAddress(path)
        let raw = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        _ = try check("bind") { unsafe address.withPointer { unsafe bind(raw, $0, $1) } }
        close(raw)
    }
}
