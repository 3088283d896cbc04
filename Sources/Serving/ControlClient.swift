package import Linux

/// Asks a running service over its control socket.
package enum ControlClient {
    /// Has the service at `path` reload, and waits for what became of it; blocks for at most `timeout`.
    ///
    /// Nil where the service ended the connection without a whole answer.
    /// - Throws: why nobody answers.
    package static func reload(
        path: String, timeout: Duration = .seconds(60)
    ) throws(LinuxError) -> ControlReply? {
        try ask(.reload, path: path, timeout: timeout)
    }

    /// Asks the service at `path`, and waits for the answer as `reload` does.
    ///
    /// - Throws: why nobody answers.
    package static func ask(
        _ request: ControlRequest, path: String, timeout: Duration = .seconds(60)
    ) throws(LinuxError) -> ControlReply? {
        let deadline = ContinuousClock.now + timeout
        let connection = try UnixConnection(path: path, deadline: deadline)
        try connection.write(Array("\(request.rawValue)\n".utf8), deadline: deadline)
        return ControlReply(try connection.read(limit: ControlReply.longest, deadline: deadline))
    }
}
