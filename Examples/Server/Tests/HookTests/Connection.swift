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
