// Libraries that record through swift-metrics appear on the same page, without knowing of it.

import CoreMetrics
import Heliograph

let exporter = try Exporter(MetricSet([]))
MetricsSystem.bootstrap(try exporter.metricsFactory())

CoreMetrics.Counter(label: "http.requests", dimensions: [("method", "GET")]).increment()
Timer(label: "http.duration").recordMilliseconds(12)

print(String(decoding: exporter.render().bytes, as: UTF8.self))
