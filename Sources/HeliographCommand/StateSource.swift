import Arena
import ConfigurationFile
import Glibc
import Linux
import Serving

/// Where a state is: in a file, or in a running service.
struct StateSource {
    /// Nil for a service.
    let file: String?
    /// The control socket; nil where this user has none by default.
    let socket: String?

    init(file: String?, socket: String?) {
        self.file = file
        self.socket = socket
    }

    init(_ invocation: Invocation, _ flag: Flag) {
        self.init(
            file: invocation.argument.isEmpty ? nil : invocation.argument,
            socket: invocation.text(flag) ?? DefaultSockets.ofProcess.control)
    }

    /// The state as it is now.
    func open() throws(ExitStatus) -> ForeignArena {
        if let file { return try open(file, as: file) }
        guard case .state(let path) = try ask(.state) else { throw notUnderstood }
        return try open(path, as: "the state of the service")
    }

    private func open(_ path: String, as name: String) throws(ExitStatus) -> ForeignArena {
        let memory: SharedMemory
        do throws(LinuxError) {
            memory = try SharedMemory.copy(ofFile: path)
        } catch {
            complain("heliograph: \(error)")
            throw .noInput
        }
        do throws(ForeignArena.Refusal) {
            return try ForeignArena(memory)
        } catch {
            complain("heliograph: \(name): \(error)")
            throw .badData
        }
    }

    /// Has all series begin anew; returns where the file is now.
    @discardableResult
    func reset() throws(ExitStatus) -> String? {
        guard let file else {
            guard case .forsaken = try ask(.reset) else { throw notUnderstood }
            complain("heliograph: all series begin anew at the next start of the service")
            return nil
        }
        _ = try open(file, as: file)
        let aside = "\(file).reset-\(Int(time(nil)))"
        guard unsafe rename(file, aside) == 0 else {
            complain("heliograph: \(file) can't be renamed: \(LinuxError.text(of: errno))")
            throw .noInput
        }
        complain("heliograph: \(file) is \(aside) now")
        return aside
    }

    private var notUnderstood: ExitStatus {
        complain("heliograph: the service gave no answer that is understood")
        return .unavailable
    }

    private func ask(_ request: ControlRequest) throws(ExitStatus) -> ControlReply? {
        guard let socket else {
            complain("heliograph: no control socket is known: name a file, or the socket by --control.socket")
            throw .unavailable
        }
        do throws(LinuxError) {
            return try ControlClient.ask(request, path: socket)
        } catch {
            complain("heliograph: no service answers at \(socket): \(error)")
            throw .unavailable
        }
    }
}
