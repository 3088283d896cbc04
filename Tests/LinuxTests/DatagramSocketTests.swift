import Glibc
import TestKit
import Testing

import Bytes
@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct DatagramSocketTests {
    @Test func receivesOverIPv4() throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        #expect(socket.boundPort > 0)
        try Sender(port: socket.boundPort).send("over four")
        #expect(try received(from: socket) == ["over four"])
    }

    @Test func receivesOverIPv6() throws {
        let socket = try DatagramSocket(host: "::1", port: 0)
        try Sender(port: socket.boundPort, ipv6: true).send("over six")
        #expect(try received(from: socket) == ["over six"])
    }

    @Test(arguments: ["", "*", "localhost"])
    func aNameOrEveryAddressIncludesTheLoopback(host: String) throws {
        let socket = try DatagramSocket(host: host, port: 0)
        #expect(socket.boundPort > 0)
    }

    @Test func everyAddressMeansBothFamilies() throws {
        let socket = try DatagramSocket(host: "", port: 0)
        try Sender(port: socket.boundPort).send("four")
        try Sender(port: socket.boundPort, ipv6: true).send("six")
        #expect(try received(from: socket) == ["four", "six"])
    }

    @Test func aPortInUseIsNamed() throws {
        let first = try DatagramSocket(host: "127.0.0.1", port: 0)
        let port = first.boundPort
        #expect(throws: LinuxError.portInUse(host: "127.0.0.1", port: port)) {
            _ = try DatagramSocket(host: "127.0.0.1", port: port)
        }
        withExtendedLifetime(first) {}
    }

    @Test(arguments: ["no such host!", "192.0.2.1"])
    func aHostThatIsNotOursIsNamed(host: String) throws {
        var message = ""
        do { _ = try DatagramSocket(host: host, port: 9125) } catch { message = error.description }
        #expect(message.hasPrefix("Cannot bind to \(host):9125: "))
    }

    @Test func theReceiveBufferGrows() throws {
        let small = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 8192)
        let large = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 65_536)
        #expect(small.receiveBuffer == 16_384)
        #expect(large.receiveBuffer == 131_072)
    }

    @Test func anInheritedSocketIsAdopted() async throws {
        try await withTemporaryDirectory { directory in
            let first = try DatagramSocket(path: "\(directory)/socket")
            let socket = try DatagramSocket(takingOwnership: try first.descriptor.duplicate())
            try Sender(path: "\(directory)/socket").send("inherited")
            #expect(try received(from: socket) == ["inherited"])
        }
    }

    @Test func whatIsNoDatagramSocketIsNotAdopted() async throws {
        let wakeUp = try WakeUp()
        var failure: LinuxError?
        do throws(LinuxError) {
            let copy = try wakeUp.descriptor.duplicate()
            _ = try DatagramSocket(takingOwnership: copy)
        } catch { failure = error }
        #expect(failure?.description.hasSuffix("is not a datagram socket.") == true)
    }
}

/// Everything the socket holds, as text.
func received(from socket: borrowing DatagramSocket) throws -> [String] {
    var batch = ReceiveBatch(slots: 4, slotSize: 256)
    var texts: [String] = []
    while try batch.receive(
        from: socket, { _, datagram, _ in texts.append(text(datagram)) }
    ).datagrams > 0 {}
    return texts
}

func text(_ span: RawSpan) -> String {
    String(decoding: span.byteOffsets.map { span[byte: $0] }, as: UTF8.self)
}
