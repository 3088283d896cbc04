import Telemetry
import TelemetryMetrics
import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct PageCursorTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)

    /// Four metrics, of which one has no series, with so many series each.
    private func page(_ seriesCount: Int) throws -> Page {
        let page = try Page {
            Counter("orders", "Orders.", of: event, labels: payment)
            Histogram("latency_seconds", "Latency.", of: event, observing: \.elapsed, labels: payment)
            Counter("returns", "Returns.", of: event, labels: payment)
            Counter("silent", "Never.", of: Event<Order>(Page.freshID()), labels: payment)
        }
        for number in 0..<seriesCount { event.emit(Order(payment: "p\(number)")) }
        return page
    }

    private func pieces(_ page: Page, _ format: ExpositionFormat, of size: Int) -> [[UInt8]] {
        var cursor = PageRenderer(page.store, format: format).begin()
        var pieces: [[UInt8]] = []
        var hasMore = true
        while hasMore {
            var piece = TextBuffer()
            hasMore = cursor.write(into: &piece, atLeast: size)
            pieces.append(piece.bytes())
        }
        return pieces
    }

    @Test(arguments: ExpositionFormat.allCases, [1, 100, 4096, 1 << 30])
    func piecesAreThePage(format: ExpositionFormat, size: Int) throws {
        let page = try page(200)
        let pieces = pieces(page, format, of: size)
        #expect(Array(pieces.joined()) == PageRenderer(page.store, format: format).bytes())
        #expect(pieces.dropLast().allSatisfy { $0.count >= size })
        // One series at most is beyond, or one message.
        let most = format == .protobuf ? size + ProtobufFamilyWriter.messageSize + 2000 : size + 2000
        #expect(pieces.allSatisfy { $0.count <= most })
    }

    @Test(arguments: ExpositionFormat.allCases)
    func aPageWithoutSeriesIsOnePiece(format: ExpositionFormat) throws {
        let end = format == .openMetrics ? "# EOF\n" : ""
        #expect(pieces(try page(0), format, of: 1) == [Array(end.utf8)])
    }

    @Test func whatIsCountedInAPauseIsShownWhereItComesLater() throws {
        let page = try page(3)
        var cursor = PageRenderer(page.store, format: .text).begin()
        var text = TextBuffer()
        // The first line of the histogram, which comes before the counter.
        #expect(cursor.write(into: &text, atLeast: 1))
        event.emit(Order(payment: "p2"))
        event.emit(Order(payment: "new"))
        while cursor.write(into: &text, atLeast: 1) {}
        let lines = String(decoding: text.bytes(), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains("latency_seconds_count{payment=\"p2\"} 2"))
        #expect(lines.contains("orders_total{payment=\"p2\"} 2"))
        // A metric that was begun shows no series that is younger; one that was not does.
        #expect(!lines.contains("latency_seconds_count{payment=\"new\"} 1"))
        #expect(lines.contains("orders_total{payment=\"new\"} 1"))
        #expect(ExpositionCheck(text.bytes(), format: .text).error == nil)
    }

    @Test func aMetricThatWasPassedIsGivenBack() throws {
        let store = try MetricStore()
        var family: Family? = try store.register(
            MetricDefinition(.counter, name: "a", help: ""), isInternal: false)
        family?.add(1, labels: [])
        let other = try store.register(
            MetricDefinition(.counter, name: "b", help: "", labels: ["n"]), isInternal: false)
        for number in 0..<10 { other.add(1, labels: ["\(number)"]) }
        weak let left = family
        var cursor = PageRenderer(store, format: .text).begin()
        var text = TextBuffer()
        // The second metric is begun, so the first one is passed.
        while !String(decoding: text.bytes(), as: UTF8.self).contains("b_total{") {
            #expect(cursor.write(into: &text, atLeast: 1))
        }
        store.remove([try #require(family)])
        family = nil
        #expect(left == nil)
        while cursor.write(into: &text, atLeast: 1) {}
    }

    @Test func aMetricThatLeavesInAPauseIsShownToItsEnd() throws {
        let store = try MetricStore()
        let family = try store.register(
            MetricDefinition(.counter, name: "a", help: "A.", labels: ["b"]), isInternal: false)
        for number in 0..<1000 { family.add(1, labels: ["\(number)"]) }
        var cursor = PageRenderer(store, format: .text).begin()
        var text = TextBuffer()
        #expect(cursor.write(into: &text, atLeast: 100))
        store.remove([family])
        #expect(store.families.isEmpty)
        while cursor.write(into: &text, atLeast: 100) {}
        #expect(String(decoding: text.bytes(), as: UTF8.self).split(separator: "\n").count == 1002)
    }
}
