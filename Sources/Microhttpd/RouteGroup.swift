/// What a route is for, as far as who may use it is concerned; the raw values are names for a configuration.
package enum RouteGroup: String, Sendable, CaseIterable {
    /// Reading metrics, and whether the process is well.
    case metrics
    /// Reading all else.
    case api
    /// Changing something.
    case admin
}
