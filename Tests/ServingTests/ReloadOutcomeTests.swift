import ConfigurationKeys
import ConfigurationFile
import TelemetryMetrics
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct ReloadOutcomeTests {
    @Test func hasEachMistakeOfAFile() throws {
        let text = "metrics:\n  - {name: a.b, type: sum, labls: []}\nweb: {max-requests: -1}\n"
        let errors = try #require(
            #expect(throws: ConfigurationErrors.self) { try Configuration.parse(text: text, file: "c.yml") })
        let mistakes = [
            "c.yml:2:28: metrics[0].labls: there is no such key; did you mean labels?",
            "c.yml:3:21: web.max-requests: needs a number from 0, not -1",
        ]
        let outcome = ReloadOutcome(refusedFor: errors)
        #expect(outcome == .refused(mistakes))
        #expect(outcome.status == "Configuration not reloaded: 2 mistakes; first: \(mistakes[0])")
    }

    @Test func hasEachMistakeOfDefinitions() throws {
        let wrong = ["1", "2"].map { MetricDefinition(.sum, name: $0, help: "") }
        let errors = try #require(
            #expect(throws: DefinitionErrors.self) { try MetricStore().register(group: wrong) })
        let outcome = ReloadOutcome(refusedFor: errors)
        #expect(errors.errors.count == 2)
        #expect(outcome == .refused(errors.errors.map(\.description)))
    }

    @Test func hasEachMistakeOfAFlag() throws {
        var configuration = Configuration()
        let flag = try #require(ConfigurationFlag.all.first { $0.name == "web.listen-address" })
        let errors = try #require(
            #expect(throws: FlagErrors.self) { try flag.put([":1", "x", ":1"], over: &configuration) })
        let outcome = ReloadOutcome(refusedFor: errors)
        #expect(
            outcome
                == .refused([
                    #"--web.listen-address=x: "x" has no port; write it as ":9568" or "127.0.0.1:9568""#,
                    #"--web.listen-address=:1: ":1" appears twice"#,
                ]))
    }

    @Test func hasTheSentenceOfAnyOtherError() {
        struct Broken: Error, CustomStringConvertible { let description = "It is broken." }
        let outcome = ReloadOutcome(refusedFor: Broken())
        #expect(outcome == .refused(["It is broken."]))
        #expect(outcome.status == "Configuration not reloaded: 1 mistake: It is broken.")
    }

    @Test func countsMistakesThatAreNotShown() {
        let mistakes = (1...60).map { "mistake \($0)" }
        let outcome = ReloadOutcome.refused(mistakes)
        #expect(outcome.shown == mistakes.dropLast(11) + ["and 11 more mistakes"])
        #expect(outcome.status == "Configuration not reloaded: 60 mistakes; first: mistake 1")
        #expect(ReloadOutcome.refused(mistakes.dropLast(10)).shown == mistakes.dropLast(10))
    }

    @Test func aReloadHasNoStatusOfItsOwn() {
        #expect(ReloadOutcome.reloaded.status == nil)
        #expect(ReloadOutcome.reloaded.shown == [])
    }
}
