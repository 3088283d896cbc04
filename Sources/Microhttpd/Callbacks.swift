import CMicrohttpd
import Glibc
import Linux

// libmicrohttpd calls these on its own threads. Each turns C arguments into values and calls Swift; none throws.

private func thread(_ pointer: UnsafeMutableRawPointer?) -> DaemonThread? {
    unsafe pointer.map { unsafe Unmanaged<DaemonThread>.fromOpaque($0).takeUnretainedValue() }
}

private func terms(_ pointer: UnsafeMutableRawPointer?) -> ConnectionTerms? { unsafe thread(pointer)?.terms }

private func context(_ pointer: UnsafeMutableRawPointer?) -> ServerContext? { unsafe terms(pointer)?.server }

private func descriptor(of connection: OpaquePointer?) -> Int32? {
    guard let connection = unsafe connection,
        let info = unsafe cmicrohttpd_connection_info(connection, .CONNECTION_INFO_CONNECTION_FD)
    else { return nil }
    return unsafe info.pointee.connect_fd
}

/// Formats and hands on a message of libmicrohttpd.
func messageLogged(
    _ cls: UnsafeMutableRawPointer?, _ format: UnsafePointer<CChar>?, _ arguments: CVaListPointer?
) {
    guard let thread = unsafe thread(cls), let format = unsafe format, let arguments = unsafe arguments
    else { return }
    let capacity = 1024
    let message = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
        guard let start = buffer.baseAddress, unsafe vsnprintf(start, capacity, format, arguments) >= 0 else {
            return ""
        }
        return unsafe String(cString: start)
    }
    if let status = thread.terms.server.log(message.split(separator: "\n").joined(separator: " ")) {
        thread.refuseBody(status: status)
    }
}

private func state(of connection: OpaquePointer?) -> ConnectionState? {
    guard let connection = unsafe connection,
        let info = unsafe cmicrohttpd_connection_info(connection, .CONNECTION_INFO_SOCKET_CONTEXT),
        let pointer = unsafe info.pointee.socket_context
    else { return nil }
    return unsafe Unmanaged<ConnectionState>.fromOpaque(pointer).takeUnretainedValue()
}

/// Makes a connection's state, and removes it from the table before its descriptor is closed.
func connectionChanged(
    _ cls: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
    guard let terms = unsafe terms(cls), let connection = unsafe connection,
        let descriptor = unsafe descriptor(of: connection), let socketContext = unsafe socketContext
    else { return }
    guard code == .CONNECTION_NOTIFY_CLOSED else {
        let tls = unsafe beginTLS(on: connection, descriptor, terms)
        unsafe socketContext.pointee = unsafe Unmanaged.passRetained(ConnectionState(tls)).toOpaque()
        return
    }
    let context = terms.server
    var hasFailed = false
    if let pointer = unsafe socketContext.pointee {
        let state = unsafe Unmanaged<ConnectionState>.fromOpaque(pointer).takeRetainedValue()
        // Where its memory for a connection doesn't suffice, libmicrohttpd forgets to tell of a request's end.
        hasFailed = state.tls?.hasFailed == true
        if let exchange = state.exchange {
            unsafe thread(cls)?.headEnded(of: exchange)
            context.requestEnded(exchange, isComplete: false)
        }
    }
    if context.connections.closed(descriptor, hasFailed: hasFailed) { context.wake.signal() }
}

/// Sets up the session of a connection whose handshake is about to begin; nil for plain HTTP.
private func beginTLS(
    on connection: OpaquePointer, _ descriptor: Int32, _ terms: ConnectionTerms
) -> TLSConnection? {
    guard let credentials = terms.tls,
        let info = unsafe cmicrohttpd_connection_info(connection, .CONNECTION_INFO_GNUTLS_SESSION),
        let session = unsafe OpaquePointer(info.pointee.tls_session)
    else { return nil }
    let tls = TLSConnection(on: descriptor, under: credentials, of: terms.server)
    // One that is not set up has no certificate, and ends in its handshake.
    if unsafe !tls.begin(session) { terms.server.log("cannot set up a TLS session") }
    return tls
}

