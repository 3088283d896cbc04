extension EventsConfiguration {
    /// Reads the section over the defaults.
    mutating func read(_ field: YAMLField) {
        guard let section = YAMLSection<EventsKey>(field) else { return }
        section.read(.unix, into: &unix) { $0.optional { $0.socketPath() } }
        section.read(.unixMode, into: &unixMode) { $0.mode() }
    }
}
