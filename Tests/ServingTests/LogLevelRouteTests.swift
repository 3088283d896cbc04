import ConfigurationFile
import JournalLogging
import Logging
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct LogLevelRouteTests {
    @Test func aLevelIsOfOneLoggerOrOfAllOthers() {
        var rules = LogRules()
        let isTaken = [rules.put(.debug, of: "a.b"), rules.put(.error, of: ""), rules.put(.trace, of: "a.b")]
        #expect(isTaken == [true, true, true])
        #expect(rules == LogRules(level: .error, levels: ["a.b": .trace]))
    }

    @Test func thereIsABoundOfLoggersAndNoneOfChanges() {
        var rules = LogRules()
        let isTaken = (0..<200).map { rules.put(.debug, of: "logger.\($0)") }
        #expect(isTaken.count { $0 } == 100)
        let isChanged = [rules.put(.info, of: "logger.1"), rules.put(.info, of: "")]
        #expect(isChanged == [true, true])
        #expect(rules.levels.count == 100)
    }

    @Test(arguments: [
        (LogRules(), LogRules(level: .critical), true),
        (LogRules(level: .critical), LogRules(), true),
        (LogRules(), LogRules(levels: ["heliograph": .error]), true),
        (LogRules(level: .critical), LogRules(level: .error), false),
        (
            LogRules(level: .warning), LogRules(level: .warning, levels: ["heliograph.lifecycle": .notice]),
            true
        ),
    ])
    func aChangeDoesNotHideItself(before: LogRules, after: LogRules, isTold: Bool) {
        #expect(LogLevelRoute.isTold(before, after) == isTold)
    }

    @Test func isShownAsTheConfigurationHasIt() throws {
        let rules = LogRules(level: .warning, levels: ["b.c": .debug, "a\"": .info])
        let text = LogLevelRoute.shown(rules)
        #expect(text == "level: warning\nlevels:\n  \"a\\\"\": info\n  \"b.c\": debug")
        let lines = text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        #expect(try Configuration.parse(text: "log:\n\(lines)", file: "c.yml").log.rules == rules)
        #expect(LogLevelRoute.shown(LogRules()) == "level: info")
    }

    @Test func theFileAndTheHandlersKnowTheSameForms() {
        var log = LogConfiguration()
        let ofHandlers = LogFormat.allCases.map { format in
            log.format = format
            return log.rules.format.rawValue
        }
        #expect(ofHandlers == LogFormat.allCases.map(\.rawValue))
        #expect(Set(ofHandlers) == Set(JournalLogHandler.Format.allCases.map(\.rawValue)))
    }
}