/// The request line is read: makes the state of this request, which the connection's state keeps.
func requestBegan(
    _ cls: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let thread = unsafe thread(cls), let connection = unsafe connection,
        let state = unsafe state(of: connection)
    else { return nil }
    let context = thread.terms.server
    context.requestBegan()
    let start = Int(bitPattern: target)
    let exchange = Exchange(
        target: unsafe target.map { unsafe String(cString: $0) } ?? "",
        at: start..<(start + (unsafe target.map { unsafe strlen($0) } ?? 0)))
    if let descriptor = unsafe descriptor(of: connection) {
        context.connections.requestBegan(descriptor)
        thread.headBegan(on: unsafe RequestBeingRead(exchange, on: connection, descriptor))
    }
    unsafe endQuery(of: target)
    state.exchange = exchange
    return unsafe Unmanaged.passUnretained(exchange).toOpaque()
}

/// Has libmicrohttpd see an empty query.
///
/// It would parse it into records in the memory of the connection. With 500 `&` that is full; then it queues an error and
/// reads on, which ends in a connection that is neither read nor answered. We read the target ourselves.
private func endQuery(of target: UnsafePointer<CChar>?) {
    guard let target = unsafe target, let mark = unsafe strchr(target, Int32(UInt8(ascii: "?"))) else {
        return
    }
    // The target lies in libmicrohttpd's read buffer, which it is about to change itself in the same way.
    unsafe mark[1] = 0
}

/// The request is over, answered or not: releases its state.
func requestCompleted(
    _ cls: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
    guard let context = unsafe context(cls), let state = unsafe state(of: connection),
        let exchange = state.exchange
    else { return }
    state.exchange = nil
    unsafe thread(cls)?.headEnded(of: exchange)
    if let request = unsafe request { unsafe request.pointee = nil }
    if let descriptor = unsafe descriptor(of: connection), context.connections.finished(descriptor) {
        context.wake.signal()
    }
    context.requestEnded(exchange, isComplete: code == .REQUEST_TERMINATED_COMPLETED_OK)
}

/// Called with the head, with each part of the body, and at the end.
///
/// Answering on the first call would make libmicrohttpd close the connection, so the answer waits for the last.
func requestContinued(
    _ cls: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ part: UnsafePointer<CChar>?,
    _ partSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let thread = unsafe thread(cls), let connection = unsafe connection, let method = unsafe method,
        let version = unsafe version, let partSize = unsafe partSize, let state = unsafe state?.pointee
    else { return .NO }
    let context = thread.terms.server
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(state).takeUnretainedValue()
    let decision: Exchange.Decision
    if exchange.isWaiting {
        context.requestReturned()
        decision = exchange.goOn { staged, verdict in
            context.goOn(staged, verdict, on: unsafe facts(of: connection, context))
        }
    } else if exchange.plan == nil {
        thread.headEnded(of: exchange)
        let head = unsafe RequestHead(exchange, method, version, on: connection)
        decision = exchange.receiveHead(head) {
            context.plan(head, on: unsafe facts(of: connection, context))
        }
    } else if let part = unsafe part, unsafe partSize.pointee > 0 {
        let count = unsafe partSize.pointee
        unsafe partSize.pointee = 0
        decision = unsafe part.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            unsafe exchange.receiveBody(UnsafeBufferPointer(start: bytes, count: count))
        }
    } else {
        decision = .answer
    }
    switch decision {
    case .proceed: return .YES
    case .abandon: return .NO
    case .wait(let work, let verdict):
        unsafe suspend(connection, for: work, verdict, context)
        return .YES
    case .answer:
        let isHead = unsafe strcmp(method, "HEAD") == 0
        return unsafe answer(exchange, on: connection, isHead: isHead, thread.terms)
    }
}

private func facts(of connection: OpaquePointer, _ context: ServerContext) -> ConnectionFacts {
    let state = unsafe state(of: connection)
    // They stay what they are from the first request on.
    if let facts = state?.facts { return facts }
    // Without a descriptor, which every connection has, nothing is known.
    let facts = context.connections.facts(of: unsafe descriptor(of: connection) ?? -1)
    state?.facts = facts
    return facts
}

/// libmicrohttpd calls back with the same head once the connection is resumed.
private func suspend(
    _ connection: OpaquePointer, for work: StageWork, _ verdict: AwaitedVerdict, _ context: ServerContext
) {
    let held = unsafe HeldConnection(connection)
    context.requestHeld()
    // First, as the verdict may come at once.
    held.suspend()
    work { late in
        if verdict.arrive(late) { held.resume() }
    }
}

