import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExpositionFormatTests {
    @Test(arguments: [
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=2",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    ])
    func answersServersWithOpenMetrics(header: String) {
        #expect(PageFormat.negotiate(accept: header).format == .openMetrics)
    }

    @Test(arguments: [
        ("text/plain;version=1.0.0;escaping=allow-utf-8", PageFormat(.text1, .allowUTF8)),
        (
            "text/plain;version=1.0.0;escaping=dots;q=0.4,text/plain;version=0.0.4;q=0.3",
            PageFormat(.text1, .dots)
        ),
        ("text/plain;version=1.0.0", PageFormat(.text1)),
        ("text/plain;escaping=values", PageFormat(.text, .values)),
        ("text/plain;version=1.0.0;escaping=allow-utf-8;escaping=dots", PageFormat(.text1, .allowUTF8)),
        ("text/plain;version=1.0.0;escaping=none", PageFormat(.text1)),
        ("text/plain;version=1.0.0;q=0.2;escaping=dots,*/*;q=0.5", PageFormat(.text)),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6",
            PageFormat(.openMetrics, .allowUTF8)
        ),
        ("application/openmetrics-text;version=1.0.0", PageFormat(.openMetrics)),
        (
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
                + "escaping=allow-utf-8",
            PageFormat(.protobuf, .allowUTF8)
        ),
    ])
    func takesTheEscapingOfTheFormat(header: String, page: PageFormat) {
        #expect(PageFormat.negotiate(accept: header) == page)
    }

    @Test(arguments: ExpositionFormat.allCases, NameEscaping.allCases)
    func saysWhatItSends(format: ExpositionFormat, escaping: NameEscaping) {
        let type = PageFormat(format, escaping).contentType
        #expect(type.hasSuffix("; escaping=\(escaping.rawValue)"))
        #expect(ExpositionFormat(contentType: type) == format)
    }

    @Test(arguments: [
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
            + "application/openmetrics-text;version=1.0.0;q=0.8,"
            + "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
            + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
            + "application/openmetrics-text;version=0.0.1;q=0.4,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
        "application/vnd.google.protobuf; encoding=\"delimited\"; proto=\"io.prometheus.client.MetricFamily\"",
    ])
    func answersServersThatWantNativeHistogramsWithProtobuf(header: String) {
        #expect(PageFormat.negotiate(accept: header).format == .protobuf)
    }

    @Test(arguments: [
        "application/vnd.google.protobuf", "application/vnd.google.protobuf;encoding=delimited",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
        "application/vnd.google.protobuf;proto=io.prometheus.write.v2.Request;encoding=delimited",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.4,"
            + "text/plain;q=0.5",
    ])
    func answersWithTextWhereProtobufIsNotWantedAsItIsWritten(header: String) {
        #expect(PageFormat.negotiate(accept: header).format == .text)
    }

    @Test(arguments: [
        "*/*", "", " ", "text/plain", "text/*", "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json",
    ])
    func answersEverybodyElseWithText(header: String) {
        #expect(PageFormat.negotiate(accept: header).format == .text)
    }

    @Test(arguments: [
        "application/openmetrics-text;version=2.0.0", "application/openmetrics-text;version=1.0.0;q=0",
        "application/openmetrics-text;version=0.0.1;q=0", "text/plain;q=0",
    ])
    func answersWithTextWhenNothingOfferedIsAcceptable(header: String) {
        #expect(PageFormat.negotiate(accept: header).format == .text)
    }

    /// Older servers ask for the draft's version alone.
    @Test(arguments: [
        ("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "0.0.1"),
        ("application/openmetrics-text;version=0.0.1", "0.0.1"),
        (
            "application/openmetrics-text;version=1.0.0;q=0,application/openmetrics-text;version=0.0.1;q=0.1",
            "0.0.1"
        ),
        (
            "application/openmetrics-text;version=0.0.1;q=0.75,application/openmetrics-text;version=1.0.0",
            "1.0.0"
        ),
        ("application/openmetrics-text", "1.0.0"),
    ])
    func callsOpenMetricsByTheVersionThatIsAskedFor(header: String, version: String) {
        #expect(
            PageFormat.negotiate(accept: header).contentType
                == "application/openmetrics-text; version=\(version); charset=utf-8; escaping=underscores")
    }

    @Test(arguments: [
        ("text/plain;q=0.4, application/openmetrics-text;version=1.0.0;q=0.3", ExpositionFormat.text),
        ("text/plain;q=0.3, application/openmetrics-text;version=1.0.0;q=0.4", .openMetrics),
        ("text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0", .text),
        ("application/openmetrics-text;version=1.0.0, text/plain;version=0.0.4", .openMetrics),
        ("*/*, application/openmetrics-text;version=1.0.0", .openMetrics),
        ("application/openmetrics-text;version=1.0.0;q=0, */*", .text),
        ("text/plain;q=0, */*", .openMetrics),
        ("application/*", .openMetrics),
        ("APPLICATION/OpenMetrics-Text ; VERSION = 1.0.0 ; Q=0.9 , */* ; q=0.1", .openMetrics),
        (
            "application/openmetrics-text; version=\"1.0.0\"; x=\"a,b;q=0\\\"\"; q=0.9, text/plain;q=0.5",
            .openMetrics
        ),
    ])
    func weighsQualityThenSpecificityThenOrder(header: String, format: ExpositionFormat) {
        #expect(PageFormat.negotiate(accept: header).format == format)
    }

    @Test(arguments: [
        ",,,", ";", "/", "//", "a/", "/b", "text", "q=1", "*", "*/*;q", "*/*;q=", "*/*;q=NaN", "*/*;q=-1",
        "*/*;q=1.2.3", "text/plain;version", "text/plain;\"", "\"\\", "text/plain;version=\"", "\u{0}",
        "é/ü;q=ö",
        String(repeating: ",", count: 100_000), String(repeating: ";=", count: 100_000),
    ])
    func survivesGarbage(header: String) {
        #expect(PageFormat.negotiate(accept: header).format == .text)
    }

    @Test func answersWithTextWithoutAHeader() {
        #expect(PageFormat.negotiate(accept: nil).format == .text)
    }

    @Test func takesAnUnreadableQualityForOne() {
        let header = "application/openmetrics-text;version=1.0.0;q=x, text/plain;q=0.9"
        #expect(PageFormat.negotiate(accept: header).format == .openMetrics)
    }

    @Test func namesTheMessageItsEncodingAndTheEscaping() {
        #expect(
            PageFormat(.protobuf).contentType
                == "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                + "encoding=delimited; escaping=underscores")
    }

    @Test func namesTheCharacterSetAndTheEscaping() {
        #expect(
            PageFormat(.text).contentType
                == "text/plain; version=0.0.4; charset=utf-8; escaping=underscores")
        #expect(
            PageFormat(.openMetrics).contentType
                == "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")
    }

    @Test(arguments: ExpositionFormat.allCases)
    func recognisesItsOwnContentType(format: ExpositionFormat) {
        #expect(ExpositionFormat(contentType: PageFormat(format).contentType) == format)
    }

    @Test(arguments: ["", "text/html", "application/json; charset=utf-8", "text"])
    func knowsNoOtherContentType(contentType: String) {
        #expect(ExpositionFormat(contentType: contentType) == nil)
    }
}
