import TelemetryMetrics
import Testing

@testable import PrometheusFormat

/// Gauges that OpenMetrics has types of its own for.
@Suite(.timeLimit(.minutes(5)))
struct RolePageTests {
    private enum Door: String, CaseIterable, Sendable {
        case open, closed
    }

    private func page(_ format: ExpositionFormat) throws -> String {
        let page = try Page {
            Info("shop_build", "Build.", ["version": "1.2", "commit": "a\"b"])
            StateSet("door", "Door.", of: Door.self) { .closed }
        }
        #expect(page.fault == nil)
        return page.text(format)
    }

    @Test func areInfoAndStateSetInOpenMetrics() throws {
        #expect(
            try page(.openMetrics) == #"""
                # TYPE door stateset
                # HELP door Door.
                door{door="open"} 0
                door{door="closed"} 1
                # TYPE shop_build info
                # HELP shop_build Build.
                shop_build_info{version="1.2",commit="a\"b"} 1
                # EOF

                """#)
    }

    @Test func areGaugesInText() throws {
        let text = try page(.text)
        #expect(text.contains("# TYPE door gauge\n"))
        #expect(text.contains("# TYPE shop_build_info gauge\nshop_build_info{version=\"1.2\""))
    }

    private func page(
        _ role: GaugeRole, _ name: String, label: String, _ escaping: NameEscaping = .allowUTF8
    ) throws -> String {
        let store = try MetricStore(names: .utf8)
        var definition = MetricDefinition(.gauge, name: name, help: "", labels: [label])
        definition.role = role
        try store.register(definition).replace(with: 1, labels: ["x"])
        let page = PageRenderer(store, format: .openMetrics, escaping: escaping).bytes()
        return String(decoding: page, as: UTF8.self)
    }

    @Test func haveNoUnit() throws {
        #expect(
            try page(.info, "boot_seconds_info", label: "a")
                == "# TYPE boot_seconds info\n# HELP boot_seconds \nboot_seconds_info{a=\"x\"} 1\n# EOF\n")
        #expect(try !page(.stateSet, "up_bytes", label: "up_bytes").contains("# UNIT"))
    }

    /// The page would be refused, as no label has the name of the set.
    @Test(arguments: [
        (NameEscaping.allowUTF8, #"a:b{"a:b"="x"} 1"#, "stateset"),
        (.underscores, #"a:b{a_b="x"} 1"#, "gauge"),
        (.values, #"a:b{U__a_3a_b="x"} 1"#, "gauge"),
    ])
    func areGaugesWhereTheirLabelHasAnotherName(escaping: NameEscaping, line: String, type: String) throws {
        let text = try page(.stateSet, "a:b", label: "a:b", escaping)
        #expect(text.contains("# TYPE a:b \(type)\n"))
        #expect(text.contains("\n\(line)\n"))
        #expect(ExpositionCheck(Array(text.utf8), format: .openMetrics).error == nil)
    }

    @Test func theNameOfTheFamilyIsTaken() throws {
        #expect(throws: DefinitionErrors.self) {
            try Page {
                Info("shop_build", "Build.", ["version": "1"])
                Gauge("shop_build", "Other.") { 1 }
            }
        }
    }
}
