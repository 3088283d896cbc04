import NIOCore
import NIOPosix

/// A connection over loopback that is closed in the middle of an answer.
struct Connection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Sends the request and nothing more, and returns the answer; of a connection that stays open, `count` bytes of it at least.
    func answer(to request: String, atLeast count: Int = .max) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            for try await bytes in inbound where answer.writeImmutableBuffer(bytes) > 0 {
                if answer.readableBytes >= count { break }
            }
            return String(buffer: answer)
        }
    }

    /// Sends what is no whole request, and goes away once `seen` was.
    func leave(after request: String, once seen: AsyncStream<Void>) async throws {
        try await channel.executeThenClose { _, outbound in
            try await outbound.write(ByteBuffer(string: request))
            for await _ in seen { break }
        }
    }

    /// Sends the request, takes some of the answer and goes away.
    func sendAndLeave(_ request: String) async throws {
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var count = 0
            for try await bytes in inbound {
                count += bytes.readableBytes
                if count > 1 << 16 { return }
            }
        }
    }
}
