import Glibc
import Linux
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct PushTests {
    private let exporter: Exporter

    init() throws {
        exporter = try Exporter(logger: nil) {}
        try exporter.counter("saved_total", "Saved.", labels: "kind").increment("photo", by: 3)
    }

    /// The examples of the gateway's documentation, and values of one, two and three bytes more than whole groups.
    @Test(arguments: [
        ("a", [], "/metrics/job/a"),
        ("some_job", [("instance", "i-1")], "/metrics/job/some_job/instance/i-1"),
        (
            "directory_cleaner", [("path", "/var/tmp")],
            "/metrics/job/directory_cleaner/path@base64/L3Zhci90bXA"
        ),
        ("titan", [("name", "Προμηθεύς")], "/metrics/job/titan/name@base64/zqDPgc6_zrzOt864zrXPjc-C"),
        ("empty", [("first_label", "")], "/metrics/job/empty/first_label@base64/="),
        ("a b", [("x", "a.b"), ("y", "?>?")], "/metrics/job@base64/YSBi/x@base64/YS5i/y@base64/Pz4_"),
    ])
    func pathsAreThoseOfTheGateway(_ job: String, _ grouping: [(String, String)], _ path: String) throws {
        #expect(try PushPath(job: job, grouping).text == path)
    }

    @Test(arguments: [
        ("", [], "A push needs a job"), ("a", [("job", "b")], "\"job\" of the group is there twice"),
        ("a", [("b", "1"), ("b", "2")], "\"b\" of the group is there twice"),
        ("a", [("a b", "1")], "\"a b\" of the group is malformed"),
        ("a", [("__name__", "1")], "\"__name__\" of the group is malformed"),
    ])
    func groupsThatCanNotBeAreSaid(_ job: String, _ grouping: [(String, String)], _ words: String) {
        let error = #expect(throws: PushError.self) { _ = try PushPath(job: job, grouping) }
        #expect(error?.description.contains(words) == true)
    }

    @Test(arguments: ["https://localhost", "localhost:9091", "http://a b", "http://127.0.0.1:1"])
    func whatCanNotBeReachedIsOneSentence(_ url: String) async {
        let error = await #expect(throws: PushError.self) { try await exporter.push(to: url, job: "a") }
        #expect(error?.description.isEmpty == false)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func aTextfileHasTheApplicationsMetricsAndIsReplacedWhole() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/saved.prom"
            try exporter.write(toTextfile: path)
            let page = { String(decoding: try WholeFile.read(path), as: UTF8.self) }
            let expected =
                "# HELP saved_total Saved.\n# TYPE saved_total counter\nsaved_total{kind=\"photo\"} 3\n"
            #expect(try page() == expected)
            try exporter.counter("saved_total", "Saved.", labels: "kind").increment("photo")
            try exporter.write(toTextfile: path)
            #expect(try page() == expected.replacing("} 3", with: "} 4"))
            var status = stat()
            #expect(unsafe stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o644)
            #expect(try OwnDirectory(directory).names().filter { $0 != "." && $0 != ".." } == ["saved.prom"])
        }
    }

    @Test(arguments: ["saved.txt", "/.prom", "/nowhere/at/all.prom", "/proc/self/x.prom"])
    func aTextfileThatCanNotBeIsOneSentence(_ path: String) {
        let error = #expect(throws: PushError.self) { try exporter.write(toTextfile: path) }
        #expect(error?.description.contains(path) == true)
    }

    @Test func anExporterWithoutMetricsWritesAnEmptyFile() async throws {
        let empty = try Exporter(logger: nil) {}
        try await withTemporaryDirectory { directory in
            try empty.write(toTextfile: "\(directory)/none.prom")
            #expect(try WholeFile.read("\(directory)/none.prom").isEmpty)
        }
    }
}
