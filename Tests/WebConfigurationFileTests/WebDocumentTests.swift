import ConfigurationKeys
import TestKit
import Testing

@testable import WebConfigurationFile

/// Holds `docs/web-configuration.md` against the keys.
@Suite(.timeLimit(.minutes(5)))
struct WebDocumentTests {
    private let document: String

    init() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        document = try ConfigurationText.read("/\(root)/docs/web-configuration.md")
    }

    @Test func endsWithTheReference() {
        #expect(
            document.hasSuffix(WebSettings.reference), "docs/web-configuration.md is out of date: make docs")
    }

    @Test func everyKeyHasARow() {
        let keys = WebSettings.keys.flatMap(\.leaves).map(\.name)
        #expect(keys.count > 20)
        for key in keys { #expect(WebSettings.reference.contains("\n| `\(key)` | "), "\(key)") }
    }

    @Test(arguments: [
        "RequireAndVerifyClientCert", "TLS13", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519",
    ])
    func everyValueOfAChoiceIsNamed(value: String) {
        #expect(WebSettings.reference.contains("`\(value)`"))
    }

    @Test func showsOnlyValidExamples() async throws {
        let examples = document.split(separator: "```yaml\n").dropFirst().compactMap {
            $0.split(separator: "```").first.map(String.init)
        }
        #expect(examples.count == 3)
        try await withTemporaryDirectory { directory in
            let key =
                "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"\(String(repeating: "A", count: 43))\"}"
            try write(SelfSigned.certificate, to: "\(directory)/server.crt")
            try write(SelfSigned.certificate, to: "\(directory)/clients.crt")
            try write(SelfSigned.key, to: "\(directory)/server.key")
            try write("0123456789abcdef\n", to: "\(directory)/token")
            try write("{\"keys\": [\(key)]}", to: "\(directory)/keys.json")
            for example in examples {
                try write(example, to: "\(directory)/web.yml")
                #expect(throws: Never.self) { try WebSettings.load(path: "\(directory)/web.yml") }
            }
        }
    }
}
