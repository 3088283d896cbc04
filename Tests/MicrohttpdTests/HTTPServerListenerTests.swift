import Glibc
import Linux
import Synchronization
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerListenerTests {
    @Test func anOccupiedPortIsAnErrorThatNamesAddressAndCause() throws {
        let server = try testServer()
        let address = ListenAddress(host: "127.0.0.1", port: server.boundPort)
        let expected = MicrohttpdError.cannotListen(address: address.description, errno: EADDRINUSE)

        #expect(throws: expected) {
            try testServer { $0.listeners = [.address(address)] }
        }
        #expect(
            expected.description
                == "cannot listen on \(address): Address already in use (another process listens there; stop it or choose another port)"
        )
    }

    @Test(arguments: [
        ("192.0.2.1", MicrohttpdError.cannotListen(address: "192.0.2.1:0", errno: EADDRNOTAVAIL))
    ])
    func anAddressOfNobodyIsAnError(host: String, error: MicrohttpdError) {
        #expect(throws: error) {
            try testServer { $0.listeners = [.address(ListenAddress(host: host, port: 0))] }
        }
    }

    @Test func aServerWithoutListenersIsAnError() {
        #expect(throws: MicrohttpdError.noListener) { try testServer { $0.listeners = [] } }
    }

    @Test func anUnknownHostIsAnError() throws {
        let error = try #require(throws: MicrohttpdError.self) {
            try testServer { $0.listeners = [.address(ListenAddress(host: "256.1.1.1", port: 0))] }
        }
        guard case .unknownHost(let address, _) = error else {
            Issue.record("unexpected error: \(error)")
            return
        }
        #expect(address == "256.1.1.1:0")
    }

    @Test func servesOnEveryListener() throws {
        let local = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        let server = try testServer { $0.listeners = [local, local] }

        #expect(Set(server.boundAddresses.map(\.port)).count == 2)
        for address in server.boundAddresses {
            #expect(try RawClient(port: address.port).exchange("GET", "/small").status == 200)
        }
    }

    @Test func allInterfacesIncludeIPv4WhoseClientsReadAsIPv4() throws {
        let server = try testServer { $0.listeners = [.address(ListenAddress(host: "", port: 0))] }

        let response = try RawClient(port: server.boundPort).exchange("POST", "/echo", body: "x")

        #expect(response.headers["X-Remote"] == "127.0.0.1")
    }

    @Test(.enabled(if: hasIPv6, "needs IPv6"))
    func allInterfacesIncludeIPv6() throws {
        let server = try testServer { $0.listeners = [.address(ListenAddress(host: "", port: 0))] }

        let response = try RawClient(port: server.boundPort, host: "::1").exchange("POST", "/echo", body: "x")

        #expect(response.headers["X-Remote"] == "::1")
    }

    private static let hasIPv6 =
        (try? ListeningSocket.open(ListenAddress(host: "::1", port: 0), mode: 0)) != nil

    /// Clients take either for it.
    @Test func localhostIsBothItsAddresses() throws {
        let server = try testServer { $0.listeners = [.address(ListenAddress(host: "localhost", port: 0))] }

        let hosts = ["127.0.0.1"] + (Self.hasIPv6 ? ["::1"] : [])
        #expect(server.boundAddresses.map(\.host) == hosts)
        for host in hosts {
            #expect(try RawClient(port: server.boundPort, host: host).exchange("GET", "/small").status == 200)
        }
    }

    @Test(arguments: [0o600, 0o660, 0o666] as [UInt32])
    func aUnixSocketHasItsMode(mode: UInt32) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.sock"
            let server = try testServer {
                $0.listeners = [.address(ListenAddress(path: path))]
                $0.unixMode = mode
            }
            var status = stat()

            #expect(unsafe stat(path, &status) == 0)

            #expect(status.st_mode & 0o777 == mode)
            #expect(server.boundAddresses == [ListenAddress(path: path)])
        }
    }

    @Test func aPassedUnixSocketIsCalledByItsPath() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.sock"
            let passed = try StreamListener(path: path)
            let copy = try passed.descriptor.duplicate().release()
            let server = try testServer { $0.listeners = [.inherited(descriptor: copy)] }

            #expect(server.boundAddresses.map(\.description) == ["unix:\(path)"])
        }
    }

    @Test func servesOnAnInheritedDescriptor() throws {
        let inherited = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #expect(listen(inherited, 5) == 0)
        let server = try testServer { $0.listeners = [.inherited(descriptor: inherited)] }

        #expect(server.boundPort != 0)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test func aDescriptorThatDoesNotListenIsAnError() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }

        #expect(throws: MicrohttpdError.notListening(descriptor: descriptor)) {
            try testServer { $0.listeners = [.inherited(descriptor: descriptor)] }
        }
    }
}
