import CLinux
import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct DescriptorTests {
    @Test func closesAtTheEndOfItsLife() throws {
        let pair = try socketPair()
        var buffer = [UInt8](repeating: 0, count: 8)
        let whileOpen = try pair.left.read(into: &buffer)
        let left = pair.keepingLeft()
        let afterwards = try left.read(into: &buffer)
        #expect(whileOpen == nil)
        #expect(afterwards == 0)
    }

    @Test func readsWhatFitsIntoTheBuffer() throws {
        let pair = try socketPair()
        let sent = unsafe send(pair.right.rawValue, [1, 2, 3] as [UInt8], 3, 0)
        var buffer: [UInt8] = [9, 9]
        let first = try pair.left.read(into: &buffer)
        #expect(sent == 3)
        #expect(first == 2)
        #expect(buffer == [1, 2])
        let second = try pair.left.read(into: &buffer)
        #expect(second == 1)
        #expect(buffer == [3, 2])
    }

    @Test func readingADirectoryThrows() {
        let directory = Descriptor(takingOwnership: unsafe open("/", O_RDONLY | O_CLOEXEC))
        var failure: LinuxError?
        var buffer: [UInt8] = [0]
        do { _ = try directory.read(into: &buffer) } catch { failure = error }
        #expect(
            failure
                == .call(operation: "read", errno: EISDIR, context: "descriptor \(directory.rawValue)"))
    }

    @Test func releaseLeavesItOpen() {
        let raw = Descriptor(takingOwnership: dup(0)).release()
        #expect(fcntl(raw, F_GETFD) >= 0)
        close(raw)
    }

    @Test func aDuplicateRefersToTheSameFileAndClosesOnExec() throws {
        let wakeUp = try WakeUp()
        let copy = try wakeUp.descriptor.duplicate()
        #expect(copy.rawValue != wakeUp.descriptor.rawValue)
        #expect(fcntl(copy.rawValue, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        wakeUp.signal()
        var count: UInt64 = 0
        #expect(unsafe read(copy.rawValue, &count, 8) == 8)
        #expect(count == 1)
    }

    private func socketPair() throws -> SocketPair {
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        _ = try check("socketpair") { unsafe socketpair(AF_UNIX, type, 0, &pair) }
        return SocketPair(
            left: Descriptor(takingOwnership: pair[0]), right: Descriptor(takingOwnership: pair[1]))
    }
}

private struct SocketPair: ~Copyable {
    let left: Descriptor
    let right: Descriptor

    consuming func keepingLeft() -> Descriptor { left }
}
