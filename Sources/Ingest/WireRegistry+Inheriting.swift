import Arena
import Bytes
import Synchronization
import TelemetryMetrics

/// How names go on in a process that follows.
extension WireRegistry {
    /// Knows the names that stood for metrics in the process before, by the rules of now, in the order in which they came.
    ///
    /// So each name lands in its metric whichever comes first, and a name that was refused for another one is refused still. What rules
    /// drop by now is not known, nor is what was refused: that is decided upon when it comes again.
    func inheritNames() {
        var inherited: [(kind: SampleKind, name: InheritedNames.Name)] = []
        for names in store.takeInheritedNames(of: owner) {
            guard let kind = SampleKind(rawValue: Int(names.kind)) else { continue }
            let broken = names.forEach { inherited.append((kind, $0)) }
            store.noteBroken(broken)
        }
        inherited.sort { ($0.name.created, $0.name.number) < ($1.name.created, $1.name.number) }
        state.withLock { state in
            for (kind, name) in inherited { inherit(name, kind, &state) }
        }
    }

    private func inherit(_ name: InheritedNames.Name, _ kind: SampleKind, _ state: inout State) {
        let table = names[kind.rawValue]
        let (hash, text, isKnown) = name.text.withBytes(in: name.text.indices) { bytes in
            (table.hash(of: bytes), bytes.text(in: 0..<bytes.byteCount), table.find(bytes) != nil)
        }
        guard hash == name.hash, !isKnown, case .metric(let metric) = state.rules.resolve(text, kind) else {
            return
        }
        let entry = makeEntry(.metric(metric), &state.sources)
        guard case .metric = entry else { return }
        let now = store.clock.milliseconds
        let number = state.names.takeNumber()
        let row = name.text.withBytes(in: name.text.indices) { bytes in
            try? table.insert(
                bytes, now: min(name.created, now), initial: UInt64(number + 1), isPrivileged: true)
        }
        guard let row else { return state.names.giveBack([number]) }
        if let idleSince = name.idleSince { row.makeIdle(since: idleSince) }
        let known = WireNames.Known(name: text, kind: kind, row: row, entry: entry)
        state.names.add(known, number: number)
        known.mark()
    }
}
