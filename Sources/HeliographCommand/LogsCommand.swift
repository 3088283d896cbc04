import ConfigurationKeys
import Glibc
import JournalLogging
import Linux
import Logging
import Systemd

/// `heliograph logs`.
struct LogsCommand {
    /// The forms as the flag names them.
    enum Format: String, CaseIterable {
        case console, json, logfmt
    }

    private static let unit = Flag(
        name: "unit", placeholder: "name",
        help: "The unit of systemd whose entries are shown. (default: heliograph.service)")
    private static let level = Flag(
        name: "level", placeholder: "level",
        help: "Entries of this level and worse ones; the journal has one level for trace and debug.",
        choices: Logger.Level.self)
    private static let since = Flag(
        name: "since", placeholder: "time",
        help: "Entries from this time on: 10m ago, 2026-11-30, \"2026-11-30 10:04:05\", with a zone or not.")
    private static let until = Flag(name: "until", placeholder: "time", help: "Entries before this time.")
    private static let field = Flag(
        name: "field", placeholder: "key=value",
        help:
            "Entries with this metadata, or field of the journal if it is in upper case. May be repeated: values of one key are alternatives."
    )
    private static let trace = Flag(
        name: "trace", placeholder: "id", help: "Entries of this trace, as an exemplar names it by trace_id.")
    private static let traceOf = Flag(
        name: "trace-of", placeholder: "metric",
        help: "Entries of the traces that the exemplars of this metric name now.")
    private static let url = Flag(
        name: "url", placeholder: "url",
        help: "The page with these exemplars. (default: \(ExemplarTraces.standardURL))")
    private static let lines = Flag(
        name: "lines", short: "n", placeholder: "number",
        help: "The last so many entries. (default: all; 10 with --follow)")
    private static let follow = Flag(
        name: "follow", short: "f", help: "Goes on with new entries, until it is ended.")
    private static let format = Flag(
        name: "format", placeholder: "format", help: "console, json or logfmt. (default: console)",
        choices: Format.self)
    private static let directory = Flag(
        name: "directory", placeholder: "path",
        help: "Where the files of the journal are. (default: those of this machine)")

    static let command = Command(
        name: "logs",
        abstract: "Show the service's entries in the journal.",
        discussion: """
            Exit codes: 64 wrong usage, 65 the page of --trace-of is wrong, 66 there is no
            journal or no exemplar, 69 no page answers, 77 this user may not read the
            journal.
            """,
        flags: [unit, level, since, until, field, trace, traceOf, url, lines, follow, format, directory],
        run: { try LogsCommand($0).run() })

    let query: JournalQuery
    let exemplars: ExemplarTraces?
    private let form: ReadEntryForm

    /// - Parameter now: what ages of entries count back from, in microseconds since 1970.
    /// - Throws: all that is wrong with the flags.
    init(_ invocation: Invocation, now: Int64 = wallClockMicroseconds()) throws(UsageErrors) {
        var mistakes: [String] = []
        func read<Value>(_ flag: Flag, _ expected: String, _ parse: (String) -> Value?) -> [Value] {
            (invocation.texts[flag.name] ?? []).compactMap { text in
                let value = parse(text)
                if value == nil { mistakes.append("--\(flag.name)=\(text): needs \(expected)") }
                return value
            }
        }
        func choice<Choice: RawRepresentable<String>>(_ flag: Flag) -> Choice? {
            do throws(UsageErrors) {
                return try invocation.choice(flag)
            } catch {
                mistakes += error.sentences
                return nil
            }
        }
        let isFollowing = invocation.has(Self.follow)
        var query = JournalQuery()
        query.unit = JournalQuery.unitName(invocation.text(Self.unit) ?? query.unit)
        query.level = choice(Self.level)
        query.since = read(Self.since, TimeText.expectation) { TimeText.parse($0, now: now) }.last
        query.until = read(Self.until, TimeText.expectation) { TimeText.parse($0, now: now) }.last
        query.fields = read(Self.field, "a key and a value, as source=statsd", JournalQuery.field)
        query.fields += read(Self.trace, "32 hexadecimal digits", JournalQuery.trace)
        exemplars = invocation.text(Self.traceOf).map { metric in
            ExemplarTraces(
                metric: metric, url: invocation.text(Self.url) ?? ExemplarTraces.standardURL)
        }
        if exemplars == nil, invocation.has(Self.url) {
            mistakes.append("--url is for the exemplars of a metric: add --trace-of")
        }
        query.lines =
            read(Self.lines, "a number from 0 to 1000000000") {
                Int($0).flatMap { 0...1_000_000_000 ~= $0 ? $0 : nil }
            }
            .last ?? (isFollowing && query.since == nil ? 10 : nil)
        query.isFollowing = isFollowing
        query.directory = invocation.text(Self.directory)
        if isFollowing, query.until != nil { mistakes.append("--follow has no end: leave out --until") }
        switch choice(Self.format) ?? Format.console {
        case .console: form = .console(hasColours: Terminal.isOutput && Terminal.mayHaveColours)
        case .json: form = .json
        case .logfmt: form = .logfmt
        }
        guard mistakes.isEmpty else { throw UsageErrors(mistakes) }
        self.query = query
    }

    private func run() throws {
        try checkAccess(JournalFiles(directory: query.directory))
        var query = query
        if let exemplars { query.fields += try exemplars.matches() }
        try query.forEach { reading in
            try StandardOutput.write(bytes: form.line(for: reading))
        }
    }

    private func checkAccess(_ files: JournalFiles) throws(ExitStatus) {
        let place = query.directory.map { "in \($0)" } ?? "on this machine"
        if files.readable == 0, files.refused == 0 {
            complain("heliograph: there is no journal \(place)")
            throw .noInput
        }
        let advice = "ask as root, or as a member of the group systemd-journal"
        if files.readable == 0 {
            complain("heliograph: this user may not read the journal \(place): \(advice)")
            throw .noPermission
        }
        if files.refused > 0 {
            complain("heliograph: this user may read a part of the journal only: \(advice) for the rest")
        }
    }
}
