/// The `global` section: what applies to every metric.
package struct GlobalConfiguration: Sendable, Equatable {
    /// Put before every metric name but the service's own `heliograph_*` and `process_*`; may be empty.
    package var prefix = ""
    /// Constant labels on every series, in file order, each name once.
    package var labels: [LabelSetting] = []

    /// The names that no other label may have.
    package var labelNames: Set<String> { Set(labels.map(\.name)) }

    /// No prefix, no labels.
    package init() {}
}
