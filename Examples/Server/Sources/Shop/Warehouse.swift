import GRPCCore

/// The service of gRPC that hands out what is in stock.
struct Warehouse: RegistrableRPCService {
    static let take = MethodDescriptor(fullyQualifiedService: "shop.Warehouse", method: "Take")

    let stock: Stock

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: Self.take, deserializer: ItemCount(), serializer: ItemCount()
        ) { request, _ in
            let count = try await ServerRequest(stream: request).message
            guard try await stock.take(count) else {
                throw RPCError(code: .resourceExhausted, message: "There are fewer than \(count) items.")
            }
            return StreamingServerResponse(single: ServerResponse(message: count))
        }
    }
}

/// A number of items as a message: decimal digits.
struct ItemCount: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ count: Int) -> Bytes { Bytes("\(count)".utf8) }

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Int {
        let text = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
        guard let count = Int(text) else {
            throw RPCError(code: .invalidArgument, message: "not a number of items")
        }
        return count
    }
}