private func answer(
    _ exchange: Exchange, on connection: OpaquePointer, isHead: Bool, _ terms: ConnectionTerms
) -> MHD_Result {
    let context = terms.server
    guard let descriptor = unsafe descriptor(of: connection), let plan = exchange.finishRequest() else {
        return .NO
    }
    context.connections.answer(descriptor, within: context.answerDeadline(plan))
    let answer = context.answer(plan, on: descriptor)
    var prepared = answer.prepared
    // libmicrohttpd would send the last chunk of a body where the answer to a HEAD has none. And of chunks it reads more than
    // there should be: what follows those of a request could be another one to a proxy before us, or a part of this one.
    let isLast = terms.isRetired || (isHead && prepared.stream != nil) || exchange.isChunked
    if isLast, prepared.headers["Connection"] == nil {
        prepared.headers.append("Connection", "close")
    }
    exchange.answered(
        prepared.status, bodyBytes: isHead ? 0 : prepared.body.count, stream: prepared.stream)
    let progress = context.progressDeadline(plan)
    let response =
        isHead
        ? unsafe headResponse(prepared)
        : unsafe bodyResponse(answer, on: connection, descriptor, progress, context)
    return unsafe queue(response, prepared, on: connection, context)
}

/// The answer to a HEAD: nothing is made of a stream.
private func headResponse(_ prepared: PreparedResponse) -> OpaquePointer? {
    prepared.stream?.end(.complete)
    return unsafe HeldBody.makeHeadResponse(length: prepared.stream == nil ? prepared.body.count : nil)
}

private func bodyResponse(
    _ answer: Answer, on connection: OpaquePointer, _ descriptor: Int32, _ progress: Duration?,
    _ context: ServerContext
) -> OpaquePointer? {
    let connections = context.connections
    connections.begin(answer, on: descriptor)
    guard let stream = answer.prepared.stream else {
        return unsafe HeldBody(answer.prepared.body).makeResponse()
    }
    let held = unsafe HeldStream(stream, on: HeldConnection(connection)) {
        // Without a progress deadline, the deadline of the whole answer stays.
        guard let progress else { return }
        connections.answer(descriptor, within: $0 ? nil : progress)
    }
    return unsafe held.makeResponse()
}

private func queue(
    _ response: OpaquePointer?, _ prepared: PreparedResponse, on connection: OpaquePointer,
    _ context: ServerContext
) -> MHD_Result {
    guard let response = unsafe response else { return .NO }
    defer { unsafe MHD_destroy_response(response) }
    for field in prepared.headers.fields {
        // In two steps, as a string that is passed as an argument is copied.
        let isAdded = unsafe field.name.withCString { name in
            unsafe field.value.withCString { unsafe MHD_add_response_header(response, name, $0) }
        }
        if isAdded == .NO {
            context.log("response header \"\(field.name)\" is not allowed and was left out")
        }
    }
    return unsafe MHD_queue_response(connection, UInt32(prepared.status), response)
}

/// Field lines as libmicrohttpd tells them, one by one.
private struct FieldLines {
    var headers = Headers()
    var layout: HeadLayout

    mutating func add(
        _ name: UnsafePointer<CChar>?, _ nameSize: Int, _ value: UnsafePointer<CChar>?, _ valueSize: Int
    ) {
        unsafe headers.append(text(name, nameSize), text(value, valueSize))
        layout.add(
            name: Int(bitPattern: name), nameCount: nameSize, value: Int(bitPattern: value),
            valueCount: valueSize)
    }
}

extension RequestHead {
    fileprivate init(
        _ exchange: Exchange, _ method: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>,
        on connection: OpaquePointer
    ) {
        self.method = unsafe String(cString: method)
        self.version = unsafe String(cString: version)
        target = exchange.target
        let start = Int(bitPattern: method)
        var lines = FieldLines(
            layout: HeadLayout(
                method: start, methodCount: unsafe strlen(method), target: exchange.place,
                version: Int(bitPattern: version), versionCount: unsafe strlen(version)))
        _ = unsafe withUnsafeMutablePointer(to: &lines) { lines in
            unsafe MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { lines, _, name, nameSize, value, valueSize in
                    unsafe lines?.assumingMemoryBound(to: FieldLines.self).pointee
                        .add(name, nameSize, value, valueSize)
                    return .YES
                }, lines)
        }
        headers = lines.headers
        let size = unsafe cmicrohttpd_connection_info(connection, .CONNECTION_INFO_REQUEST_HEADER_SIZE)
        let count = unsafe size.map { unsafe $0.pointee.header_size } ?? 0
        isLaidOut = lines.layout.isWhole(endingAt: start + count)
    }
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    guard let start = unsafe start else { return "" }
    return unsafe start.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
        unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
