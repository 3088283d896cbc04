/// Completing what the end of a process interrupted.
extension ForeignArena {
    /// Writes the cells of every plan that is not marked as done, and marks it: for before anything is read.
    ///
    /// It may be repeated. A plan for a row that has ended is left alone, as a value that was recorded into such a row has to be recorded
    /// again.
    func completePlans() {
        for record in records().found
        where [.receiver, .clients].contains(record.kind) && record.words.count >= RedoLog.wordCount {
            let (mark, armed) = (record.words[RedoLog.Word.mark], record.words[RedoLog.Word.armed])
            let count = record.words[RedoLog.Word.count]
            guard armed > mark, count <= RedoLog.capacity, isInUse(rowAt: record.words[RedoLog.Word.row])
            else {
                continue
            }
            for number in 0..<Int(count) {
                let entry = RedoLog.Word.entries + number * RedoLog.Word.perEntry
                store(record.words[entry + 1], at: record.words[entry] & ~7)
            }
            store(armed, at: UInt64(record.offset + Record.Layout.words + RedoLog.Word.mark * 8))
        }
    }

    private func isInUse(rowAt offset: UInt64) -> Bool {
        guard offset < Arena.largestSize, let state: UInt64 = load(at: Int(offset) + Row.Layout.state) else {
            return false
        }
        return state & 3 != Row.State.dead
    }
}
