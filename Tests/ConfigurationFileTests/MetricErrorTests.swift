import Testing

/// Impossible metrics.
@Suite(.timeLimit(.minutes(5)))
struct MetricErrorTests {
    @Test(arguments: [
        Mistake(
            "metrics: {}",
            "1:10: metrics: needs a list, not a mapping"),
        Mistake(
            "metrics: [{}]",
            """
            1:11: metrics[0]: the key "name" is missing
            1:11: metrics[0]: the key "type" is missing
            """),
        Mistake(
            "metrics: [{name: a., type: gauge}]",
            "1:18: metrics[0].name: \"a.\" has an empty segment"),
        Mistake(
            "metrics: [{name: \"\", type: gauge}]",
            "1:18: metrics[0].name: a metric name can't be empty"),
        Mistake(
            "metrics: [{name: a.b-c, type: gauge}]",
            """
            1:18: metrics[0].name: "a.b-c" is not a metric name: its segments may hold letters, \
            digits and _, and it begins with no digit
            """),
        Mistake(
            "metrics: [{name: 9.a, type: gauge}]",
            """
            1:18: metrics[0].name: "9.a" is not a metric name: its segments may hold letters, \
            digits and _, and it begins with no digit
            """),
        Mistake(
            "metrics: [{name: latency, type: gauge}]",
            """
            1:18: metrics[0].name: "latency" has one segment; write event.measurement, or name \
            the event by the key "event"
            """),
        Mistake(
            "metrics: [{name: a, event: b..c, measurement: \"\", type: gauge}]",
            """
            1:28: metrics[0].event: "b..c" has an empty segment
            1:47: metrics[0].measurement: a measurement's name can't be empty
            """),
        Mistake(
            "metrics: [{name: a, event: \"b c\", type: gauge}]",
            """
            1:28: metrics[0].event: "b c" is not an event name: its segments may hold letters, \
            digits, _ and -
            """),
        Mistake(
            "metrics: [{name: process.cpu, type: gauge}]",
            """
            1:11: metrics[0]: it would be exposed as "process_cpu"; heliograph_, process_, \
            swift_runtime_ and target_info are for the service's own metrics
            """),
        Mistake(
            "metrics: [{name: up, event: a, type: counter}]",
            """
            1:11: metrics[0]: it would be exposed as "up"; up, ALERTS, ALERTS_FOR_STATE and scrape_ \
            are for what Prometheus itself says
            """),
        Mistake(
            "metrics: [{name: scrape, event: a, type: histogram}]",
            """
            1:11: metrics[0]: it would be exposed as "scrape_bucket"; up, ALERTS, ALERTS_FOR_STATE and \
            scrape_ are for what Prometheus itself says
            """),
        Mistake(
            "metrics: [{name: a.b, type: gauge, labels: [heliograph_overflow]}]",
            """
            1:45: metrics[0].labels[0]: "heliograph_overflow" is reserved for the overflow series
            """),
    ])
    func reportsNames(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "metrics: [{name: a.milliseconds, type: gauge, unit: second}]",
            "1:53: metrics[0].unit: the name ends in milliseconds, but its values are shown in seconds"),
        Mistake(
            "metrics: [{name: a.b, type: counter, unit: byte}]",
            "1:44: metrics[0].unit: a counter counts events, which have no unit"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, initial-zero: 1m}]",
            "1:50: metrics[0].initial-zero: a gauge is its last value, which nothing is added up to"),
        Mistake(
            "metrics: [{name: a.b, type: sum, monotonic: false, initial-zero: 1m}]",
            "1:66: metrics[0].initial-zero: a gauge is its last value, which nothing is added up to"),
        Mistake(
            """
            metrics: [{name: a.b, type: counter, monotonic: true, window: 1m, quantiles: [0.5], \
            buckets: [1]}]
            """,
            """
            1:49: metrics[0].monotonic: belongs to a sum, but this metric is a counter
            1:63: metrics[0].window: belongs to a summary, but this metric is a counter
            1:78: metrics[0].quantiles: belongs to a summary, but this metric is a counter
            1:94: metrics[0].buckets: belongs to a histogram, but this metric is a counter
            """),
        Mistake(
            "metrics: [{name: a.b, type: summary, buckets: [1], exemplars: true}]",
            """
            1:47: metrics[0].buckets: belongs to a histogram, but this metric is a summary
            1:63: metrics[0].exemplars: belongs to a histogram, but this metric is a summary
            """),
        Mistake(
            "metrics: [{name: a.b, type: histogram, relative-error: 0.1}]",
            "1:56: metrics[0].relative-error: belongs to a summary, but this metric is a histogram"),
        Mistake(
            "metrics: [{name: a.b, type: Histogram}]",
            """
            1:29: metrics[0].type: needs one of counter, sum, gauge, summary, histogram, not \
            "Histogram"; did you mean histogram?
            """),
    ])
    func reportsKeysOfOtherTypes(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "metrics: [{name: a.b, type: summary, quantiles: [0.5, 1.5, -0.1, 0.5]}]",
            """
            1:55: metrics[0].quantiles[1]: a quantile is between 0 and 1, not 1.5
            1:60: metrics[0].quantiles[2]: a quantile is between 0 and 1, not -0.1
            1:66: metrics[0].quantiles[3]: 0.5 appears twice
            """),
        Mistake(
            "metrics: [{name: a.b, type: summary, quantiles: []}]",
            "1:49: metrics[0].quantiles: needs at least one quantile"),
        Mistake(
            "metrics: [{name: a.b, type: summary, relative-error: 0.001}]",
            "1:54: metrics[0].relative-error: needs a number from 0.0014 and below 1, not 0.001"),
        Mistake(
            "metrics: [{name: a.b, type: summary, relative-error: 1}]",
            "1:54: metrics[0].relative-error: needs a number from 0.0014 and below 1, not 1.0"),
        Mistake(
            "metrics: [{name: a.b, type: summary, window: 0}]",
            "1:46: metrics[0].window: needs a duration above zero"),
        Mistake(
            "metrics: [{name: a.b, type: histogram, buckets: [2, 1]}]",
            "1:53: metrics[0].buckets[1]: buckets ascend strictly, but 1.0 follows 2.0"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, labels: [b, b, \"c-d\"]}]",
            """
            1:48: metrics[0].labels[1]: "b" appears twice
            1:51: metrics[0].labels[2]: "c-d" is not a label name: it may hold letters, digits \
            and _, and begin with no digit
            """),
        Mistake(
            "metrics: [{name: a.b, type: histogram, labels: [le, quantile]}]",
            """
            1:49: metrics[0].labels[0]: "le" is the label that histograms or summaries need for \
            themselves
            """),
        Mistake(
            "metrics: [{name: a.b, type: summary, labels: [le, quantile]}]",
            """
            1:51: metrics[0].labels[1]: "quantile" is the label that histograms or summaries need \
            for themselves
            """),
        Mistake(
            "global: {labels: {b: x}}\nmetrics: [{name: a.b, type: gauge, labels: [b]}]",
            "2:45: metrics[0].labels[0]: \"b\" is in global.labels already"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, keep: {b: c}, drop: {b: d}}]",
            "1:56: metrics[0].drop: keep and drop exclude each other; write one of them"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, keep: {}}]",
            "1:42: metrics[0].keep: needs at least one metadata key with its value"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, keep: [b]}]",
            "1:42: metrics[0].keep: needs a mapping, not a list"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, series-limit: 0, expiry: soon}]",
            """
            1:50: metrics[0].series-limit: needs a number from 1, not 0
            1:61: metrics[0].expiry: needs a duration such as 10m, 1h30m, 500ms or a number of \
            seconds, not "soon"
            """),
        Mistake(
            "metrics: [{name: a.b, type: sum, monotonic: 1}]",
            "1:45: metrics[0].monotonic: needs true or false, not \"1\""),
        Mistake(
            "metrics: [{name: a.b, type: gauge, unit: [second]}]",
            "1:42: metrics[0].unit: needs a mapping, not a list"),
    ])
    func reportsValues(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "metrics: [{name: a.b, type: gauge, labels: [route], seeds: {route: /}}]",
            "1:60: metrics[0].seeds: needs a list, not a mapping"),
        Mistake(
            "metrics: [{name: a.b, type: gauge, labels: [route, method], seeds: [{rout: /, method: GET}]}]",
            """
            1:69: metrics[0].seeds[0]: the label "route" is missing
            1:70: metrics[0].seeds[0].rout: "rout" is no label of this metric; did you mean route?
            """),
        Mistake(
            "metrics: [{name: a.b, type: gauge, labels: [route], seeds: [[/], {route: [/]}]}]",
            """
            1:61: metrics[0].seeds[0]: needs a mapping, not a list
            1:74: metrics[0].seeds[1].route: needs a text, not a list
            """),
        Mistake(
            "metrics: [{name: a.b, type: histogram, exemplars: on}]",
            "1:51: metrics[0].exemplars: needs true or false, not \"on\""),
    ])
    func reportsSeedsAndExemplars(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "metrics: [{name: a.b, type: counter}, {name: a.b.total, event: a, type: gauge}]",
            """
            1:39: metrics[1]: it is exposed as "a_b_total" like metrics[0], which has type counter
            """),
        Mistake(
            "metrics: [{name: a.b, type: gauge, labels: [c]}, {name: a_b, event: c, type: gauge}]",
            "1:50: metrics[1]: it is exposed as \"a_b\" like metrics[0], which has other labels"),
        Mistake(
            "metrics: [{name: a.b, type: gauge}, {name: a.b, type: gauge}]",
            """
            1:37: metrics[1]: it counts the same events a second time into "a_b", after metrics[0]
            """),
        Mistake(
            """
            metrics: [{name: a.b, type: histogram}, {name: a.b, event: c, type: histogram, \
            buckets: [1]}]
            """,
            """
            1:41: metrics[1]: it is exposed as "a_b" like metrics[0], which has another value of \
            buckets, exemplars, quantiles, window, relative-error or monotonic
            """),
        Mistake(
            """
            metrics: [{name: a.b, type: summary}, {name: a.b, event: c, type: summary, \
            relative-error: 0.1}]
            """,
            """
            1:39: metrics[1]: it is exposed as "a_b" like metrics[0], which has another value of \
            buckets, exemplars, quantiles, window, relative-error or monotonic
            """),
        Mistake(
            """
            metrics: [{name: a.b, type: gauge, unit: second}, {name: a.b, event: c, type: gauge, \
            unit: millisecond}]
            """,
            "1:51: metrics[1]: it is exposed as \"a_b_seconds\" like metrics[0], which has another unit"),
        Mistake(
            "metrics: [{name: a.b, type: gauge}, {name: a.b, event: c, type: gauge, expiry: 1m}]",
            """
            1:37: metrics[1]: it is exposed as "a_b" like metrics[0], which has another \
            series-limit, expiry or initial-zero
            """),
        Mistake(
            "metrics: [{name: a.b, type: counter}, {name: a.b, event: c, type: counter, initial-zero: 1m}]",
            """
            1:39: metrics[1]: it is exposed as "a_b_total" like metrics[0], which has another \
            series-limit, expiry or initial-zero
            """),
        Mistake(
            "metrics: [{name: a.b, type: histogram}, {name: a.b.count, type: gauge}]",
            "1:41: metrics[1]: its \"a_b_count\" clashes with metrics[0], exposed as \"a_b\""),
        Mistake(
            "metrics: [{name: a.b, type: counter}, {name: a.b, event: c, type: gauge}]",
            "1:39: metrics[1]: its \"a_b\" clashes with metrics[0], exposed as \"a_b_total\""),
        Mistake(
            """
            global: {prefix: x_}
            metrics: [{name: a.b, unit: second, type: gauge}, {name: a.b.seconds, type: summary}]
            """,
            """
            2:51: metrics[1]: it is exposed as "x_a_b_seconds" like metrics[0], which has type gauge
            """),
    ])
    func reportsConflicts(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }
}
