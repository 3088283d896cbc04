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

    @Test func hasTheSentenceOfAnyOtherError() {
        let outcome = ReloadOutcome(refusedFor: ReloadError(keys: ["statsd.unix"]))
        let sentence = "A reload can't change statsd.unix: restart the service for that."
        #expect(outcome == .refused([sentence]))
        #expect(outcome.status == "Configuration not reloaded: 1 mistake: \(sentence)")
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
