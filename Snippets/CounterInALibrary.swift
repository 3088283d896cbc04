// A counter in a library: it emits an event, and whoever links it decides whether to count. It depends on `Telemetry` alone.

import Telemetry

enum Cache {
    struct Lookup: Sendable {
        var cache: String
        var isHit: Bool
    }
    static let lookup = Event<Lookup>("cache.lookup")

    static func find(_ key: String) -> String? {
        let found = key == "known" ? "value" : nil
        lookup.emit(Lookup(cache: "pages", isHit: found != nil))
        return found
    }
}

print(Cache.find("known") ?? "nothing")
