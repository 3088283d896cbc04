import Linux
import Logging
import TelemetryMetrics

@testable import ConfigurationFile

/// A file that uses every key, and what it says.
enum ExampleFile {
    static let text = """
        global:
          prefix: acme_
          labels: {site: berlin}
          initial-zero: 2m
        limits:
          memory: 64MiB
          samples: 5000
        log:
          level: notice
          format: logfmt
          levels: {heliograph: info, heliograph.control: debug}
          formats: {heliograph.control: json}
        web:
          listen-addresses: [":9568", "[::1]:9569"]
          unix-mode: "0600"
          telemetry-path: /prometheus
          config-file: /etc/acme/web.yml
          max-requests: 7
          created-lines: true
          max-connections: 99
          max-connections-per-address: 11
          idle-timeout: 2m
          request-timeout: 5s
          response-timeout: 90s
        statsd:
          udp: 0.0.0.0:9126
          unix: /run/acme/statsd.sock
          unix-mode: "0660"
          prefix: app_
          tag-styles: [signalfx, dogstatsd]
          bare-tags: drop
          expiry: {gauges: 1h30m, others: 0}
          series-limit: 100
          metrics-limit: 200
          tags-limit: 30
          buckets: [1, 2.5, 1e3]
          rules:
            - match: "shop.*.latency"
              name: shop_${1}_latency
              labels: {branch: "$1"}
              type: histogram
              buckets: [-1, 0, 1]
              series-limit: 7
              description: >
                Time to serve a customer,
                *at* the counter.
              unit: kilobyte
              expiry: 1h
              initial-zero: 30s
            - match: job.*
              type: summary
              quantiles: [0.25]
              window: 2m
              relative-error: 0.05
            - match: debug.*   # noise
              drop: true
        events:
          unix: "/run/acme/events.sock"
          unix-mode: "0600"
          prefix: event_
        carbon:
          tcp: "127.0.0.1:2003"
          prefix: graphite_
          expiry: 5m
          series-limit: 101
          metrics-limit: 201
          tags-limit: 31
          rules: [{match: noise, drop: true}]
        control:
          unix: /run/acme/control.sock
        metrics:
          - name: http.request.duration
            type: histogram
            description: 'Time to answer, it''s in seconds.'
            unit: {from: millisecond, to: second}
            labels: [route, method]
            seeds: [{route: /, method: GET}, {method: PUT, route: ""}]
            buckets: [0.1, 1]
            exemplars: false
            series-limit: 50
            expiry: 30
            initial-zero: 0
            keep: {route: "/users"}
          - name: latency
            event: http-request.stop
            measurement: total-time
            type: summary
            quantiles: [0.5, 1]
            window: 500ms
            relative-error: 0.002
            drop: {route: "/", method: GET}
          - {name: queue.balance, type: sum, monotonic: false}
          - {name: net.received, type: sum, unit: byte}
          - {name: queue.length, type: gauge}
          - {name: queue.pushed, type: counter}

        """

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.global.prefix = "acme_"
        configuration.global.labels = [LabelSetting("site", "berlin")]
        configuration.global.initialZero = .seconds(120)
        configuration.log.level = .notice
        configuration.log.format = .logfmt
        configuration.log.levels = ["heliograph": .info, "heliograph.control": .debug]
        configuration.log.formats = ["heliograph.control": .json]
        configuration.web.createdLines = true
        configuration.limits.memory = 64 << 20
        configuration.limits.samples = 5000
        configuration.web.listenAddresses = [
            ListenAddress(host: "", port: 9568), ListenAddress(host: "::1", port: 9569),
        ]
        configuration.web.unixMode = 0o600
        configuration.web.telemetryPath = "/prometheus"
        configuration.web.configFile = "/etc/acme/web.yml"
        configuration.web.maxRequests = 7
        configuration.web.maxConnections = 99
        configuration.web.maxConnectionsPerAddress = 11
        configuration.web.idleTimeout = .seconds(120)
        configuration.web.requestTimeout = .seconds(5)
        configuration.web.responseTimeout = .seconds(90)
        configuration.statsd = statsd
        configuration.events.unix = "/run/acme/events.sock"
        configuration.events.unixMode = 0o600
        configuration.events.prefix = "event_"
        configuration.carbon.tcp = ListenAddress(host: "127.0.0.1", port: 2003)
        configuration.carbon.prefix = "graphite_"
        configuration.carbon.expiry = .after(.seconds(300))
        configuration.carbon.seriesLimit = 101
        configuration.carbon.metricsLimit = 201
        configuration.carbon.tagsLimit = 31
        var noise = MappingRule(match: "noise")
        noise.drop = true
        configuration.carbon.rules = [noise]
        configuration.control.unix = "/run/acme/control.sock"
        configuration.metrics = [duration, latency] + plainMetrics
        return configuration
    }

    private static var statsd: StatsDConfiguration {
        var statsd = StatsDConfiguration()
        statsd.udp = ListenAddress(host: "0.0.0.0", port: 9126)
        statsd.unix = "/run/acme/statsd.sock"
        statsd.unixMode = 0o660
        statsd.prefix = "app_"
        statsd.tagStyles = [.signalfx, .dogstatsd]
        statsd.bareTags = .drop
        statsd.expiry.gauges = .after(.seconds(5400))
        statsd.expiry.others = .never
        statsd.seriesLimit = 100
        statsd.metricsLimit = 200
        statsd.tagsLimit = 30
        statsd.buckets = [1, 2.5, 1000]
        var rule = MappingRule(match: "shop.*.latency")
        rule.name = "shop_${1}_latency"
        rule.labels = [LabelSetting("branch", "$1")]
        rule.type = .histogram
        rule.buckets = [-1, 0, 1]
        rule.description = "Time to serve a customer, *at* the counter.\n"
        rule.unit = .kilobytes
        rule.seriesLimit = 7
        rule.expiry = .after(.seconds(3600))
        rule.initialZero = .seconds(30)
        var job = MappingRule(match: "job.*")
        job.type = .summary
        job.quantiles = [0.25]
        job.window = .seconds(120)
        job.relativeError = 0.05
        var noise = MappingRule(match: "debug.*")
        noise.drop = true
        statsd.rules = [rule, job, noise]
        return statsd
    }

    private static func metric(
        _ kind: MetricKind, _ name: String, of event: String, _ measurement: String
    ) -> MetricConfiguration {
        var metric = MetricConfiguration()
        metric.event = event
        metric.measurement = measurement
        metric.definition = MetricDefinition(kind, name: name, help: "Event \(event), \(measurement).")
        return metric
    }

    private static var duration: MetricConfiguration {
        var metric = metric(.histogram, "http_request_duration_seconds", of: "http.request", "duration")
        metric.definition.help = "Time to answer, it's in seconds."
        metric.definition.measuredUnit = .milliseconds
        metric.definition.unit = .seconds
        metric.definition.labels = ["route", "method"]
        metric.definition.seeds = [["/", "GET"], ["", "PUT"]]
        metric.definition.buckets = [0.1, 1]
        metric.definition.keepsExemplars = false
        metric.definition.seriesLimit = 50
        metric.definition.expiry = .seconds(30)
        metric.definition.initialZero = .zero
        metric.filter = .keep([LabelSetting("route", "/users")])
        return metric
    }

    private static var latency: MetricConfiguration {
        var metric = metric(.summary, "latency", of: "http-request.stop", "total-time")
        metric.definition.quantiles = [0.5, 1]
        metric.definition.window = .milliseconds(500)
        metric.definition.relativeError = 0.002
        metric.filter = .drop([LabelSetting("route", "/"), LabelSetting("method", "GET")])
        return metric
    }

    private static var plainMetrics: [MetricConfiguration] {
        var balance = metric(.sum, "queue_balance", of: "queue", "balance")
        balance.definition.isMonotonic = false
        var received = metric(.sum, "net_received_bytes_total", of: "net", "received")
        received.definition.measuredUnit = .bytes
        received.definition.unit = .bytes
        return [
            balance, received, metric(.gauge, "queue_length", of: "queue", "length"),
            metric(.counter, "queue_pushed_total", of: "queue", "pushed"),
        ]
    }
}
