import ConfigurationFile
import Glibc
import Logging
import StateFiles

extension StatePlaces {
    /// Those of a service; `isKept` says whether its manager keeps the memory of series.
    init(_ configuration: Configuration, isKept: Bool) {
        self.init()
        directory = configuration.state.directory ?? Self.directoryOfService
        interval = configuration.state.interval
        if !isKept, configuration.state.live {
            memory = .file(instance: Self.instance(listeningAt: configuration.web.listenAddresses))
        }
    }

    /// What systemd has for a service with `StateDirectory=`, the first of them.
    private static var directoryOfService: String? {
        guard let paths = unsafe getenv("STATE_DIRECTORY") else { return nil }
        return unsafe String(cString: paths).split(separator: ":").first.map(String.init)
    }
}

extension StateKeeper {
    /// Says what a service without a directory loses.
    func logMissingDirectory(to logger: Logger) {
        guard !writesImages else { return }
        logger.notice("Series begin anew after a reboot, as there is no state directory (--state.directory)")
    }
}
