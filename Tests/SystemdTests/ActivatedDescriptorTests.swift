import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct ActivatedDescriptorTests {
    struct Case: Sendable {
        let family: Int32
        let type: __socket_type
        let isListening: Bool
        let kind: ActivatedDescriptor.Kind
        let expectedFamily: ActivatedDescriptor.Family
    }

    @Test(arguments: [
        Case(family: AF_UNIX, type: SOCK_DGRAM, isListening: false, kind: .datagram, expectedFamily: .unix),
        Case(family: AF_INET, type: SOCK_DGRAM, isListening: false, kind: .datagram, expectedFamily: .ipv4),
        Case(
            family: AF_INET, type: SOCK_STREAM, isListening: true, kind: .streamListener,
            expectedFamily: .ipv4),
        Case(family: AF_INET, type: SOCK_STREAM, isListening: false, kind: .other, expectedFamily: .ipv4),
    ])
    func tellsSocketsApart(example: Case) {
        let socket = testSocket(example.family, example.type, isListening: example.isListening)
        defer { close(socket) }
        let descriptor = ActivatedDescriptor(name: "web", descriptor: socket)
        #expect(descriptor.kind == example.kind)
        #expect(descriptor.family == example.expectedFamily)
    }

    @Test func recognisesWhatIsNoSocket() {
        let pipe = TestPipe()
        let descriptor = ActivatedDescriptor(name: "arena", descriptor: pipe.readEnd)
        #expect(descriptor.kind == .other)
        #expect(descriptor.family == .none)
    }
}
