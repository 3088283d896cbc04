import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct LoopbackTests {
    private static let localhost = ListenAddress(host: "localhost", port: 9125)
    private static let both = [
        ListenAddress(host: "127.0.0.1", port: 9125), ListenAddress(host: "::1", port: 9125),
    ]

    @Test(arguments: ["localhost", "LocalHost"])
    func localhostIsBothLoopbacks(host: String) {
        #expect(ListenAddress(host: host, port: 9125).loopbacks == Self.both)
    }

    @Test(arguments: ["", "127.0.0.1", "::1", "localhost.example"])
    func anyOtherHostIsItself(host: String) {
        let address = ListenAddress(host: host, port: 9125)
        #expect(address.loopbacks == [address])
    }

    @Test(arguments: [
        LinuxError.call(operation: "socket", errno: EAFNOSUPPORT, context: "::1"),
        .unusableHost(host: "::1", port: 9125, reason: LinuxError.text(of: EADDRNOTAVAIL)),
    ])
    func withoutIPv6OneIsEnough(failure: LinuxError) throws {
        var missing: [ListenAddress] = []
        let opened = try Self.localhost.openLoopbacks(missing: { missing.append($0) }, port: { $0.port }) {
            address throws(LinuxError) in
            if address.host == "::1" { throw failure }
            return address
        }
        #expect(opened == [Self.both[0]])
        #expect(missing == [Self.both[1]])
    }

    @Test func theSecondHasThePortOfTheFirst() throws {
        let opened = try ListenAddress(host: "localhost", port: 0).openLoopbacks(
            missing: { _ in }, port: { (_: ListenAddress) in 4711 }
        ) { address throws(LinuxError) in address }
        #expect(opened.map(\.port) == [0, 4711])
    }

    @Test func withoutAnyOrForAnotherReasonItFails() {
        let none = LinuxError.call(operation: "bind", errno: EADDRNOTAVAIL, context: "")
        #expect(throws: none) {
            try Self.localhost.openLoopbacks(missing: { _ in }, port: { $0.port }) {
                _ throws(LinuxError) -> ListenAddress in throw none
            }
        }
        #expect(throws: LinuxError.portInUse(host: "::1", port: 9125)) {
            try Self.localhost.openLoopbacks(missing: { _ in }, port: { $0.port }) {
                address throws(LinuxError) in
                if address.host == "::1" { throw .portInUse(host: "::1", port: 9125) }
                return address
            }
        }
    }
}
