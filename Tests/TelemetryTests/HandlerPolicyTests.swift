import Synchronization
@testable import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HandlerPolicyTests {
    private let registry = HandlerRegistry.shared

    @Test
    func keepCallsAgainForTheNextEvent() throws {
        let event = Event<Int>("policy.keep")
        let captured = Captured<Int>()
        try registry.attach("policy.keep", to: event, policy: .keep) { payload in
            captured.append(payload)
            throw Mishap()
        }
        event.emit(1)
        event.emit(2)
        #expect(captured.values == [1, 2])
    }

    @Test
    func quarantineStaysAttachedWithoutBeingCalled() throws {
        let event = Event<Int>("policy.quarantine")
        let captured = Captured<Int>()
        try registry.attach("policy.quarantine", to: event, policy: .quarantine) { payload in
            captured.append(payload)
            throw Mishap()
        }
        let reported = try failures(of: "policy.quarantine") {
            event.emit(1)
            event.emit(2)
        }
        #expect(captured.values == [1])
        #expect(reported.map(\.policy) == [.quarantine(initial: .seconds(1), maximum: .seconds(300))])
        #expect(registry.list(prefix: "policy.quarantine").map(\.id) == ["policy.quarantine"])
    }

    @Test
    func quarantineDoublesUpToItsMaximum() throws {
        let patient = Patient(initial: .seconds(1), maximum: .seconds(5))
        for pause in [1, 2, 4, 5, 5] {
            patient.call(failing: true)
            let before = patient.calls
            patient.advance(by: .seconds(pause) - .nanoseconds(1))
            patient.call(failing: true)
            #expect(patient.calls == before)
            patient.advance(by: .nanoseconds(1))
        }
        patient.call(failing: true)
        #expect(patient.calls == 6)
    }

    @Test
    func successEndsTheRowOfQuarantines() throws {
        let patient = Patient(initial: .seconds(1), maximum: .seconds(60))
        patient.call(failing: true)
        patient.advance(by: .seconds(1))
        patient.call(failing: true)
        patient.advance(by: .seconds(2))
        patient.call(failing: false)
        patient.call(failing: false)
        #expect(patient.calls == 4)
        patient.call(failing: true)
        patient.advance(by: .seconds(1))
        patient.call(failing: false)
        #expect(patient.calls == 6)
    }

    @Test(arguments: [
        (Duration.seconds(Int64.max), Duration.seconds(Int64.max)), (.seconds(1), .zero), (.zero, .zero),
        (.seconds(-1), .seconds(-1)),
    ])
    func quarantineTakesAnyDuration(initial: Duration, maximum: Duration) {
        let patient = Patient(initial: initial, maximum: maximum)
        patient.call(failing: true)
        patient.advance(by: .seconds(3600))
        patient.call(failing: true)
        #expect(patient.calls == (initial > .seconds(3600) ? 1 : 2))
    }
}

/// A quarantined handler with a clock that stands still until it is moved.
private final class Patient: Sendable {
    private let time = Atomic<Int64>(1_000)
    private let handler = Mutex<Handler<Bool>?>(nil)
    private let captured = Captured<Bool>()

    init(initial: Duration, maximum: Duration) {
        handler.withLock {
            $0 = Handler(
                id: "policy.patient", event: EventName(checked: "policy.patient"),
                policy: .quarantine(initial: initial, maximum: maximum),
                now: { [unowned self] in time.load(ordering: .relaxed) },
                body: { [captured] fails, _ in
                    captured.append(fails)
                    if fails { throw Mishap() }
                })
        }
    }

    var calls: Int { captured.values.count }

    func call(failing: Bool) {
        handler.withLock { $0 }?.call(failing)
    }

    func advance(by pause: Duration) {
        time.wrappingAdd(pause.wholeNanoseconds, ordering: .relaxed)
    }
}
