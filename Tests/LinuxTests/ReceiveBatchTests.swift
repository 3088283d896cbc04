import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct ReceiveBatchTests {
    @Test func anEmptySocketGivesNothing() throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        var batch = ReceiveBatch()
        let result = try batch.receive(from: socket) { _, _, _ in Issue.record("nothing was sent") }
        #expect(result == ReceiveBatch.Received())
    }

    @Test func takesAtMostOneDatagramPerSlotInOrder() throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        let sender = try Sender(port: socket.boundPort)
        for number in 0..<5 { sender.send("\(number)") }
        var batch = ReceiveBatch(slots: 3, slotSize: 64)
        var texts: [String] = []
        let first = try batch.receive(from: socket) { _, datagram, _ in texts.append(text(datagram)) }
        let second = try batch.receive(from: socket) { _, datagram, _ in texts.append(text(datagram)) }
        #expect(first.datagrams == 3)
        #expect(second.datagrams == 2)
        #expect(texts == ["0", "1", "2", "3", "4"])
    }

    @Test func tellsWhichDatagramWasCutOff() throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        let sender = try Sender(port: socket.boundPort)
        for datagram in ["12345678", "123456789", "", "end"] { sender.send(datagram) }
        var batch = ReceiveBatch(slots: 8, slotSize: 8)
        var seen: [String] = []
        let result = try batch.receive(from: socket) { _, datagram, isTruncated in
            seen.append("\(text(datagram))\(isTruncated ? "..." : "")")
        }
        #expect(seen == ["12345678", "12345678...", "", "end"])
        #expect(result == ReceiveBatch.Received(datagrams: 4, truncated: 1, kernelDrops: 0))
    }

    @Test func theLargestUnixDatagramFits() async throws {
        try await withTemporaryDirectory { directory in
            let socket = try DatagramSocket(path: "\(directory)/socket")
            let sent = try Sender(path: "\(directory)/socket").send([UInt8](repeating: 1, count: 65_536))
            var batch = ReceiveBatch()
            var length = 0
            let result = try batch.receive(from: socket) { _, datagram, _ in length = datagram.byteCount }
            #expect(sent)
            #expect(length == 65_536)
            #expect(result.truncated == 0)
        }
    }

    @Test func everyDropOfTheKernelIsCountedOnce() throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 4096)
        let sender = try Sender(port: socket.boundPort)
        var batch = ReceiveBatch(slots: 16, slotSize: 1024)
        var arrived = 0
        var dropped = 0
        for _ in 0..<3 {
            for _ in 0..<100 { sender.send([UInt8](repeating: 0, count: 512)) }
            while case let result = try batch.receive(from: socket, { _, _, _ in }), result.datagrams > 0 {
                arrived += result.datagrams
                dropped += result.kernelDrops
            }
        }
        dropped += batch.drops(of: socket)
        #expect(dropped > 0)
        #expect(arrived + dropped == 300)
        #expect(batch.drops(of: socket) == 0)
    }

    @Test func dropsBeforeAnAdoptionAreNotOurs() throws {
        let first = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 4096)
        let sender = try Sender(port: first.boundPort)
        for _ in 0..<100 { sender.send([UInt8](repeating: 0, count: 512)) }
        let socket = try DatagramSocket(takingOwnership: try first.descriptor.duplicate())
        var batch = ReceiveBatch()
        let result = try batch.receive(from: socket) { _, _, _ in }
        #expect(first.kernelDrops > 0)
        #expect(result.kernelDrops == 0)
        #expect(batch.drops(of: socket) == 0)
    }
}
