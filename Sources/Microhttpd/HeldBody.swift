import CMicrohttpd

/// The bytes of an answer while libmicrohttpd sends them.
///
/// libmicrohttpd owns one reference from the creation of its response on. It releases it once: when the last byte is sent,
/// the connection has ended, or the daemon stops. So the bytes are never copied.
final class HeldBody {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes libmicrohttpd's response of it; nil if memory is short.
    func makeResponse() -> OpaquePointer? {
        let retained = unsafe Unmanaged.passRetained(self)
        // The address stays good after the closure: nothing changes the array, and `self` keeps its only storage.
        let response = unsafe bytes.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer_with_free_callback_cls(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bodyReleased,
                retained.toOpaque())
        }
        if unsafe response == nil { unsafe retained.release() }
        return unsafe response
    }

    /// Makes a response that announces `length` bytes (nil: it is not known) and has none, as HEAD wants it; nil if memory is short.
    static func makeHeadResponse(length: Int?) -> OpaquePointer? {
        let smallestBlock = 1
        return unsafe MHD_create_response_from_callback(
            length.map { UInt64($0) } ?? .max, smallestBlock, noBytes, nil, nil)
    }
}

private func bodyReleased(_ cls: UnsafeMutableRawPointer?) {
    guard let cls = unsafe cls else { return }
    unsafe Unmanaged<HeldBody>.fromOpaque(cls).release()
}

/// Never asked, as no body follows the answer to a HEAD; ends the connection otherwise.
private func noBytes(
    _ cls: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
    let endWithError = -2
    return endWithError
}
