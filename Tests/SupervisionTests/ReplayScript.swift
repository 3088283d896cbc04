import TestKit

@testable import Supervision

/// A supervisor, and what is done to it: text for `Tests/OTP/supervisor.escript`, and values for ours.
struct ReplayScript: CustomStringConvertible {
    struct Child: CustomStringConvertible {
        let id: String
        let restart: RestartPolicy
        let shutdown: ChildShutdown
        let isSignificant: Bool
        /// Those of its starts, counted from 1, that fail.
        let failingStarts: [Int]
        /// Ignores all that it is told, so that it is stuck after its timeout; not for OTP.
        var isStubborn = false

        var description: String {
            let words = [id, "\(restart)", ReplayScript.word(shutdown), "\(isSignificant)"]
            return (words + failingStarts.map(String.init)).joined(separator: " ")
        }
    }

    enum Command: CustomStringConvertible {
        case fail(String)
        case `return`(String)
        case terminate(String)
        case restart(String)
        case delete(String)
        case start(Child)
        case which
        case count
        /// Seconds that go by; not for OTP.
        case wait(Int)

        var description: String {
            switch self {
            case .fail(let id): "fail \(id)"
            case .return(let id): "return \(id)"
            case .terminate(let id): "terminate \(id)"
            case .restart(let id): "restart \(id)"
            case .delete(let id): "delete \(id)"
            case .start(let child): "start \(child)"
            case .which: "which"
            case .count: "count"
            case .wait(let seconds): "wait \(seconds)"
            }
        }
    }

    let seed: Int
    let strategy: RestartStrategy
    let maxRestarts: Int
    let autoShutdown: AutoShutdown
    let children: [Child]
    let commands: [Command]

    var description: String {
        let strategies: [RestartStrategy: String] = [
            .oneForOne: "one_for_one", .oneForAll: "one_for_all", .restForOne: "rest_for_one",
        ]
        let shutdowns: [AutoShutdown: String] = [
            .never: "never", .anySignificant: "any_significant", .allSignificant: "all_significant",
        ]
        let head =
            "run \(strategies[strategy, default: ""]) \(maxRestarts) \(shutdowns[autoShutdown, default: ""])"
        let lines =
            [head] + children.map { "child \($0)" } + ["begin"] + commands.map(\.description) + ["end"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func word(_ shutdown: ChildShutdown) -> String {
        switch shutdown {
        case .brutal: "brutal"
        case .infinity: "infinity"
        case .timeout: "5000"
        }
    }
}

/// At random; the same seed makes the same script.
extension ReplayScript {
    private static let ids = ["a", "b", "c", "d", "e"]

    /// `hasTime` adds what OTP can't do alike: stuck children and failures that are forgotten.
    init(seed: Int, hasTime: Bool = false) {
        var generator = SeededGenerator(seed: UInt64(seed))
        self.seed = seed
        strategy = Self.pick(RestartStrategy.allCases, &generator)
        maxRestarts = Self.pick([0, 1, 2, 3, 5, 10], &generator)
        autoShutdown = Self.pick(AutoShutdown.allCases, &generator)
        var pool: [Child] = []
        for id in Self.ids {
            pool.append(
                hasTime && Int.random(in: 0..<5, using: &generator) == 0
                    ? Self.stubborn(id, &generator) : Self.child(id, autoShutdown, hasTime, &generator))
        }
        children = Array(pool.prefix(Int.random(in: 0...4, using: &generator)))
        commands = (0..<Int.random(in: 1...25, using: &generator)).map { _ in
            hasTime && Int.random(in: 0..<6, using: &generator) == 0
                ? .wait(Int.random(in: 1...2000, using: &generator)) : Self.command(pool, &generator)
        }
    }

    /// A child is killed brutally in all of its lives or in none, as OTP's can't tell that it is.
    private static func child(
        _ id: String, _ autoShutdown: AutoShutdown, _ hasTime: Bool, _ generator: inout SeededGenerator
    ) -> Child {
        let restart = pick(RestartPolicy.allCases, &generator)
        let maySignify = restart != .permanent && autoShutdown != .never
        // Where time goes by whenever somebody waits for it, only stubborn children have a timeout.
        let shutdowns: [ChildShutdown] = [.brutal, .infinity, hasTime ? .infinity : .timeout(.seconds(5))]
        return Child(
            id: id, restart: restart, shutdown: pick(shutdowns, &generator),
            isSignificant: maySignify && Bool.random(using: &generator),
            failingStarts: (1...6).filter { _ in Int.random(in: 0..<12, using: &generator) == 0 })
    }

    private static func stubborn(_ id: String, _ generator: inout SeededGenerator) -> Child {
        Child(
            id: id, restart: pick(RestartPolicy.allCases, &generator), shutdown: .timeout(.seconds(5)),
            isSignificant: false, failingStarts: [], isStubborn: true)
    }

    private static func command(_ pool: [Child], _ generator: inout SeededGenerator) -> Command {
        let child = pick(pool, &generator)
        return switch Int.random(in: 0..<16, using: &generator) {
        case 0...4: .fail(child.id)
        case 5, 6: .return(child.id)
        case 7, 8: .terminate(child.id)
        case 9, 10: .restart(child.id)
        case 11: .delete(child.id)
        case 12, 13: .start(child)
        case 14: .which
        default: .count
        }
    }

    private static func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }
}
