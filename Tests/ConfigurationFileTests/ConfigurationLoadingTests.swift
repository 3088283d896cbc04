import ConfigurationKeys
import Glibc
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ConfigurationLoadingTests {
    private func report(_ path: String) -> String? {
        #expect(throws: ConfigurationErrors.self) { try Configuration.load(path: path) }?.description
    }

    @Test(arguments: [
        ("web.yml", "/etc/acme/web.yml"), ("/srv/web.yml", "/srv/web.yml"), ("%d/web.yml", "%d/web.yml"),
        ("${CREDENTIALS_DIRECTORY}/web.yml", "${CREDENTIALS_DIRECTORY}/web.yml"),
    ])
    func theNameOfAnotherFileBeginsInItsFolder(name: String, path: String) throws {
        let configuration = try Configuration.parse(
            text: "web: {config-file: \"\(name)\"}", file: "/etc/acme/heliograph.yml")

        #expect(configuration.web.configFile == path)
    }

    @Test func readsAFile() throws {
        try withTemporaryFile(Array(ExampleFile.text.utf8)) { path in
            let configuration = try Configuration.load(path: path)
            #expect(configuration == ExampleFile.configuration)
        }
    }

    @Test func namesAMissingFile() {
        #expect(report("/nonexistent/c.yml") == "/nonexistent/c.yml: there is no such file")
        #expect(report("") == ": there is no such file")
        #expect(report("/dev/null/c.yml") == "/dev/null/c.yml: a part of its path is not a directory")
        #expect(report("/tmp/a\0b") == "/tmp/a\0b: it can't be read (errno 22)")
    }

    @Test func namesADirectory() {
        #expect(report("/tmp") == "/tmp: it is a directory, not a file")
    }

    @Test func namesAFileWithoutPermission() {
        let errors = ConfigurationText.unreadable("c.yml", EACCES)
        #expect(errors.description == "c.yml: no permission to read it")
    }

    @Test func placesAByteThatIsNotUTF8() throws {
        try withTemporaryFile(Array("web: {}\nglobal: {é: ".utf8) + [0xff, 0x7d]) { path in
            #expect(report(path) == "\(path):2:13: the file is not UTF-8 here")
        }
    }

    /// Opening one waits for a writer, and a reload would read something else.
    @Test func refusesPipes() throws {
        let path = "/tmp/heliograph-\(getpid())-\(UInt64.random(in: 0 ... .max)).fifo"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        defer { unsafe _ = unlink(path) }

        #expect(report(path) == "\(path): it is no regular file: a pipe can't be read again")
    }

    @Test func devicesAreNotWaitedFor() throws {
        #expect(try Configuration.load(path: "/dev/null") == Configuration())
        #expect(report("/dev/zero") == "/dev/zero: the file has more than 1048576 bytes")
    }

    @Test func refusesMoreThanAMebibyte() throws {
        let fits = [UInt8](repeating: 0x23, count: ConfigurationText.maximumBytes)
        try withTemporaryFile(fits) { path in
            let configuration = try Configuration.load(path: path)
            #expect(configuration == Configuration())
        }
        try withTemporaryFile(fits + [0x23]) { path in
            #expect(report(path) == "\(path): the file has more than 1048576 bytes")
        }
        #expect(throws: ConfigurationErrors([.tooLarge(file: "c.yml", limit: 1_048_576)])) {
            try Configuration.parse(text: String(repeating: "#", count: 1_048_577), file: "c.yml")
        }
    }
}
