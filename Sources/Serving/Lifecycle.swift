import Endpoint
import Glibc
import Linux
import Microhttpd
import Synchronization

/// `POST /-/reload` and `POST /-/quit`, as Prometheus has them, and the levels of the log; only where the configuration allows it.
final class Lifecycle: RequestStage {
    private let path: String
    private let reload = Mutex<(@Sendable () -> ReloadOutcome)?>(nil)

    /// Answers below `prefix`, once somebody says how to reload.
    init(prefix: String) { path = prefix + "/-/reload" }

    /// Says how to reload.
    func reload(by reload: @escaping @Sendable () -> ReloadOutcome) { self.reload.withLock { $0 = reload } }

    /// The routes; that of a reload is answered by the stage, as it takes long with many names.
    var contribution: RouteContribution {
        RouteContribution(
            "lifecycle",
            routes: Self.methods.flatMap { method in
                [
                    Route(method, "/-/reload") { _ in Self.notYet },
                    Route(method, "/-/quit") { _ in
                        // The service ends as at any SIGTERM: what is in its sockets is counted, and this answer is sent.
                        kill(getpid(), SIGTERM)
                        return .text("Stopping.")
                    },
                ]
            } + LogLevelRoute.routes(changedBy: Self.methods), stages: [self])
    }

    func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict {
        guard Self.methods.contains(where: { $0.rawValue == request.method }), request.path == path,
            let reload = reload.withLock(\.self)
        else { return .pass }
        return .later { decide in
            do throws(LinuxError) {
                try DedicatedThread.detach(name: "http-reload") { decide(.answer(Self.answer(reload()))) }
            } catch {
                decide(.answer(.text("503 Service Unavailable: \(error)", status: 503)))
            }
        }
    }

    /// Those of Prometheus.
    private static let methods = [Route.Method.post, .put]

    private static let notYet = Response.text("503 Service Unavailable: the service starts", status: 503)

    private static func answer(_ outcome: ReloadOutcome) -> Response {
        guard outcome != .reloaded else { return .text("Reloaded.") }
        return .text("Not reloaded:\n" + outcome.shown.joined(separator: "\n"), status: 500)
    }
}
