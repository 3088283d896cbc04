import Testing

/// Impossible StatsD rules.
@Suite(.timeLimit(.minutes(5)))
struct RuleErrorTests {
    @Test(arguments: [
        Mistake(
            "statsd: {rules: [{name: a}]}",
            "1:18: statsd.rules[0]: the key \"match\" is missing"),
        Mistake(
            "statsd: {rules: [{match: a..b}]}",
            "1:26: statsd.rules[0].match: \"a..b\" has an empty segment"),
        Mistake(
            "statsd: {rules: [{match: \"\"}]}",
            "1:26: statsd.rules[0].match: a match can't be empty"),
        Mistake(
            "statsd: {rules: [{match: a.b*}]}",
            """
            1:26: statsd.rules[0].match: "a.b*" has a * that is not a whole segment; it matches \
            from dot to dot
            """),
        Mistake(
            "statsd: {rules: [{match: \"a b\"}]}",
            "1:26: statsd.rules[0].match: \"a b\" holds a space, : or |, which no name has"),
        Mistake(
            "statsd: {rules: [{match: a}, {match: a}]}",
            "1:30: statsd.rules[1]: statsd.rules[0] has the same match and wins always"),
        Mistake(
            "statsd: {rules: [{match: a, match-type: regex}]}",
            "1:29: statsd.rules[0].match-type: there is no such key"),
    ])
    func reportsMatches(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "statsd: {rules: [{match: a.*, name: b_$2}]}",
            "1:37: statsd.rules[0].name: \"b_$2\" refers to $2, but the match has 1 glob"),
        Mistake(
            "statsd: {rules: [{match: a.*, name: b_$}]}",
            "1:37: statsd.rules[0].name: \"b_$\" has a $ that no number follows; write $1 or ${1}"),
        Mistake(
            "statsd: {rules: [{match: a.*, name: \"b_${1\"}]}",
            "1:37: statsd.rules[0].name: \"b_${1\" has a $ that no number follows; write $1 or ${1}"),
        Mistake(
            "statsd: {rules: [{match: a.*, name: b-c}]}",
            """
            1:37: statsd.rules[0].name: "b-c" is not a metric name: it may hold letters, digits, \
            _ and :, and begin with no digit
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, name: $0}]}",
            "1:37: statsd.rules[0].name: \"$0\" refers to $0, but the match has 1 glob"),
        Mistake(
            "statsd: {rules: [{match: a.*, name: b_$99999999999999999999}]}",
            """
            1:37: statsd.rules[0].name: "b_$99999999999999999999" refers to \
            $99999999999999999999, but the match has 1 glob
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, name: process_$1}]}",
            """
            1:37: statsd.rules[0].name: it would be exposed as "process_x"; heliograph_, \
            process_, swift_runtime_ and target_info are for the service's own metrics
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, name: ALERTS}]}",
            """
            1:37: statsd.rules[0].name: it would be exposed as "ALERTS"; up, ALERTS, \
            ALERTS_FOR_STATE and scrape_ are for what Prometheus itself says
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, labels: {b: \"$3\"}}]}",
            "1:43: statsd.rules[0].labels.b: \"$3\" refers to $3, but the match has 1 glob"),
        Mistake(
            "statsd: {rules: [{match: a.*, labels: {quantile: b}}]}",
            """
            1:40: statsd.rules[0].labels.quantile: "quantile" is the label that histograms or \
            summaries need for themselves
            """),
        Mistake(
            "global: {labels: {site: x}}\nstatsd: {rules: [{match: a, labels: {site: y}}]}",
            "2:38: statsd.rules[0].labels.site: \"site\" is in global.labels already"),
    ])
    func reportsTemplates(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "statsd: {rules: [{match: a.*, type: counter}]}",
            "1:37: statsd.rules[0].type: needs one of histogram, summary, not \"counter\""),
        Mistake(
            "statsd: {rules: [{match: a.*, type: summary, buckets: [1]}]}",
            """
            1:55: statsd.rules[0].buckets: buckets belong to a histogram; this rule makes a summary
            """),
        Mistake(
            "carbon: {rules: [{match: a}, {match: b, type: summary}]}",
            "1:17: carbon.rules: the rule 1 is for a histogram or summary, but all values are gauges"),
        Mistake(
            "carbon: {rules: [{match: a, initial-zero: 1m}]}",
            "1:17: carbon.rules: the rule 0 has an initial zero, but all values are gauges, which have none"),
        Mistake(
            "statsd: {rules: [{match: a.*, quantiles: [2], window: 0, relative-error: 0.1}]}",
            """
            1:42: statsd.rules[0].quantiles: quantiles belong to a summary; this rule makes a histogram
            1:43: statsd.rules[0].quantiles[0]: a quantile is between 0 and 1, not 2.0
            1:55: statsd.rules[0].window: needs a duration above zero
            1:55: statsd.rules[0].window: window belongs to a summary; this rule makes a histogram
            1:74: statsd.rules[0].relative-error: relative-error belongs to a summary; this rule makes \
            a histogram
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, drop: yes}]}",
            "1:37: statsd.rules[0].drop: needs true or false, not \"yes\""),
        Mistake(
            "statsd: {rules: [{match: a.*, drop: true, name: b, unit: byte, description: noise}]}",
            """
            1:49: statsd.rules[0].name: has no effect, because this rule drops what it matches
            1:58: statsd.rules[0].unit: has no effect, because this rule drops what it matches
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, unit: hour}]}",
            """
            1:37: statsd.rules[0].unit: needs one of second, millisecond, microsecond, \
            nanosecond, byte, kilobyte, megabyte, not "hour"
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, unit: {from: millisecond}}]}",
            "1:37: statsd.rules[0].unit: the key \"to\" is missing"),
        Mistake(
            "statsd: {rules: [{match: a.*, unit: {from: millisecond, to: millisecond}}]}",
            """
            1:61: statsd.rules[0].unit.to: needs second, the base unit of millisecond, not \
            millisecond
            """),
        Mistake(
            "statsd: {rules: [{match: a.*, unit: {from: byte, to: second}}]}",
            "1:54: statsd.rules[0].unit.to: needs byte, the base unit of byte, not second"),
    ])
    func reportsCombinations(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }
}
