import PrometheusFormat
import TelemetryMetrics
import Testing

/// Pages that keep what they have in common.
@Suite(.timeLimit(.minutes(5)))
struct PreparedPagesTests {
    private let store: MetricStore
    private let pages = PreparedPages()

    init() throws {
        store = try MetricStore(names: .utf8, clock: CoarseClock(fixedAt: 1_700_000_000_000))
        for (kind, name) in [(MetricKind.counter, "a"), (.gauge, "b"), (.histogram, "c"), (.summary, "d")] {
            let family = try store.register(MetricDefinition(kind, name: name, help: "One.", labels: ["l"]))
            family.handle(labels: ["x"])?.record(1)
        }
        let escaped = MetricDefinition(.gauge, name: "of.any", help: "Two.", labels: ["text.too"])
        try store.register(escaped).handle(labels: ["x"])?.record(1)
    }

    private func page(_ format: ExpositionFormat, _ escaping: NameEscaping, _ pages: PreparedPages?)
        -> [UInt8]
    {
        PageRenderer(store, format: format, escaping: escaping, showsCreated: true, pages: pages).bytes()
    }

    /// Every kind of page, as often as nothing is kept of it any more.
    private func expectSamePages() {
        for format in ExpositionFormat.allCases {
            for escaping in NameEscaping.allCases {
                for _ in 1...2 {
                    // A page is too long to be shown.
                    #expect((page(format, escaping, pages) == page(format, escaping, nil)) == true)
                }
            }
        }
    }

    @Test func areTheSameAsOthers() {
        expectSamePages()
        #expect(page(.text, .underscores, pages).count > 300)
    }

    @Test func haveTheMetricsAndTheirTextsOfTheMoment() throws {
        expectSamePages()
        let added = try store.register(MetricDefinition(.counter, name: "a_new", help: "New."))
        added.handle(labels: [])?.record(3)
        expectSamePages()
        #expect(String(decoding: page(.text, .underscores, pages), as: UTF8.self).contains("a_new_total 3\n"))
        store.remove([added])
        expectSamePages()
        #expect(!String(decoding: page(.text, .underscores, pages), as: UTF8.self).contains("a_new"))
        store.remove(store.families.filter { $0.name == "a_total" })
        let changed = try store.register(MetricDefinition(.counter, name: "a", help: "Other.", labels: ["l"]))
        changed.handle(labels: ["y"])?.record(1)
        expectSamePages()
    }

    @Test func keepNoMetricThatLeftTheStore() throws {
        var family: Family? = try store.register(MetricDefinition(.counter, name: "leaving", help: ""))
        family?.handle(labels: [])?.record(1)
        _ = page(.text, .underscores, pages)
        weak let left = family
        store.remove([try #require(family)])
        family = nil
        #expect(left == nil)
    }
}
