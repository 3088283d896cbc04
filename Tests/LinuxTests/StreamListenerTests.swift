import CLinux
import Glibc
import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct StreamListenerTests {
    @Test func acceptsEachConnectionOnceWithoutBlocking() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try StreamListener(path: "\(directory)/socket", mode: 0o600)
            let client = try Sender(path: "\(directory)/socket", type: SOCK_STREAM)
            client.send("hello")
            let connection = try listener.accept()
            let greeting = read(connection)
            let another = try listener.accept() == nil
            #expect(greeting == "hello")
            #expect(another)
        }
    }

    @Test func anInheritedListenerIsAdopted() async throws {
        try await withTemporaryDirectory { directory in
            let first = try StreamListener(path: "\(directory)/socket")
            let listener = try StreamListener(takingOwnership: try first.descriptor.duplicate())
            let client = try Sender(path: "\(directory)/socket", type: SOCK_STREAM)
            client.send("again")
            let greeting = read(try listener.accept())
            #expect(greeting == "again")
        }
    }

    @Test func silentConnectionsAreProbedOnceThatIsAsked() throws {
        let listener = try StreamListener(ListenAddress(host: "127.0.0.1", port: 0))
        func acceptedOption(_ level: Int32, _ name: Int32) throws -> Int32? {
            let deadline = ContinuousClock.now + .seconds(60)
            let client = try TCPConnection(
                host: "127.0.0.1", port: listener.boundPort, deadline: deadline)
            let option = try listener.accept()?.option(level, name)
            withExtendedLifetime(client) {}
            return option
        }
        #expect(try acceptedOption(SOL_SOCKET, SO_KEEPALIVE) == 0)
        listener.probeSilentConnections()
        #expect(try acceptedOption(SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(try acceptedOption(Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 60)
    }

    @Test func aSocketThatWasMadeWithProbesKeepsItsTimes() throws {
        let listener = try StreamListener(ListenAddress(host: "127.0.0.1", port: 0))
        listener.descriptor.setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
        listener.descriptor.setOption(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 7)
        listener.probeSilentConnections()
        #expect(listener.descriptor.option(Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 7)
    }

    @Test func aDatagramSocketIsNotAdopted() throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        var message = ""
        do {
            _ = try StreamListener(takingOwnership: try socket.descriptor.duplicate())
        } catch { message = "\(error)" }
        #expect(message.hasSuffix("is not a listening stream socket."))
    }

    @Test func thePollerReportsWhatIsReadableUntilItIsRead() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try StreamListener(path: "\(directory)/socket")
            let wakeUp = try WakeUp()
            var epoll = try EpollSet()
            var ready: [UInt64] = [9]
            try epoll.add(listener.descriptor, token: 1)
            try epoll.add(wakeUp.descriptor, token: 2)
            try epoll.wait(timeout: .zero, into: &ready)
            #expect(ready == [])
            let client = try Sender(path: "\(directory)/socket", type: SOCK_STREAM)
            wakeUp.signal()
            try epoll.wait(into: &ready)
            #expect(ready.sorted() == [1, 2])
            wakeUp.drain()
            try epoll.wait(into: &ready)
            #expect(ready == [1])
            epoll.remove(listener.descriptor)
            try epoll.wait(timeout: .zero, into: &ready)
            #expect(ready == [])
            client.send("")
        }
    }

    private func read(_ descriptor: consuming Descriptor?) -> String {
        guard let descriptor else { return "no connection" }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe Glibc.read(descriptor.rawValue, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
