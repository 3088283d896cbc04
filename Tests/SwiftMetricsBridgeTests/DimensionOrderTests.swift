import CoreMetrics
import Testing

@testable import SwiftMetricsBridge

@Suite(.timeLimit(.minutes(5)))
struct DimensionOrderTests {
    private struct Case: CustomTestStringConvertible {
        let dimensions: [(String, String)]
        let text: String
        var testDescription: String { text }
    }

    private static let cases = [
        Case(dimensions: [], text: ""),
        Case(dimensions: [("a", "1"), ("b", "2"), ("c", "3")], text: #"{a="1",b="2",c="3"}"#),
        Case(dimensions: [("c", "3"), ("a", "1"), ("b", "2")], text: #"{a="1",b="2",c="3"}"#),
        Case(dimensions: [("a", "1"), ("a", "2")], text: #"{a="2"}"#),
        Case(dimensions: [("b", "0"), ("a", "1"), ("b", "2"), ("a", "3")], text: #"{a="3",b="2"}"#),
        Case(
            dimensions: [("http.route", "/x"), ("status-code", "200")],
            text: #"{http_route="/x",status_code="200"}"#),
        Case(dimensions: [("a.b", "1"), ("a_b", "2")], text: #"{a_b="2"}"#),
        Case(dimensions: [("1st", "x")], text: #"{_1st="x"}"#),
        Case(dimensions: [("ключ", "значение")], text: #"{exported_____="значение"}"#),
        Case(dimensions: [("", "x")], text: #"{_="x"}"#),
        Case(dimensions: [("a:b", "x")], text: #"{a_b="x"}"#),
        Case(dimensions: [("__name__", "x")], text: #"{exported___name__="x"}"#),
        Case(dimensions: [("le", "x")], text: #"{le="x"}"#),
        Case(dimensions: [("heliograph_overflow", "true")], text: #"{exported_heliograph_overflow="true"}"#),
        Case(dimensions: [("a", ""), ("b", "2")], text: #"{b="2"}"#),
        Case(dimensions: [("a", "1"), ("a", "")], text: ""),
        Case(dimensions: [("a", "q\"b\\s\nn")], text: #"{a="q\"b\\s\nn"}"#),
        Case(
            dimensions: [("a", String(repeating: "x", count: 2000))],
            text: "{a=\"\(String(repeating: "x", count: 2000))\"}"),
    ]

    @Test(arguments: cases)
    private func dimensionsBecomeLabels(_ example: Case) throws {
        let bridged = try Bridged()
        let gauge = Gauge(label: "g", dimensions: example.dimensions, factory: bridged.factory)
        gauge.record(1)
        #expect(bridged.page == "# TYPE g gauge\ng\(example.text) 1\n")
    }

    @Test func theLabelOfBucketsIsReservedInHistograms() throws {
        let bridged = try Bridged(.short)
        let dimensions = [("le", "1"), ("exported_le", "2")]
        Recorder(label: "r", dimensions: dimensions, factory: bridged.factory).record(1)
        Recorder(label: "r", dimensions: dimensions.reversed(), factory: bridged.factory).record(1)
        let labels = #"exported_exported_le="1",exported_le="2""#
        #expect(bridged.page.hasSuffix("r_count{\(labels)} 2\n"))
    }

    @Test func noNameIsThatOfAConstantLabel() throws {
        let bridged = try Bridged(.short, constantLabels: [("exported_le", "c"), ("site", "x")])
        let dimensions = [("le", "1"), ("site", "2"), ("exported_le", "3")]
        Recorder(label: "r", dimensions: dimensions, factory: bridged.factory).record(1)
        #expect(
            bridged.page.hasSuffix(
                #"r_count{exported_le="c",site="x",exported_exported_exported_le="1","#
                    + #"exported_exported_le="3",exported_site="2"} 1"# + "\n"))
    }

    @Test func theOrderOfDimensionsMakesNoOtherSeries() throws {
        let bridged = try Bridged()
        let one = Counter(label: "n", dimensions: [("a", "1"), ("b", "2")], factory: bridged.factory)
        let other = Counter(label: "n", dimensions: [("b", "2"), ("a", "1")], factory: bridged.factory)
        one.increment()
        other.increment()
        #expect(bridged.page == "# TYPE n_total counter\nn_total{a=\"1\",b=\"2\"} 2\n")
    }

    @Test func namesOfManyKindsAreToldApart() throws {
        let bridged = try Bridged()
        for _ in 0..<2 {
            for name in "abcdefghijkl".map(String.init) {
                let dimensions = [(name, "1"), ("z", "2")]
                Counter(label: "n", dimensions: dimensions, factory: bridged.factory).increment()
                Counter(label: "n", dimensions: [("z", "2"), (name, "1")], factory: bridged.factory)
                    .increment()
                Counter(label: "n", dimensions: [(name, "1")], factory: bridged.factory).increment()
            }
        }
        let samples = bridged.page.split(separator: "\n").dropFirst()
        #expect(
            samples
                == "abcdefghijkl".flatMap {
                    ["n_total{\($0)=\"1\",z=\"2\"} 4", "n_total{\($0)=\"1\"} 2"]
                }[...])
    }
}
