import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct CommandTests {
    private static let command = Command(
        name: "do", abstract: "Does.", argument: Argument(name: "file", help: "A file.", standard: "-"),
        flags: [
            Flag(name: "web.path", placeholder: "path", help: "A path."),
            Flag(name: "lint", short: "l", help: "Lints."),
            Flag(name: "on", placeholder: "true|false", help: "Switches on.", isToggle: true),
        ])

    @Test(
        arguments: [
            (["--web.path", "/a"], "-", ["web.path": ["/a"]]),
            (["--web.path=/a=b"], "-", ["web.path": ["/a=b"]]),
            (["--web.path", ""], "-", ["web.path": [""]]), (["--web.path="], "-", ["web.path": [""]]),
            (["--web.path=a", "x", "--web.path", "-"], "x", ["web.path": ["a", "-"]]),
            (["--lint", "--lint"], "-", ["lint": ["", ""]]), (["--", "--lint"], "--lint", [:]),
            (["-"], "-", [:]), ([], "-", [:]), (["--web.path=--x"], "-", ["web.path": ["--x"]]),
            (["--on", "x"], "x", ["on": ["true"]]), (["--on"], "-", ["on": ["true"]]),
            (["--on=false", "--on", "--lint"], "-", ["on": ["false", "true"], "lint": [""]]),
            (["--on="], "-", ["on": [""]]), (["-l", "x"], "x", ["lint": [""]]),
        ] as [([String], String, [String: [String]])])
    func reads(words: [String], argument: String, texts: [String: [String]]) throws {
        #expect(try Self.command.invocation(words) == Invocation(argument: argument, texts: texts))
    }

    @Test(arguments: [
        (["--web.pth=a"], "there is no flag --web.pth; did you mean --web.path?"),
        (["--no-lint"], "there is no flag --no-lint; did you mean --lint?"), (["-x"], "there is no flag -x"),
        (["--web.path"], "--web.path <path>: the value is missing"),
        (["--web.path", "--lint"], "--web.path <path>: the value is missing"),
        (["--web.path", "-1"], "--web.path <path>: the value is missing"),
        (["--lint=yes"], "--lint takes no value"), (["a", "b"], "there is no place for \"b\""),
        (["---"], "there is no flag ---"), (["--l"], "there is no flag --l"),
        (["-l=x"], "--lint takes no value"),
    ])
    func refuses(words: [String], sentence: String) {
        #expect(throws: UsageErrors(sentence)) { try Self.command.invocation(words) }
    }

    @Test func needsItsArgument() {
        let command = Command(
            name: "do", abstract: "Does.", argument: Argument(name: "file", help: "A file."))
        #expect(throws: UsageErrors("<file> is missing")) { try command.invocation([]) }
        #expect(throws: UsageErrors("there is no flag --x")) { try command.invocation(["--x", "a"]) }
    }

    @Test func findsTheCommandThatIsMeant() {
        func found(_ words: String...) -> String {
            let (path, rest) = HeliographCommand.command.resolved(words)
            return "\(path.title) | \(rest.joined(separator: " "))"
        }
        #expect(found() == "heliograph | ")
        #expect(found("serve", "serve") == "heliograph serve | serve")
        #expect(found("check", "config", "--x") == "heliograph check config | --x")
        #expect(found("help", "check", "metrics") == "heliograph check metrics | --help")
        #expect(found("help", "nope") == "heliograph | nope")
        #expect(found("--help") == "heliograph | --help")
    }

    @Test func everyHelpFitsATerminal() {
        func paths(_ path: [Command]) -> [[Command]] {
            [path] + path.command.subcommands.flatMap { paths(path + [$0]) }
        }
        for path in paths([HeliographCommand.command]) {
            let lines = path.help.split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(path.title)")
            for flag in path.command.flags { #expect(path.help.contains("  \(flag.usage)")) }
        }
    }

    /// A link or a backtick means nothing to a terminal.
    @Test func helpIsPlainText() {
        let help = [HeliographCommand.command, ServeCommand.command].help

        #expect(!help.contains("`") && !help.contains("]("))
        #expect(help.contains("--web.enable-lifecycle[=<true|false>]"))
    }

    @Test(arguments: ServeCommand.command.flags.filter(\.isToggle).map(\.name))
    func aFlagThatIsTrueOrFalseNeedsNoValue(name: String) throws {
        let invocation = try ServeCommand.command.invocation(["--\(name)", "--config.file", "c.yml"])

        #expect(invocation.texts == [name: ["true"], "config.file": ["c.yml"]])
        _ = try ServeCommand(invocation)
        #expect(throws: UsageErrors("there is no place for \"true\"")) {
            try ServeCommand.command.invocation(["--\(name)", "true"])
        }
    }

    @Test func serveNamesAllThatIsWrongWithFlags() throws {
        let invocation = Invocation(
            texts: ["web.max-requests": ["-1"], "statsd.listen-unix": ["x"], "config.file": ["c.yml"]])
        let errors = #expect(throws: UsageErrors.self) { try ServeCommand(invocation) }
        #expect(
            errors?.sentences == [
                "--web.max-requests=-1: needs a number from 0, not -1",
                "--statsd.listen-unix=x: a socket needs an absolute path, not \"x\"",
            ])
        #expect(
            throws: UsageErrors(
                "--log.format=jsn: needs one of auto, console, json, logfmt, journal, not \"jsn\"; did you mean json?"
            )
        ) {
            try ServeCommand(Invocation(texts: ["log.format": ["jsn"]]))
        }
    }

    @Test(arguments: CompletionScript.Shell.allCases)
    func completesEveryFlag(shell: CompletionScript.Shell) {
        let script = CompletionScript(command: HeliographCommand.command, shell: shell).text
        for flag in ServeCommand.command.flags + CheckMetricsCommand.command.flags
            + ReloadCommand.command.flags + LogsCommand.command.flags
        {
            #expect(script.contains(shell == .fish ? "-l \(flag.name) " : "--\(flag.name) "))
        }
    }
}
