import ConfigurationFile
import Linux
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct ServeCommandTests {
    @Test func anAddressIsListenedToOnce() {
        let address = ListenAddress(host: "127.0.0.1", port: 9568)
        let other = ListenAddress(host: "::1", port: 9568)
        #expect(refusal(of: [address, other]) == nil)
        #expect(
            refusal(of: [address, other, address]) == "--web.listen-address: 127.0.0.1:9568 is there twice.")
    }

    @Test func aPortThatTheKernelChoosesIsAnotherEachTime() {
        let address = ListenAddress(host: "127.0.0.1", port: 0)
        #expect(refusal(of: [address, address]) == nil)
    }

    private func refusal(of addresses: [ListenAddress]) -> String? {
        var command = ServeCommand()
        command.listenAddresses = addresses
        command.maxRequests = nil
        do {
            try command.validate()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
