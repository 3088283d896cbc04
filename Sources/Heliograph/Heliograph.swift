// What an application needs, by one import.
@_exported public import Exporting
@_exported public import SwiftMetricsBridge
@_exported public import Telemetry
@_exported public import TelemetryMetrics
