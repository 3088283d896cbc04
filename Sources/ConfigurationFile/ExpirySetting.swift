/// How long a series lives without an update.
package enum ExpirySetting: Sendable, Equatable {
    /// It stays; written `0`.
    case never
    /// It goes after this long, which is above zero.
    case after(Duration)

    /// The setting for a duration that is not negative; zero is `never`.
    package init(_ duration: Duration) {
        self = duration == .zero ? .never : .after(duration)
    }
}
