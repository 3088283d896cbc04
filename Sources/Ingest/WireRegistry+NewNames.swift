import Arena
import Bytes
import Synchronization
import Telemetry
import TelemetryMetrics

/// How names come: with a slot, a metric and memory, or not at all.
extension WireRegistry {
    /// Takes a name that was not found.
    ///
    /// It is decided upon without the lock: a flood of names that are refused costs the thread that they come to, and no other.
    /// - Throws: the one cause that there is, in this order: what a rule drops is said to be dropped, room or not; then comes the
    ///   limit of names; then those of the store, where the name stands for no metric that there is.
    @inline(never)
    func newEntryNumber(of name: RawSpan, kind: SampleKind) throws(RejectionCause) -> Int {
        defer { retirements.hand(to: ReclamationDomain.shared) }
        while true {
            let view = state.withLock { state in
                View(
                    known: knownNumber(of: name, kind: kind), rules: state.rules,
                    rulesNumber: state.rulesNumber, isFull: state.isFull)
            }
            if let known = view.known { return known }
            guard view.rules.dropsNames || !view.isFull else { throw .metricsLimit }
            let text = name.text(in: 0..<name.byteCount)
            let target = view.rules.resolve(text, kind)
            if let refusal = refusal(of: target, isFull: view.isFull) { throw refusal }
            let number = try state.withLock { state throws(RejectionCause) -> Int? in
                if let known = knownNumber(of: name, kind: kind) { return known }
                // What was decided counts no more, or there is no place any more.
                guard state.rulesNumber == view.rulesNumber, !state.isFull else { return nil }
                return try add(name, text, kind, target, to: &state)
            }
            if let number { return number }
        }
    }

    /// What a new name is decided upon by.
    private struct View {
        let known: Int?
        let rules: Rules
        let rulesNumber: Int
        let isFull: Bool
    }

    /// Why a new name for `target` is not remembered; it is decided upon again the next time, as there may be room then.
    private func refusal(of target: WireTarget, isFull: Bool) -> RejectionCause? {
        guard case .metric(let metric) = target else { return isFull ? .droppedByRule : nil }
        guard !isFull else { return .metricsLimit }
        return store.limitReached(by: metric.definition, owner: owner).map { RejectionCause($0) }
    }

    private func add(
        _ name: RawSpan, _ text: String, _ kind: SampleKind, _ target: WireTarget, to state: inout State
    ) throws(RejectionCause) -> Int {
        state.names.giveBack(returned.withLock { returned in exchange(&returned, with: []) })
        let number = state.names.takeNumber()
        let row = try? names[kind.rawValue].insert(
            name, now: store.clock.milliseconds, initial: UInt64(number + 1))
        guard let row else {
            state.names.giveBack([number])
            guard case .metric = target else { throw .droppedByRule }
            store.budget.refuse(by: .memory)
            throw .memoryLimit
        }
        let entry = makeEntry(target, &state.sources)
        let known = WireNames.Known(name: text, kind: kind, row: row, entry: entry)
        state.names.add(known, number: number)
        known.mark()
        return number
    }
}

extension WireRegistry.State {
    /// Whether there are as many names as may be.
    fileprivate var isFull: Bool { names.count >= rules.limit }
}
