import CSystemd
import Glibc

/// Reads the entries of a journal in their order, through libsystemd; for one thread at a time.
///
/// It begins before the first entry. See sd-journal(3).
@safe package struct JournalReader: ~Copyable {
    private let journal: OpaquePointer

    /// Opens the journal of this machine, or the files in `directory`; no file that can't be read is an error.
    package init(directory: String? = nil) throws(SystemdError) {
        var journal: OpaquePointer?
        let result =
            if let directory {
                unsafe sd_journal_open_directory(&journal, directory, 0)
            } else {
                unsafe sd_journal_open(&journal, Int32(SD_JOURNAL_LOCAL_ONLY))
            }
        guard result >= 0, let journal = unsafe journal else {
            throw .journalUnreadable(errno: -result)
        }
        unsafe self.journal = unsafe journal
        // Fields are cut off at 64 KiB otherwise.
        unsafe sd_journal_set_data_threshold(journal, 0)
    }

    deinit {
        unsafe sd_journal_close(journal)
    }

    /// Shows only entries that have a field of one of `values`, on top of what was asked for before.
    package borrowing func filter(_ field: String, anyOf values: [String]) throws(SystemdError) {
        try filter(anyOf: values.map { [JournalMatch(field, $0)] })
    }

    /// Shows only entries that have all fields of one of `alternatives`, on top of what was asked for before.
    package borrowing func filter(anyOf alternatives: [[JournalMatch]]) throws(SystemdError) {
        for alternative in alternatives {
            for match in alternative {
                let bytes = Array("\(match.field)=\(match.value)".utf8)
                try check(unsafe sd_journal_add_match(journal, bytes, bytes.count))
            }
            try check(unsafe sd_journal_add_disjunction(journal))
        }
        try check(unsafe sd_journal_add_conjunction(journal))
    }

    /// Goes before the first entry from this time on, in microseconds since 1970.
    package borrowing func seek(to time: Int64) throws(SystemdError) {
        try check(unsafe sd_journal_seek_realtime_usec(journal, UInt64(max(0, time))))
    }

    /// Goes before the last `count` entries of those up to `end`, in microseconds since 1970, or up to the last one.
    package borrowing func seek(toLast count: Int, before end: Int64?) throws(SystemdError) {
        if let end { try seek(to: end) } else { try check(unsafe sd_journal_seek_tail(journal)) }
        // Moves onto an entry, where the next step would leave it out: hence one more, or the head.
        let moved = try check(unsafe sd_journal_previous_skip(journal, UInt64(count) + 1))
        if moved <= count { try check(unsafe sd_journal_seek_head(journal)) }
    }

    /// The next entry; nil behind the last one, where a later call goes on with what was written meanwhile.
    package borrowing func next() throws(SystemdError) -> JournalReading? {
        guard try check(unsafe sd_journal_next(journal)) > 0 else { return nil }
        var time: UInt64 = 0
        try check(unsafe sd_journal_get_realtime_usec(journal, &time))
        return JournalReading(time: Int64(clamping: time), fields: fields())
    }

    /// Blocks until there may be another entry, or until `output` has no reader any more, when it returns false.
    package borrowing func wait(unlessClosed output: Int32) throws(SystemdError) -> Bool {
        var entries = [
            pollfd(
                fd: try check(unsafe sd_journal_get_fd(journal)),
                events: Int16(try check(unsafe sd_journal_get_events(journal))), revents: 0),
            pollfd(fd: output, events: 0, revents: 0),
        ]
        let count = unsafe poll(&entries, nfds_t(entries.count), try patience())
        guard count >= 0 || errno == EINTR else { throw .journalUnreadable(errno: errno) }
        try check(unsafe sd_journal_process(journal))
        return entries[1].revents == 0
    }

    /// Milliseconds after which it has to be looked at the files themselves, as some file systems tell nothing; -1 for never.
    private borrowing func patience() throws(SystemdError) -> Int32 {
        var time: UInt64 = 0
        try check(unsafe sd_journal_get_timeout(journal, &time))
        guard time != .max else { return -1 }
        return Int32(clamping: max(0, Int64(clamping: time) - monotonicMicroseconds()) / 1000 + 1)
    }

    private borrowing func fields() -> [JournalReading.Field] {
        var fields: [JournalReading.Field] = []
        var data: UnsafeRawPointer?
        var count = 0
        unsafe sd_journal_restart_data(journal)
        // Leaves out what can't be decompressed.
        while unsafe sd_journal_enumerate_available_data(journal, &data, &count) > 0 {
            let bytes = unsafe UnsafeRawBufferPointer(start: data, count: count)
            if let field = unsafe JournalReading.Field(bytes) { fields.append(field) }
        }
        return fields
    }
}

/// A field with a value that an entry has to have.
package struct JournalMatch: Sendable, Equatable {
    let field: String
    let value: String

    /// A match; `field` is a name as journald has it.
    package init(_ field: String, _ value: String) {
        self.field = field
        self.value = value
    }

    /// Whether the field has a name that sd_journal_add_match(3) takes.
    package var canBeAsked: Bool {
        !field.isEmpty && !field.hasPrefix("__")
            && field.unicodeScalars.allSatisfy {
                ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
            }
    }
}

@discardableResult
private func check(_ result: Int32) throws(SystemdError) -> Int32 {
    guard result >= 0 else { throw .journalUnreadable(errno: -result) }
    return result
}
