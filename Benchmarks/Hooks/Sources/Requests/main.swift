import Heliograph
import HeliographHummingbird
import Hummingbird
import Logging

/// `Requests` measures what a hooked request costs over a bare one, in this process; `Requests serve bare|hooked|wrapping|own` serves on port
/// 8090 for a client such as wrk, with Hummingbird's own middleware as `own`.
let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "serve", let kind = arguments.last.flatMap(RouterKind.init) {
    let exporter = try kind.exporter()
    var logger = Logger(label: "requests")
    logger.logLevel = .error
    let application = Application(
        router: kind.router(BasicRequestContext.self),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 8090)), logger: logger)
    try await application.run()
    withExtendedLifetime(exporter) {}
} else {
    let exporter = try RouterKind.hooked.exporter()
    await InProcess.measure()
    withExtendedLifetime(exporter) {}
}
