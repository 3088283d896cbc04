import Arena
import ConfigurationFile
import PrometheusFormat
import Serving
import TelemetryMetrics

/// `heliograph state`: what a process left, or what a running one has.
enum StateCommand {
    private static let socket = Flag(
        name: "control.socket", placeholder: "path",
        help: "The control socket of the running service. (default: that of a service of this user)")
    private static let format = Flag(
        name: "format", placeholder: "format", help: "openmetrics, the default, or text.",
        choices: CheckMetricsCommand.Format.self)
    private static let file = Argument(
        name: "file", help: "A file with a state. (default: the running service)", standard: "")
    private static let codes = """
        Exit codes: 0 all right, 65 a state that is damaged or none, 66 a file that
        can't be read, 69 no service answers.
        """

    static let command = Command(
        name: "state",
        abstract: "Look at the series that outlive the process, in a file or a running service.",
        subcommands: [
            Command(
                name: "show", abstract: "Print the metrics of a state with their series and sizes.",
                discussion: codes, argument: file, flags: [socket],
                run: { try StandardOutput.write(try StateText.shown(try StateSource($0, socket).open())) }),
            Command(
                name: "verify", abstract: "Check every record, row and value of a state.",
                discussion: "Each problem is a line on standard error.\n\n\(codes)", argument: file,
                flags: [socket], run: { try verify(try StateSource($0, socket).open()) }),
            Command(
                name: "export", abstract: "Print the metrics of a state as a page.",
                discussion: """
                    Metrics that begin anew with each process are left out, and constant labels
                    of the configuration, which are no part of the state.\n\n\(codes)
                    """,
                argument: file, flags: [format, socket],
                run: { invocation in
                    let format: CheckMetricsCommand.Format? = try invocation.choice(format)
                    let arena = try StateSource(invocation, socket).open()
                    try StandardOutput.write(try StateText.page(of: arena, format?.format ?? .openMetrics))
                }),
            Command(
                name: "reset",
                abstract: "Have all series begin anew: at once in a file, else at the next start.",
                discussion: """
                    A file is renamed, and kept. A running service goes on counting; its series
                    begin anew with its next start, since what it counts with can't be taken away
                    beneath it.\n\n\(codes)
                    """,
                argument: file, flags: [socket], run: { try StateSource($0, socket).reset() }),
        ])

    private static func verify(_ arena: ForeignArena) throws {
        let report = try StateReport(arena)
        for problem in report.problems { complain(problem) }
        if report.furtherProblems > 0 { complain("and \(report.furtherProblems) more") }
        guard report.problems.isEmpty else { throw ExitStatus.badData }
        let series = report.metrics.reduce(0) { $0 + $1.series }
        try StandardOutput.write("\(report.metrics.count) metrics with \(series) series are right.\n")
    }
}
