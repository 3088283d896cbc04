import CMicrohttpd

/// A connection of libmicrohttpd that can be suspended and resumed.
///
/// The pointer is valid from the first call for a body until the request is completed, which no suspended one is.
@safe
struct HeldConnection: @unchecked Sendable {
    // Unchecked because of the pointer: libmicrohttpd takes `MHD_resume_connection` from any thread, and `suspend` is called by
    // the connection's own only.
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// Only from the callback that is asked for bytes.
    func suspend() {
        unsafe MHD_suspend_connection(pointer)
    }

    /// From any thread, once after each `suspend`.
    func resume() {
        unsafe MHD_resume_connection(pointer)
    }
}

/// Where libmicrohttpd wants bytes; good only while its callback runs.
@safe
struct ReadBuffer: @unchecked Sendable {
    // Unchecked because of the pointer: only the callback's thread has it, and nothing keeps it.
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ bytes: UnsafeMutableRawBufferPointer) {
        unsafe self.bytes = unsafe bytes
    }

    var count: Int { unsafe bytes.count }

    /// Copies at most `count` bytes to the beginning.
    func copy(_ piece: ArraySlice<UInt8>) {
        unsafe bytes.copyBytes(from: piece)
    }
}

/// A stream while libmicrohttpd sends it; released like a `HeldBody`.
final class HeldStream {
    private let stream: StreamedBody
    private let connection: HeldConnection
    /// Called with whether the stream has paused, each time after it was asked for bytes.
    private let noted: (_ isPaused: Bool) -> Void

    init(
        _ stream: StreamedBody, on connection: HeldConnection, noted: @escaping (_ isPaused: Bool) -> Void
    ) {
        self.stream = stream
        self.connection = connection
        self.noted = noted
    }

    /// Makes libmicrohttpd's response of it; nil if memory is short.
    func makeResponse() -> OpaquePointer? {
        let retained = unsafe Unmanaged.passRetained(self)
        let blockSize = 16 << 10
        let response = unsafe MHD_create_response_from_callback(
            .max, blockSize, streamAsked, retained.toOpaque(), streamReleased)
        if unsafe response == nil { unsafe retained.release() }
        return unsafe response
    }

    fileprivate func read(into buffer: ReadBuffer) -> Int {
        let reading = stream.read(into: buffer, from: connection)
        noted(reading == .suspended)
        let endOfStream = -1
        let endWithError = -2
        switch reading {
        case .bytes(let count): return count
        case .suspended: return 0
        case .end: return endOfStream
        case .failure: return endWithError
        }
    }
}

private func streamAsked(
    _ cls: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
    let endWithError = -2
    guard let cls = unsafe cls else { return endWithError }
    let held = unsafe Unmanaged<HeldStream>.fromOpaque(cls).takeUnretainedValue()
    return unsafe held.read(into: ReadBuffer(UnsafeMutableRawBufferPointer(start: buffer, count: size)))
}

private func streamReleased(_ cls: UnsafeMutableRawPointer?) {
    guard let cls = unsafe cls else { return }
    unsafe Unmanaged<HeldStream>.fromOpaque(cls).release()
}
