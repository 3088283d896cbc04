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

    @Test func theNameOfTheFamilyIsTaken() throws {
        #expect(throws: DefinitionErrors.self) {
            try Page {
                Info("shop_build", "Build.", ["version": "1"])
                Gauge("shop_build", "Other.") { 1 }
            }
        }
    }
}
