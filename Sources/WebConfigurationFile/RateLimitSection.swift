package import ConfigurationKeys

/// The `rate_limit` section: a token bucket for all requests together.
package struct RateLimitSection: Sendable, Equatable {
    /// How long it takes for one more request to be allowed; zero is no limit.
    package var interval = Duration.zero
    /// How many may come at once.
    package var burst = 0

    /// No limit.
    package init() {}
}

extension RateLimitSection: KeyedSection {
    package static let keys: [Key<RateLimitSection>] = [
        Key("interval", \.interval, .duration, "After how long one more request is allowed; 0 is no limit."),
        Key("burst", \.burst, .whole(0...1_000_000), "How many requests may come at once."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        guard interval > .zero, burst == 0, !fields.isMalformed("burst") else { return true }
        (fields["burst"] ?? fields.section).fail("a burst of 0 would refuse every request; needs at least 1")
        return false
    }
}
