import Synchronization
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting
@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct PageStreamTests {
    /// An exporter with a counter of so many series, from events of a name that no other test has.
    private static func exporter(_ seriesCount: Int, _ name: String) throws -> Exporter {
        let event = Event<Int>("page-stream.tests.\(name)")
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let number = Label("number", \Int.description)
        let exporter = try Exporter(
            MetricSet { Counter("numbers", "Numbers.", of: event, labels: number) },
            configuration: configuration)
        for number in 0..<seriesCount { event.emit(number) }
        return exporter
    }

    private static func pieces(_ stream: PageStream) async -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        for await piece in stream { pieces.append(piece) }
        return pieces
    }

    /// The lines that are not of the exporter itself.
    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.contains("heliograph_") }
    }

    @Test func piecesAreThePage() async throws {
        let exporter = try Self.exporter(9000, "pieces")
        let page = exporter.stream()
        let pieces = await Self.pieces(page)

        #expect(pieces.count > 2)
        #expect(pieces.allSatisfy { !$0.isEmpty && $0.count < 65 << 10 })
        #expect(Self.lines(Array(pieces.joined())) == Self.lines(exporter.render().bytes))
        #expect((page.contentType, page.contentEncoding) == (exporter.render().contentType, nil))
    }

    @Test func eachIterationIsAPageOfItsOwn() async throws {
        let exporter = try Self.exporter(10, "iterations")
        let page = exporter.stream(names: ["numbers"])
        let first = await Self.pieces(page)
        #expect(first.count == 1)
        #expect(await Self.pieces(page) == first)
    }

    @Test func theHeaderChoosesTheFormat() async throws {
        let exporter = try Self.exporter(10, "formats")
        let accept = "application/openmetrics-text;version=1.0.0"
        let page = exporter.stream(accept: accept)
        #expect(page.contentType == exporter.render(accept: accept).contentType)
        #expect(Array(await Self.pieces(page).joined()).suffix(6) == Array("# EOF\n".utf8)[...])
    }

    @Test func piecesAreOneBodyOfGzip() async throws {
        let exporter = try Self.exporter(9000, "gzip")
        let page = exporter.stream(acceptEncoding: "gzip")
        let body = Array(await Self.pieces(page).joined())
        let plain = exporter.render().bytes

        #expect(page.contentEncoding == "gzip")
        #expect(body.count < plain.count / 3)
        guard var decoder = GzipDecoder(limit: 1 << 24) else {
            Issue.record("no memory")
            return
        }
        try unsafe body.withUnsafeBufferPointer { try unsafe decoder.decode($0) }
        let (isComplete, output) = (decoder.isComplete, decoder.output)
        #expect(isComplete)
        #expect(Self.lines(output) == Self.lines(plain))
    }

    @Test func slowCollectorsAreWaitedForWithoutAThread() async throws {
        let isOpen = Atomic(false)
        let isAsked = Atomic(false)
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let slow = MetricSet {
            Gauge(
                "slow", "Answers when it is let.",
                reading: {
                    isAsked.store(true, ordering: .relaxed)
                    spin { isOpen.load(ordering: .relaxed) }
                    return 7
                })
        }
        let page = try Exporter(slow, configuration: configuration).stream(scrapeTimeout: "60")
        async let pieces = Self.pieces(page)
        while !isAsked.load(ordering: .relaxed) { await Task.yield() }
        isOpen.store(true, ordering: .relaxed)
        #expect(Self.lines(Array(await pieces.joined())).contains("slow 7"))
    }

    @Test func theTimeoutOfTheScrapeBoundsTheWait() async throws {
        let isOpen = Atomic(false)
        defer { isOpen.store(true, ordering: .relaxed) }
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let hung = MetricSet {
            Gauge(
                "hung_stream", "Answers when it is let.",
                reading: {
                    spin { isOpen.load(ordering: .relaxed) }
                    return 7
                })
        }
        let page = try Exporter(hung, configuration: configuration).stream(scrapeTimeout: "0.2")
        let text = String(decoding: Array(await Self.pieces(page).joined()), as: UTF8.self)
        #expect(text.contains("heliograph_collector_success{collector=\"hung_stream\"} 0\n"))
    }
}
