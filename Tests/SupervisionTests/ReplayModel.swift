@testable import Supervision

/// What a supervisor is to do with a script, step by step, as if all happened at once.
struct ReplayModel {
    private enum State: String {
        case running
        case stopped
        case restarting
    }

    private struct Child {
        let spec: ReplayScript.Child
        var state = State.stopped
    }

    private let script: ReplayScript
    private var children: [Child] = []
    private var starts: [String: Int] = [:]
    private var failures: [Int] = []
    private var now = 0
    private var stuck: [String] = []
    private var isOver = false
    private var lines: [String] = []

    init(_ script: ReplayScript) { self.script = script }

    /// The lines of the trace, ending with "over", the child that failed to start, or those that are stuck.
    mutating func trace() -> [String] {
        children = script.children.map { Child(spec: $0) }
        for id in children.map(\.spec.id) where !start(id) {
            stopAll()
            return lines + [stuck.isEmpty ? "failed to start \(id)" : outcome]
        }
        for command in script.commands where !isOver { obey(command) }
        if !isOver { stopAll() }
        return lines + [outcome]
    }

    private var outcome: String { stuck.isEmpty ? "over" : "stuck " + stuck.joined(separator: " ") }

    private mutating func obey(_ command: ReplayScript.Command) {
        switch command {
        case .fail(let id): end(id, isFailure: true)
        case .return(let id): end(id, isFailure: false)
        case .terminate(let id): terminate(id)
        case .restart(let id):
            whereStopped(id) { model in model.lines.append(model.start(id) ? "ok" : "failed") }
        case .delete(let id):
            whereStopped(id) { model in
                model.remove([id])
                model.lines.append("ok")
            }
        case .start(let spec): add(spec)
        case .which:
            lines.append(children.map { "\($0.spec.id):\($0.state.rawValue)" }.joined(separator: " "))
        case .count:
            let active = children.count { $0.state == .running }
            lines.append("\(children.count) \(active) 0 \(children.count)")
        case .wait(let seconds): now += seconds
        }
    }

    private func index(_ id: String) -> Int? { children.firstIndex { $0.spec.id == id } }

    private mutating func remove(_ ids: [String]) {
        children.removeAll { ids.contains($0.spec.id) }
    }

    private mutating func start(_ id: String) -> Bool {
        guard let index = index(id) else { return true }
        lines.append("\(id) starts")
        starts[id, default: 0] += 1
        guard !children[index].spec.failingStarts.contains(starts[id, default: 0]) else {
            children[index].state = .stopped
            return false
        }
        lines.append("\(id) is up")
        children[index].state = .running
        return true
    }

    /// False when the child is stuck.
    private mutating func stop(_ id: String) -> Bool {
        guard let index = index(id), children[index].state == .running else { return true }
        children[index].state = .stopped
        guard !children[index].spec.isStubborn else {
            stuck.append(id)
            now += 5
            return false
        }
        if children[index].spec.shutdown != .brutal { lines.append("\(id) stops") }
        return true
    }

    private mutating func stopAll() {
        for id in children.map(\.spec.id).reversed() { _ = stop(id) }
        isOver = true
    }

    private mutating func end(_ id: String, isFailure: Bool) {
        guard let index = index(id), children[index].state == .running, !children[index].spec.isStubborn
        else {
            lines.append("\(id) is not there")
            return
        }
        let spec = children[index].spec
        children[index].state = .stopped
        switch spec.restart {
        case .permanent: restart(id)
        case .transient: if isFailure { restart(id) } else { shutDownAutomatically(after: spec) }
        case .temporary:
            remove([id])
            shutDownAutomatically(after: spec)
        }
    }

    private mutating func shutDownAutomatically(after spec: ReplayScript.Child) {
        guard spec.isSignificant else { return }
        let isLast = !children.contains { $0.spec.isSignificant && $0.state == .running }
        if script.autoShutdown == .anySignificant || isLast { stopAll() }
    }

    private mutating func restart(_ id: String) {
        failures = failures.filter { now - $0 <= 3600 } + [now]
        guard failures.count <= script.maxRestarts else {
            stopAll()
            return
        }
        let affected = affected(by: id)
        for child in affected.reversed() where !stop(child.id) {
            stopAll()
            return
        }
        remove(affected.filter { $0.restart == .temporary }.map(\.id))
        for child in affected where child.restart != .temporary && !start(child.id) {
            restart(child.id)
            return
        }
    }

    private func affected(by id: String) -> [ReplayScript.Child] {
        let specs = children.map(\.spec)
        return switch script.strategy {
        case .oneForOne: specs.filter { $0.id == id }
        case .oneForAll: specs
        case .restForOne: Array(specs.drop { $0.id != id })
        }
    }

    private mutating func terminate(_ id: String) {
        guard let index = index(id) else {
            lines.append("not_found")
            return
        }
        let isTemporary = children[index].spec.restart == .temporary
        guard stop(id) else {
            stopAll()
            return
        }
        if isTemporary { remove([id]) }
        lines.append("ok")
    }

    private mutating func whereStopped(_ id: String, _ body: (inout Self) -> Void) {
        switch index(id).map({ children[$0].state }) {
        case nil: lines.append("not_found")
        case .stopped: body(&self)
        case let state?: lines.append(state.rawValue)
        }
    }

    private mutating func add(_ spec: ReplayScript.Child) {
        if let index = index(spec.id) {
            lines.append(children[index].state == .stopped ? "already_present" : "already_started")
            return
        }
        children.append(Child(spec: spec))
        let isUp = start(spec.id)
        if !isUp { remove([spec.id]) }
        lines.append(isUp ? "ok" : "failed")
    }
}
