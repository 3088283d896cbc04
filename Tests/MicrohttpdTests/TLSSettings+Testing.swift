@testable import Microhttpd

extension TLSSettings {
    /// Settings for a server with an identity of a test.
    init(_ identity: TestIdentity) {
        self.init(certificate: identity.certificate, key: identity.key)
    }
}
