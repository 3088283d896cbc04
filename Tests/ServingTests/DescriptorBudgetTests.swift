import ConfigurationFile
import Linux
import Systemd
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct DescriptorBudgetTests {
    private let wanted = DescriptorBudget.Connections(http: 256, events: 1024, carbon: 1024)

    @Test(arguments: [nil, 2430, 524_288])
    func whatFitsStaysAsItIs(limit: Int?) throws {
        let budget = try DescriptorBudget(wanted, limit: limit, open: 30)
        #expect(budget.connections == wanted)
        #expect(!budget.isScaled)
    }

    @Test(arguments: [150, 151, 200, 256, 1024, 2429])
    func whatIsTooMuchIsScaledDownToWhatFits(limit: Int) throws {
        let budget = try DescriptorBudget(wanted, limit: limit, open: 30)
        let (http, events, carbon) =
            (budget.connections.http, budget.connections.events, budget.connections.carbon)
        #expect(budget.isScaled)
        #expect(http + events + carbon + 30 + 96 <= limit)
        #expect(http + events + carbon + 30 + 96 > limit - 3)
        #expect(http >= 16 && events >= 4 && events == carbon)
    }

    @Test func whatIsScaledKeepsItsProportion() throws {
        let budget = try DescriptorBudget(wanted, limit: 1024, open: 30)
        #expect(budget.connections == .init(http: 108, events: 395, carbon: 395))
    }

    @Test func whatIsOffTakesNothing() throws {
        let budget = try DescriptorBudget(.init(http: 256, events: 0, carbon: 0), limit: 232, open: 30)
        #expect(budget.connections == .init(http: 106, events: 0, carbon: 0))
    }

    @Test func onlyDoorsThatAreOpenTakeConnections() throws {
        var configuration = Configuration()
        #expect(
            DescriptorBudget.Connections(configuration, passed: []) == .init(http: 256, events: 0, carbon: 0))
        configuration.events.maxConnections = 10
        configuration.carbon.maxConnections = 20
        configuration.carbon.tcp = ListenAddress(host: "localhost", port: 2003)
        #expect(
            DescriptorBudget.Connections(configuration, passed: try passed("events"))
                == .init(http: 256, events: 10, carbon: 40))
        #expect(
            DescriptorBudget.Connections(configuration, passed: try passed("carbon", "carbon", "carbon"))
                == .init(http: 256, events: 0, carbon: 60))
        configuration.events.unix = "/run/events.sock"
        configuration.carbon.tcp = ListenAddress(host: "", port: 2003)
        #expect(
            DescriptorBudget.Connections(configuration, passed: [])
                == .init(http: 256, events: 10, carbon: 20))
    }

    @Test func aPassedDescriptorThatDoesNotListenIsNoDoor() {
        let passed = [ActivatedDescriptor(name: "carbon", descriptor: -1)]
        #expect(
            DescriptorBudget.Connections(Configuration(), passed: passed)
                == .init(http: 256, events: 0, carbon: 0))
    }

    /// Listening sockets of those names.
    private func passed(_ names: String...) throws -> [ActivatedDescriptor] {
        try names.map { name in
            let listener = try StreamListener(ListenAddress(host: "127.0.0.1", port: 0))
            return ActivatedDescriptor(name: name, descriptor: try listener.descriptor.duplicate().release())
        }
    }

    @Test func withoutTheLeastItDoesNotStart() {
        #expect(throws: DescriptorShortage(limit: 149, needed: 150)) {
            try DescriptorBudget(wanted, limit: 149, open: 30)
        }
    }

    @Test func hugeNumbersAreNoTrap() throws {
        let huge = DescriptorBudget.Connections(http: .max, events: .max, carbon: .max)
        #expect(try DescriptorBudget(huge, limit: 1024, open: 30).connections.http > 200)
        #expect(try !DescriptorBudget(huge, limit: nil, open: 30).isScaled)
    }
}
