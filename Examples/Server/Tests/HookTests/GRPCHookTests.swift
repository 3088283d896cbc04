import GRPCCore
import GRPCInProcessTransport
import HeliographGRPC
import Telemetry
import TelemetryTesting
import Testing

/// Calls over gRPC's transport within a process; each test has a method of its own, as the events are those of the process.
@Suite(.timeLimit(.minutes(5)))
struct GRPCHookTests {
    private struct Text: MessageSerializer, MessageDeserializer {
        func serialize<Bytes: GRPCContiguousBytes>(_ text: String) -> Bytes { Bytes(text.utf8) }

        func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> String {
            unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    private typealias Handler =
        @Sendable (StreamingServerRequest<String>) async throws -> StreamingServerResponse<String>

    private struct OneMethod: RegistrableRPCService {
        let method: MethodDescriptor
        let handler: Handler

        func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
            router.registerHandler(forMethod: method, deserializer: Text(), serializer: Text()) {
                request, _ in try await handler(request)
            }
        }
    }

    /// Makes one call, and returns with which status it ended on each side.
    private func statuses(
        _ name: String, metadata: Metadata = [:], _ handler: @escaping Handler,
        onResponse: @escaping @Sendable (StreamingClientResponse<String>) async throws -> Void = {
            for try await _ in $0.messages {}
        }
    ) async throws -> [Status.Code] {
        let method = MethodDescriptor(fullyQualifiedService: "Tests", method: name)
        let servers = try EventCapture(of: CallEvents.serverStop)
        let clients = try EventCapture(of: CallEvents.clientStop)
        defer {
            servers.stop()
            clients.stop()
        }
        let transport = InProcessTransport()
        try await withGRPCServer(
            transport: transport.server, services: [OneMethod(method: method, handler: handler)],
            interceptors: [TelemetryServerInterceptor()]
        ) { _ in
            try await withGRPCClient(
                transport: transport.client, interceptors: [TelemetryClientInterceptor()]
            ) { client in
                try? await client.serverStreaming(
                    request: ClientRequest(message: "?", metadata: metadata), descriptor: method,
                    serializer: Text(), deserializer: Text(), options: .defaults, onResponse: onResponse)
            }
        }
        let server = try await servers.first { $0.method == method }
        let client = try await clients.first { $0.method == method }
        #expect(servers.events.count { $0.method == method } == 1)
        #expect(clients.events.count { $0.method == method } == 1)
        return [server.status, client.status]
    }

    private struct Broken: Error {}

    @Test func aStreamToItsEndIsWell() async throws {
        let statuses = try await statuses("Streams") { _ in
            StreamingServerResponse { writer in
                for number in 0..<100 { try await writer.write("\(number)") }
                return [:]
            }
        }
        #expect(statuses == [.ok, .ok])
    }

    @Test func errorsHaveTheirCodes() async throws {
        let thrown = try await statuses("Throws") { _ in throw RPCError(code: .notFound, message: "") }
        #expect(thrown == [.notFound, .notFound])
        let unknown = try await statuses("ThrowsAnything") { _ in throw Broken() }
        #expect(unknown == [.unknown, .unknown])
        let refused = try await statuses("Refuses") { _ in
            StreamingServerResponse(error: RPCError(code: .permissionDenied, message: ""))
        }
        #expect(refused == [.permissionDenied, .permissionDenied])
        let late = try await statuses("BreaksOff") { _ in
            StreamingServerResponse { writer in
                try await writer.write("1")
                throw RPCError(code: .dataLoss, message: "")
            }
        }
        #expect(late == [.dataLoss, .dataLoss])
    }

    @Test func aClientThatTakesNothingHasCancelled() async throws {
        let statuses = try await statuses("Ignored") { _ in
            StreamingServerResponse { writer in
                try await writer.write("1")
                return [:]
            }
        } onResponse: { _ in
        }
        #expect(statuses.last == .cancelled)
    }

    @Test func aCallWhoseTaskIsCancelledHasCancelled() async throws {
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let (ending, end) = AsyncStream.makeStream(of: Void.self)
        let statuses = try await statuses("Cancelled") { _ in
            StreamingServerResponse { writer in
                try await writer.write("1")
                for await _ in ending {}
                return [:]
            }
        } onResponse: { response in
            defer { end.finish() }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for try await _ in response.messages { beginning.yield() }
                }
                for await _ in begun { break }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(statuses.last == .cancelled)
    }

    @Test func theTraceOfTheCallerIsThatOfTheHandler() async throws {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let (seen, seeing) = AsyncStream.makeStream(of: String?.self)
        _ = try await statuses("Traced", metadata: ["traceparent": "\(header)"]) { _ in
            seeing.yield(TraceContext.current?.traceparent)
            return StreamingServerResponse { _ in
                seeing.yield(TraceContext.current?.traceparent)
                return [:]
            }
        }
        seeing.finish()
        var traces: [String?] = []
        for await trace in seen { traces.append(trace) }
        #expect(traces == [header, header])
    }
}
