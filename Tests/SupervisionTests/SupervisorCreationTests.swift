import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorCreationTests {
    private func child(
        _ id: String = "a", _ restart: RestartPolicy = .transient, shutdown: ChildShutdown = .infinity,
        significant: Bool = false, backoff: Backoff? = nil
    ) -> ChildSpec {
        ChildSpec(id, restart: restart, shutdown: shutdown, significant: significant, backoff: backoff) {}
    }

    @Test func rejectsTwoChildrenOfOneId() {
        #expect(throws: SupervisionError.duplicateChild(id: "a")) {
            try Supervisor("top", children: [child("a"), child("b"), child("a")])
        }
    }

    @Test(arguments: AutoShutdown.allCases)
    func rejectsASignificantPermanentChild(autoShutdown: AutoShutdown) {
        #expect(throws: SupervisionError.significantPermanentChild(id: "a")) {
            try Supervisor(
                "top", autoShutdown: autoShutdown, children: [child("a", .permanent, significant: true)])
        }
    }

    @Test(arguments: [RestartPolicy.transient, .temporary])
    func rejectsASignificantChildWithoutAutoShutdown(restart: RestartPolicy) {
        #expect(throws: SupervisionError.significantWithoutAutoShutdown(id: "a")) {
            try Supervisor("top", children: [child("a", restart, significant: true)])
        }
    }

    @Test(
        arguments: [
            RestartIntensity(maxRestarts: -1), RestartIntensity(period: .zero),
            RestartIntensity(period: .seconds(-1)),
        ])
    func rejectsImpossibleIntensities(intensity: RestartIntensity) {
        #expect(throws: SupervisionError.invalidIntensity(intensity)) {
            try Supervisor("top", intensity: intensity, children: [])
        }
    }

    @Test func rejectsANegativeShutdownTimeout() {
        #expect(throws: SupervisionError.invalidShutdown(id: "a", .timeout(.seconds(-1)))) {
            try Supervisor("top", children: [child(shutdown: .timeout(.seconds(-1)))])
        }
    }

    @Test(
        arguments: [
            Backoff(initial: .zero, cap: .seconds(1)), Backoff(initial: .seconds(2), cap: .seconds(1)),
        ])
    func rejectsImpossibleBackoffs(backoff: Backoff) {
        #expect(throws: SupervisionError.invalidBackoff(id: "a", backoff)) {
            try Supervisor("top", children: [child(backoff: backoff)])
        }
    }

    @Test func waitsFiveSecondsForWorkersAndForeverForSupervisors() throws {
        let worker = ChildSpec("a") {}
        let nested = ChildSpec(try Supervisor("nested", children: [worker]))
        #expect(worker.shutdown == .timeout(.seconds(5)))
        #expect(nested.shutdown == .infinity)
        #expect(nested.id == "nested")
    }
}
