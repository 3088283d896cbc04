import Testing

/// Impossible values in the sections `global`, `web`, `statsd` and `events`.
@Suite(.timeLimit(.minutes(5)))
struct SectionErrorTests {
    @Test(arguments: [
        Mistake(
            "global: {prefix: 9a}",
            """
            1:18: global.prefix: "9a" is not a metric name: it may hold letters, digits, _ and :, \
            and begin with no digit
            """),
        Mistake(
            "global: {prefix: heliograph_x}",
            """
            1:18: global.prefix: "heliograph_x" is not free; heliograph_, process_, \
            swift_runtime_ and target_info are for the service's own metrics
            """),
        Mistake(
            "global: {prefix: scrape_}",
            """
            1:18: global.prefix: "scrape_" is not free; up, ALERTS, ALERTS_FOR_STATE and scrape_ are \
            for what Prometheus itself says
            """),
        Mistake(
            "global: {prefix: [a]}",
            "1:18: global.prefix: needs a text, not a list"),
        Mistake(
            "global: {labels: [a]}",
            "1:18: global.labels: needs a mapping, not a list"),
        Mistake(
            "global: {labels: {a: }}",
            "1:22: global.labels.a: needs a text, not nothing"),
        Mistake(
            "global: {labels: {a: {}}}",
            "1:22: global.labels.a: needs a text, not a mapping"),
    ])
    func reportsGlobalValues(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "log: {level: warn}",
            "1:14: log.level: needs one of trace, debug, info, notice, warning, error, critical, not \"warn\""
        ),
        Mistake(
            "log: {levels: {heliograph.control: loud}}",
            "1:36: log.levels.\"heliograph.control\": needs one of trace, debug, info, notice, warning, error, critical, not \"loud\""
        ),
        Mistake("log: {levels: [a]}", "1:15: log.levels: needs a mapping, not a list"),
        Mistake(
            "log: {formats: {a: xml}}",
            "1:20: log.formats.a: needs one of auto, console, json, logfmt, journal, not \"xml\""),
    ])
    func reportsLogValues(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "statsd: {prefix: 9a}",
            """
            1:18: statsd.prefix: "9a" is not a metric name: it may hold letters, digits, _ and :, \
            and begin with no digit
            """),
        Mistake(
            "global: {prefix: pro}\ncarbon: {prefix: cess_}",
            """
            2:18: carbon.prefix: "process_" is not free; heliograph_, process_, \
            swift_runtime_ and target_info are for the service's own metrics
            """),
        Mistake(
            "events: {prefix: scrape_}",
            """
            1:18: events.prefix: "scrape_" is not free; up, ALERTS, ALERTS_FOR_STATE and scrape_ are \
            for what Prometheus itself says
            """),
        Mistake(
            "events: {prefix: target}\nmetrics: [{name: _info.x, event: e.f, type: gauge}, {name: b.c, type: gauge}]",
            ""),
        Mistake(
            "events: {prefix: target_}\nmetrics: [{name: info, event: e.f, type: gauge}, {name: b.c, type: gauge}]",
            """
            2:11: metrics[0]: it would be exposed as "target_info"; heliograph_, process_, \
            swift_runtime_ and target_info are for the service's own metrics
            """),
        Mistake(
            "statsd: {prefix: target_, rules: [{match: a, name: info}]}\ncarbon: {rules: [{match: a, name: info}]}",
            """
            1:52: statsd.rules[0].name: it would be exposed as "target_info"; heliograph_, process_, \
            swift_runtime_ and target_info are for the service's own metrics
            """),
        Mistake("global: {prefix: a_}\nstatsd: {prefix: 9_, rules: [{match: a, name: up}]}", ""),
        Mistake("statsd: {prefix: \"\"}\nevents: {prefix: null}", ""),
        Mistake(
            "statsd: {tag-styles: [influxdb, influxdb, statsite], bare-tags: keep}",
            """
            1:33: statsd.tag-styles[1]: influxdb appears twice
            1:43: statsd.tag-styles[2]: needs one of dogstatsd, influxdb, librato, signalfx, not "statsite"
            1:65: statsd.bare-tags: needs one of label, drop, not "keep"
            """),
    ])
    func reportsPrefixesAndTagStyles(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "global: {labels: {__a: b}}",
            "1:19: global.labels.__a: \"__a\" begins with __, which Prometheus reserves"),
        Mistake(
            "global: {labels: {le: b}}",
            """
            1:19: global.labels.le: "le" is the label that histograms or summaries need for \
            themselves
            """),
        Mistake(
            "global: {labels: {a.b: c}}",
            """
            1:19: global.labels."a.b": "a.b" is not a label name: it may hold letters, digits and \
            _, and begin with no digit
            """),
        Mistake(
            "global: {labels: {\"\": c}}",
            "1:19: global.labels.\"\": a label name can't be empty"),
        Mistake(
            "global: {labels: {heliograph_overflow: c}}",
            """
            1:19: global.labels.heliograph_overflow: "heliograph_overflow" is reserved for the \
            overflow series
            """),
    ])
    func reportsLabelNamesAtTheirKey(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "web: {listen-addresses: \":80\"}",
            "1:25: web.listen-addresses: needs a list, not the text \":80\""),
        Mistake(
            "web: {listen-addresses: []}",
            "1:25: web.listen-addresses: needs at least one address"),
        Mistake(
            "web: {listen-addresses: [\":80\", \":80\", \":0\", \":0\"]}",
            "1:33: web.listen-addresses[1]: \":80\" appears twice"),
        Mistake(
            "web: {listen-addresses: [80]}",
            """
            1:26: web.listen-addresses[0]: "80" has no port; write it as ":9568" or "127.0.0.1:9568"
            """),
        Mistake(
            "web: {listen_addresses: [\":80\"]}",
            "1:7: web.listen_addresses: there is no such key; did you mean listen-addresses?"),
        Mistake(
            "web: {telemetry-path: metrics}",
            "1:23: web.telemetry-path: a path begins with /, not \"metrics\""),
        Mistake(
            "web: {telemetry-path: /-/ready}",
            """
            1:23: web.telemetry-path: "/-/ready" is taken: /, /-/ and /api/ are the service's own
            """),
        Mistake(
            "web: {telemetry-path: /a b}",
            """
            1:23: web.telemetry-path: "/a b" holds a character that a path can't have: use ASCII \
            without spaces, ?, # and %
            """),
        Mistake(
            "web: {telemetry-path: /a/../b}",
            "1:23: web.telemetry-path: \"/a/../b\" holds . or .. as a part, which clients resolve before they ask"
        ),
        Mistake(
            "web: {route-prefix: /a/./b}",
            "1:21: web.route-prefix: \"/a/./b\" holds . or .. as a part, which clients resolve before they ask"
        ),
        Mistake(
            "web: {external-url: http://a/..}",
            "1:21: web.external-url: \"/..\" holds . or .. as a part, which clients resolve before they ask"
        ),
        Mistake(
            "web: {unix-mode: 0888}",
            "1:18: web.unix-mode: needs an octal mode from 000 to 0777 such as \"0660\", not \"0888\""),
        Mistake(
            "web: {max-requests: -1}",
            "1:21: web.max-requests: needs a number from 0, not -1"),
        Mistake(
            "web: {max-requests: 1.5}",
            "1:21: web.max-requests: needs a whole number, not \"1.5\""),
        Mistake(
            "web: {max-requests: \"40\"}",
            "1:21: web.max-requests: needs a whole number, not the text \"40\""),
        Mistake(
            "web: {max-requests: 99999999999999999999}",
            "1:21: web.max-requests: needs a whole number, not \"99999999999999999999\""),
    ])
    func reportsWebValues(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "statsd: {udp: 127.0.0.1}",
            """
            1:15: statsd.udp: "127.0.0.1" has no port; write it as ":9568" or "127.0.0.1:9568"
            """),
        Mistake(
            "statsd: {unix: run/a.sock}",
            "1:16: statsd.unix: a socket needs an absolute path, not \"run/a.sock\""),
        Mistake(
            "statsd: {unix: /run/}",
            "1:16: statsd.unix: \"/run/\" names a directory, not a socket"),
        Mistake(
            "events: {unix: \"/a\\0b\"}",
            "1:16: events.unix: a socket's path can't hold a zero byte"),
        Mistake(
            """
            events: {unix: \
            /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
            aaaaaaaaaaaaaaaaaaaaaa}
            """,
            "1:16: events.unix: a socket's path can have 107 bytes, this one has 108"),
        Mistake(
            "events: {unix: /a}\nstatsd: {unix: /a}",
            "1:9: events: events and statsd share the socket \"/a\""),
        Mistake(
            "events: {unix-mode: 888}",
            """
            1:21: events.unix-mode: needs an octal mode from 000 to 0777 such as "0660", not "888"
            """),
        Mistake(
            "events: {unix-mode: 1777}",
            """
            1:21: events.unix-mode: needs an octal mode from 000 to 0777 such as "0660", not "1777"
            """),
        Mistake(
            "events: {unix-mode: +66}",
            """
            1:21: events.unix-mode: needs an octal mode from 000 to 0777 such as "0660", not "+66"
            """),
    ])
    func reportsSocketValues(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "statsd: {series-limit: 0}",
            "1:24: statsd.series-limit: needs a number from 1, not 0"),
        Mistake(
            "statsd: {tags-limit: 0}",
            "1:22: statsd.tags-limit: needs a number from 1, not 0"),
        Mistake(
            "statsd: {tags-limit: 1025}",
            "1:22: statsd.tags-limit: needs a number up to 1024, not 1025"),
        Mistake(
            "statsd: {metrics-limit: all}",
            "1:25: statsd.metrics-limit: needs a whole number, not \"all\""),
        Mistake(
            "statsd: {expiry: 10m}",
            "1:18: statsd.expiry: needs a mapping, not \"10m\""),
        Mistake(
            "statsd: {expiry: {gauges: 10 m}}",
            """
            1:27: statsd.expiry.gauges: needs a duration such as 10m, 1h30m, 500ms or a number of \
            seconds, not "10 m"
            """),
        Mistake(
            "statsd: {expiry: {others: -1s}}",
            """
            1:27: statsd.expiry.others: needs a duration such as 10m, 1h30m, 500ms or a number of \
            seconds, not "-1s"
            """),
        Mistake(
            "statsd: {buckets: []}",
            "1:19: statsd.buckets: needs at least one bucket"),
        Mistake(
            "statsd: {buckets: [1, 1, 0.5]}",
            """
            1:23: statsd.buckets[1]: buckets ascend strictly, but 1.0 follows 1.0
            1:26: statsd.buckets[2]: buckets ascend strictly, but 0.5 follows 1.0
            """),
        Mistake(
            "statsd: {buckets: [1, .inf, x, 1e999]}",
            """
            1:23: statsd.buckets[1]: needs a finite number, not ".inf"
            1:29: statsd.buckets[2]: needs a finite number, not "x"
            1:32: statsd.buckets[3]: needs a finite number, not "1e999"
            """),
    ])
    func reportsLimitsAndExpiry(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }
}
