import TelemetryMetrics
import Testing

@testable import PrometheusFormat

/// Pages of metrics and labels with names outside of the legacy character set.
@Suite(.timeLimit(.minutes(5)))
struct UTF8NamesTests {
    private let store: MetricStore

    init() throws {
        store = try MetricStore(
            constantLabels: [("k8s.pod", "p")], names: .utf8, clock: CoarseClock(fixedAt: 1_700_000_000_000))
        let requests = try store.register(
            MetricDefinition(
                .counter, name: "http.requests", help: "All \"of\" them.", labels: ["http.method", "code"]))
        requests.add(2, labels: ["GET \"x\"\n\\", "200"])
        let plain = try store.register(MetricDefinition(.gauge, name: "plain", help: "", labels: ["a b"]))
        plain.handle(labels: ["1"])?.record(3)
        var time = MetricDefinition(.histogram, name: "größe \"\\\n.seconds", help: "")
        time.buckets = [1]
        try store.register(time).handle(labels: [])?.record(0.5)
    }

    private func page(_ format: ExpositionFormat, _ escaping: NameEscaping) -> String {
        String(
            decoding: PageRenderer(store, format: format, escaping: escaping, showsCreated: true).bytes(),
            as: UTF8.self)
    }

    @Test func standBetweenQuotesWhereTheServerTakesThem() {
        #expect(
            page(.text1, .allowUTF8) == #"""
                # HELP "größe \"\\\n.seconds" 
                # TYPE "größe \"\\\n.seconds" histogram
                {"größe \"\\\n.seconds_bucket","k8s.pod"="p",le="1.0"} 1
                {"größe \"\\\n.seconds_bucket","k8s.pod"="p",le="+Inf"} 1
                {"größe \"\\\n.seconds_sum","k8s.pod"="p"} 0.5
                {"größe \"\\\n.seconds_count","k8s.pod"="p"} 1
                # HELP "http.requests_total" All "of" them.
                # TYPE "http.requests_total" counter
                {"http.requests_total","k8s.pod"="p","http.method"="GET \"x\"\n\\",code="200"} 2
                # HELP plain 
                # TYPE plain gauge
                plain{"k8s.pod"="p","a b"="1"} 3

                """#)
    }

    @Test(arguments: [
        (NameEscaping.underscores, "http.requests"), (.underscores, "http.requests_total"),
        (.underscores, "http_requests"), (.underscores, "http_requests_total"),
        (.dots, "http_dot_requests__total"),
        (.allowUTF8, "http.requests"),
    ])
    func areAskedForAsTheyAreAndAsThePageHasThem(escaping: NameEscaping, name: String) {
        let page = PageRenderer(store, format: .text1, escaping: escaping, names: [name, "nonsense"]).bytes()
        let types = String(decoding: page, as: UTF8.self).split(separator: "\n").filter {
            $0.hasPrefix("# TYPE ")
        }
        #expect(types.count == 1)
        #expect(types.first?.hasSuffix(" counter") == true)
    }

    /// `dots` and `values` double the underscore before `total`, so that the base name ends with one instead of its unit.
    @Test(arguments: [
        (NameEscaping.allowUTF8, true), (.underscores, true), (.dots, false), (.values, false),
    ])
    func haveAUnitWhereTheEscapedNameEndsWithIt(escaping: NameEscaping, hasUnit: Bool) throws {
        let store = try MetricStore(names: .utf8)
        let definition = MetricDefinition(.counter, name: "cpu.time_seconds", help: "", unit: .seconds)
        try store.register(definition).add(1, labels: [])
        let page = PageRenderer(store, format: .openMetrics, escaping: escaping).bytes()
        #expect(String(decoding: page, as: UTF8.self).contains("# UNIT ") == hasUnit)
        #expect(ExpositionCheck(page, format: .openMetrics).error == nil)
        let message = PageRenderer(store, format: .protobuf, escaping: escaping).bytes()
        #expect(try WireReader.page(message)[0].contains(#"unit:"seconds""#) == hasUnit)
    }

    @Test(arguments: [
        (NameEscaping.underscores, "http_requests", "_total", "k8s_pod", "http_method", "a_b"),
        (.dots, "http_dot_requests_", "_total", "k8s_dot_pod", "http_dot_method", "a__b"),
        (.values, "U__http_2e_requests_", "_total", "U__k8s_2e_pod", "U__http_2e_method", "U__a_20_b"),
    ])
    func areEscapedWhereItDoesNot(
        escaping: NameEscaping, base: String, suffix: String, constant: String, label: String, other: String
    ) {
        let text = page(.text, escaping)
        #expect(
            text.contains(
                "\n\(base)\(suffix){\(constant)=\"p\",\(label)=\"GET \\\"x\\\"\\n\\\\\",code=\"200\"} 2\n"))
        #expect(text.contains("\nplain{\(constant)=\"p\",\(other)=\"1\"} 3\n"))
        let openMetrics = page(.openMetrics, escaping)
        #expect(openMetrics.contains("# TYPE \(base) counter\n"))
        #expect(openMetrics.contains("\n\(base)_created{\(constant)=\"p\",\(label)="))
    }

    @Test(arguments: ExpositionFormat.allCases, NameEscaping.allCases)
    func areReadBack(format: ExpositionFormat, escaping: NameEscaping) {
        // Text 0.0.4 has no quotes.
        guard format != .text || escaping != .allowUTF8 else { return }
        let bytes = PageRenderer(store, format: format, escaping: escaping, showsCreated: true).bytes()
        let check = ExpositionCheck(bytes, format: format)
        #expect(check.error == nil)
        #expect(check.familyCount == 3)
    }

    @Test func theSameNameForAServerWithoutThemIsTaken() throws {
        #expect(throws: DefinitionErrors.self) {
            try store.register(MetricDefinition(.counter, name: "http_requests", help: ""))
        }
        #expect(throws: DefinitionErrors.self) {
            try store.register(MetricDefinition(.gauge, name: "x", help: "", labels: ["a.b", "a_b"]))
        }
        #expect(throws: DefinitionErrors.self) {
            try store.register(group: ["y.z", "y_z"].map { MetricDefinition(.gauge, name: $0, help: "") })
        }
        #expect(throws: DefinitionErrors.self) {
            try store.register(MetricDefinition(.gauge, name: "U__x", help: ""))
        }
        #expect(throws: DefinitionErrors.self) {
            try store.register(MetricDefinition(.gauge, name: "", help: ""))
        }
        #expect(throws: DefinitionErrors.self) {
            try MetricStore().register(MetricDefinition(.gauge, name: "a.b", help: ""))
        }
    }

    @Test func goOnInASuccessor() throws {
        let stores = try MetricStore(names: .utf8, predecessor: try store.foreign())
        let requests = try stores.register(
            MetricDefinition(
                .counter, name: "http.requests", help: "All \"of\" them.", labels: ["http.method", "code"]))
        #expect(requests.totals == [["GET \"x\"\n\\", "200"]: 2])
    }
}
