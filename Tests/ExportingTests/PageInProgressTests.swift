import Microhttpd
import Synchronization
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct PageInProgressTests {
    /// An exporter with a counter of so many series, from events of a name that no other test has.
    private static func exporter(_ seriesCount: Int, _ name: String) throws -> Exporter {
        let event = Event<Int>("page-in-progress.tests.\(name)")
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let number = Label("number", \Int.description)
        let metrics = MetricSet { Counter("numbers", "Numbers.", of: event, labels: number) }
        let exporter = try Exporter(metrics, configuration: configuration)
        for number in 0..<seriesCount { event.emit(number) }
        return exporter
    }

    /// The lines that are not of the exporter itself.
    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.contains("heliograph_") }
    }

    private static func scrapes(_ exporter: Exporter) -> Substring? {
        String(decoding: exporter.render().bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("heliograph_scrapes_total{format=\"text\"}") }
    }

    @Test func aLongPageComesInPiecesFromItsFirstByteToItsLast() throws {
        let exporter = try Self.exporter(9000, "long")
        let whole = exporter.render().bytes
        var page = exporter.begin(accept: nil)
        #expect(page.shortPage() == nil)

        var pieces: [[UInt8]] = []
        var step = StreamStep.more
        while step == .more {
            var piece: [UInt8] = []
            step = page.fill(&piece)
            #expect(!piece.isEmpty || step == .end)
            pieces.append(piece)
        }

        #expect(whole.count > 256 << 10)
        #expect(Self.lines(Array(pieces.joined())) == Self.lines(whole))
        #expect(pieces.count > 2)
        #expect(pieces.dropFirst().allSatisfy { $0.count < 65 << 10 })
        #expect(step == .end)
    }

    @Test func aPageWhoseCollectorHangsHoldsNoThreadOfTheServer() throws {
        let isOpen = Atomic(false)
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let hung = MetricSet {
            Gauge(
                "hung", "Answers when it is let.",
                reading: {
                    spin { isOpen.load(ordering: .relaxed) }
                    return 7
                })
        }
        let exporter = try Exporter(hung, configuration: configuration)
        var page = exporter.begin(accept: nil, timeout: .seconds(100))
        var piece: [UInt8] = []
        #expect(page.shortPage() == nil)
        #expect(page.fill(&piece) == .pause)
        guard case .stream = exporter.begin(accept: nil, timeout: .seconds(100)).body() else {
            Issue.record("not a stream")
            return
        }

        isOpen.store(true, ordering: .relaxed)
        spin { page.fill(&piece) == .end }

        #expect(Self.lines(piece).contains("hung 7"))
    }

    @Test func aPageWithoutItsLateCollectorsIsThereInTime() throws {
        let isOpen = Atomic(false)
        defer { isOpen.store(true, ordering: .relaxed) }
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let hung = MetricSet {
            Gauge(
                "hung_too", "Answers when it is let.",
                reading: {
                    spin { isOpen.load(ordering: .relaxed) }
                    return 7
                })
            Gauge("quick", "Answers at once.", reading: { 2 })
        }
        let exporter = try Exporter(hung, configuration: configuration)
        var page = exporter.begin(accept: nil, timeout: .milliseconds(300))
        var piece: [UInt8] = []
        spin { page.fill(&piece) == .end }

        #expect(Self.lines(piece).filter { !$0.hasPrefix("#") } == ["quick 2"])
        let text = String(decoding: piece, as: UTF8.self)
        #expect(text.contains("heliograph_collector_success{collector=\"hung_too\"} 0\n"))
    }

    @Test func aShortPageIsWhole() throws {
        let exporter = try Self.exporter(10, "short")
        let whole = exporter.render().bytes
        var page = exporter.begin(accept: nil)

        #expect(page.shortPage().map(Self.lines) == Self.lines(whole))
    }

    @Test func aPageIsCountedOnceItIsMadeToItsEnd() throws {
        let exporter = try Self.exporter(9000, "counted")
        var page = exporter.begin(accept: nil)
        var piece: [UInt8] = []
        #expect(page.shortPage() == nil)
        #expect(page.fill(&piece) == .more)
        // A page shows those before it.
        #expect(Self.scrapes(exporter)?.hasSuffix(" 0") == true)

        while page.fill(&piece) == .more {}

        #expect(Self.scrapes(exporter)?.hasSuffix(" 2") == true)
    }
}
