import PrometheusFormat
import Synchronization
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

/// Pages that are rendered while values come in.
@Suite(.timeLimit(.minutes(5)))
struct ConcurrentPageTests {
    private let event = Event<Order>(Page.freshID())

    private func value(_ page: String, _ start: String) -> Double? {
        page.split(separator: "\n").first { $0.hasPrefix(start) }
            .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) }
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func theCountIsTheLastBucketWhileEightThreadsObserve(_ format: ExpositionFormat) throws {
        let payment = Label("payment", \Order.payment)
        let page = try Page {
            Histogram(
                "h", "H.", of: self.event, observing: \.amount, buckets: Buckets([1, 2, 3, 4, 5, 6, 7]),
                labels: payment)
        }
        let done = Atomic(0)
        let event = event
        var faults: [String] = []
        var last = 0.0
        onThreads(8) { _ in
            for number in 0..<4000 { event.emit(Order(amount: Double(number % 8) + 0.5)) }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 8 {
                let text = page.text(format)
                guard let count = value(text, "h_count") else { continue }
                let buckets = (1...7).map { value(text, "h_bucket{payment=\"card\",le=\"\($0).0\"}") ?? -1 }
                let all = value(text, "h_bucket{payment=\"card\",le=\"+Inf\"}")
                if all != count || count < last || (buckets + [count]).sorted() != buckets + [count] {
                    faults.append(text)
                }
                last = count
            }
        }
        #expect(faults == [])
        #expect(value(page.text(format), "h_count") == 32_000)
        #expect(value(page.text(format), "h_sum") == 128_000)
        #expect(page.fault == nil)
    }

    /// Series come, and others are removed, while pages are made of them.
    @Test func seriesComeAndGoWhilePagesAreRendered() throws {
        let payment = Label("payment", \Order.payment)
        let page = try Page { Counter("c", "C.", of: self.event, labels: payment) }
        let done = Atomic(0)
        let event = event
        let family = try #require(page.store.families.first { $0.name == "c_total" })
        var faults: [String] = []
        onThreads(4) { thread in
            for number in 0..<2000 {
                event.emit(Order(payment: "\(thread)-\(number % 50)"))
                if number % 7 == 0 { _ = family.remove(labels: ["\(thread)-\((number + 25) % 50)"]) }
            }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 4 {
                if let fault = page.fault { faults.append("\(fault)") }
            }
        }
        #expect(faults == [])
        #expect(page.fault == nil)
    }
}
