import Glibc
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct MicrohttpdErrorTests {
    @Test(arguments: [
        (
            MicrohttpdError.cannotListen(address: ":80", errno: EACCES),
            "cannot listen on :80: Permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)"
        ),
        (
            .cannotListen(address: "10.9.9.9:1", errno: EADDRNOTAVAIL),
            "cannot listen on 10.9.9.9:1: Cannot assign requested address (no interface of this host has that address)"
        ),
        (.notListening(descriptor: 3), "inherited descriptor 3 is not a listening stream socket"),
    ])
    func saysWhatToDo(error: MicrohttpdError, sentence: String) {
        #expect(error.description == sentence)
    }
}
