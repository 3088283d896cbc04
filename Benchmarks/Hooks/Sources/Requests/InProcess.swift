import CAllocations
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Requests through a router and into a writer that keeps nothing, without any socket.
enum InProcess {
    private struct Context: RequestContext {
        struct Source: RequestContextSource { let logger = Logger(label: "requests") }

        var coreContext: CoreRequestContextStorage

        init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }
    }

    private struct NoWriter: ResponseBodyWriter {
        mutating func write(_ buffer: ByteBuffer) async throws {}
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private struct Figures {
        var nanoseconds: [Double] = []
        var allocations: [Double] = []
    }

    /// Prints a line for each kind of router: the median time and allocations of a request, in rounds that alternate.
    @concurrent
    static func measure() async {
        let responders = RouterKind.allCases.map { ($0, $0.router(Context.self).buildResponder()) }
        var figures: [RouterKind: Figures] = [:]
        for round in 0..<21 {
            for (kind, responder) in responders {
                let (time, allocations) = await run(responder, count: 50_000)
                guard round > 0 else { continue }
                figures[kind, default: Figures()].nanoseconds.append(time)
                figures[kind, default: Figures()].allocations.append(allocations)
            }
        }
        for kind in RouterKind.allCases {
            guard let figures = figures[kind] else { continue }
            let time = figures.nanoseconds.sorted()
            let allocations = figures.allocations.sorted()
            print(
                "\(kind): \(Int(time[time.count / 2])) ns (\(Int(time[0])) at best),",
                "\(allocations[allocations.count / 2]) allocations")
        }
    }

    @concurrent
    private static func run(_ responder: RouterResponder<Context>, count: Int) async -> (Double, Double) {
        let source = Context.Source()
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/users/42"),
            body: RequestBody(buffer: ByteBuffer()))
        let allocated = callocations()
        let start = ContinuousClock.now
        for _ in 0..<count {
            let response = try? await responder.respond(to: request, context: Context(source: source))
            try? await response?.body.write(NoWriter())
        }
        let elapsed = ContinuousClock.now - start
        let allocations = callocations() - allocated
        let nanoseconds =
            Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) / 1e9
        return (nanoseconds / Double(count), Double(allocations) / Double(count))
    }
}
