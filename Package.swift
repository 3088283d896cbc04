// swift-tools-version: 6.3
import PackageDescription

/// One set of compiler settings for every Swift target.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Everything but the event core sits behind a trait, so that a library that only emits events (`traits: []`) checks out no
/// other package.
func external(_ product: String, _ package: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Exporter"]))
}

/// A product that one hook stands on, and nobody else checks out: the hook's trait is the name of the library behind it.
func external(_ product: String, _ package: String, hook trait: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: [trait]))
}

/// A trait of a hook, named like the library that it is for.
func hook(_ library: String, _ description: String) -> Trait {
    .trait(name: library, description: description, enabledTraits: ["Exporter"])
}

let package = Package(
    name: "heliograph",
    // For `Telemetry` alone; the first with `InlineArray`. See docs/decisions/0022-telemetry-on-a-mac.md.
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "Telemetry", targets: ["Telemetry"]),
        .library(name: "TelemetryMetrics", targets: ["TelemetryMetrics"]),
        .library(name: "TelemetryTesting", targets: ["TelemetryTesting"]),
        .library(name: "SwiftMetricsBridge", targets: ["SwiftMetricsBridge"]),
        .library(name: "SupervisionLifecycle", targets: ["SupervisionLifecycle"]),
        .library(name: "JournalLogging", targets: ["JournalLogging"]),
        .library(name: "Supervision", targets: ["Supervision"]),
        .library(name: "Heliograph", targets: ["Heliograph"]),
        .library(name: "HeliographService", targets: ["Serving"]),
        .executable(name: "heliograph", targets: ["HeliographCommand"]),

        .library(name: "HeliographGRDB", targets: ["HeliographGRDB"]),
        .library(name: "HeliographGRPC", targets: ["HeliographGRPC"]),
        .library(name: "HeliographHTTPClient", targets: ["HeliographHTTPClient"]),
        .library(name: "HeliographHummingbird", targets: ["HeliographHummingbird"]),
        .library(name: "HeliographLifecycle", targets: ["HeliographLifecycle"]),
        .library(name: "HeliographLogging", targets: ["HeliographLogging"]),
        .library(name: "HeliographNIO", targets: ["HeliographNIO"]),
        .library(name: "HeliographTracing", targets: ["HeliographTracing"]),
    ],
    traits: [
        .default(enabledTraits: ["Exporter"]),
        .trait(
            name: "Exporter",
            description: "The exporter, the bridges and the service, with the packages they depend on."),
        hook("AsyncHTTPClient", "Requests that AsyncHTTPClient sends."),
        hook("GRDB", "Reads, writes and statements of GRDB."),
        hook("GRPC", "Calls of gRPC Swift 2, of clients and servers."),
        hook("Hummingbird", "Requests to Hummingbird 2, and a route for the page."),
        hook("Lifecycle", "States of the services of a swift-service-lifecycle group."),
        hook("Logging", "Messages of swift-log."),
        hook("NIO", "Ticks and lag of SwiftNIO's event loops."),
        hook("Tracing", "Spans of swift-distributed-tracing."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),

        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.3"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CGnuTLS", pkgConfig: "gnutls", providers: [.apt(["libgnutls28-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(name: "CThread"),
        .target(name: "Threads", dependencies: ["CThread"], swiftSettings: settings),
        .target(name: "Bytes", swiftSettings: settings),
        .target(name: "Telemetry", dependencies: ["Threads"], swiftSettings: settings),
        .target(name: "Linux", dependencies: ["Bytes", "CLinux"], swiftSettings: settings),
        .target(name: "Listeners", dependencies: ["Bytes", "Linux"], swiftSettings: settings),
        .target(
            name: "Arena", dependencies: ["CThread", "Linux", "Telemetry", "Threads"], swiftSettings: settings
        ),
        .target(
            name: "TelemetryMetrics", dependencies: ["Arena", "Bytes", "Linux", "Telemetry", "Threads"],
            swiftSettings: settings),
        .target(
            name: "TelemetryTesting", dependencies: ["PrometheusFormat", "Telemetry", "TelemetryMetrics"],
            swiftSettings: settings
        ),
        .target(
            name: "PrometheusFormat", dependencies: ["Bytes", "Arena", "TelemetryMetrics"],
            swiftSettings: settings),
        .target(
            name: "StateFiles",
            dependencies: [
                "Arena", "Linux", "LogTelemetry", "Telemetry", "TelemetryMetrics",
                external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .target(name: "Supervision", dependencies: ["Telemetry"], swiftSettings: settings),
        .target(
            name: "SupervisionLifecycle",
            dependencies: [
                "Supervision", external("Logging", "swift-log"),
                external("ServiceLifecycle", "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Microhttpd", dependencies: ["CGnuTLS", "CISAL", "CMicrohttpd", "CZlib", "CZstd", "Linux"],
            swiftSettings: settings),
        .target(name: "Endpoint", dependencies: ["Microhttpd"], swiftSettings: settings),
        .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
        .target(
            name: "ConfigurationKeys", dependencies: ["Bytes", "Linux", "YAML"], swiftSettings: settings),
        .target(name: "HTTPFetching", dependencies: ["Bytes", "Linux"], swiftSettings: settings),
        .target(name: "Crypt", dependencies: ["CCrypt"], swiftSettings: settings),
        .target(name: "GnuTLS", dependencies: ["CGnuTLS"], swiftSettings: settings),
        .target(name: "JSONWebTokens", dependencies: ["GnuTLS"], swiftSettings: settings),
        .target(
            name: "WebConfigurationFile",
            dependencies: ["Bytes", "ConfigurationKeys", "Crypt", "JSONWebTokens", "Linux", "Microhttpd"],
            swiftSettings: settings),
        .target(
            name: "WebAccess",
            dependencies: [
                "Crypt", "GnuTLS", "JSONWebTokens", "Linux", "Microhttpd", "WebConfigurationFile",
            ],
            swiftSettings: settings),
        .target(name: "Systemd", dependencies: ["CSystemd", "Linux"], swiftSettings: settings),
        .target(
            name: "LogTelemetry",
            dependencies: [
                "Telemetry", "Threads",
                external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "JournalLogging",
            dependencies: [
                "Bytes", "Linux", "LogTelemetry", "Systemd", "Telemetry", "Threads",
                external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Ingest",
            dependencies: ["Arena", "Bytes", "Listeners", "Telemetry", "TelemetryMetrics"],
            swiftSettings: settings),
        .target(
            name: "Carbon", dependencies: ["Bytes", "Ingest", "Listeners", "TelemetryMetrics"],
            swiftSettings: settings),
        .target(
            name: "StatsD", dependencies: ["Bytes", "Ingest", "Listeners", "TelemetryMetrics"],
            swiftSettings: settings),
        .target(
            name: "EventSocket", dependencies: ["Arena", "Bytes", "Ingest", "Listeners", "TelemetryMetrics"],
            swiftSettings: settings),
        .target(
            name: "Collectors", dependencies: ["CLinux", "Linux", "Telemetry", "TelemetryMetrics"],
            swiftSettings: settings),
        .target(
            name: "SwiftMetricsBridge",
            dependencies: [
                "Arena", "Telemetry", "TelemetryMetrics", "Threads",
                external("CoreMetrics", "swift-metrics"),
            ],
            swiftSettings: settings),
        .target(
            name: "Exporting",
            dependencies: [
                "LogTelemetry",
                "Arena", "Bytes", "Collectors", "ConfigurationKeys", "Endpoint", "HTTPFetching", "Linux",
                "Microhttpd",
                "PrometheusFormat", "StateFiles", "Supervision", "SwiftMetricsBridge", "Telemetry",
                "TelemetryMetrics", "WebAccess", "WebConfigurationFile",
                external("Instrumentation", "swift-distributed-tracing"),
                external("Logging", "swift-log"),
                external("ServiceLifecycle", "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Heliograph",
            dependencies: ["Exporting", "SwiftMetricsBridge", "Telemetry", "TelemetryMetrics"],
            swiftSettings: settings),

        .target(
            name: "HeliographGRDB",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics", external("GRDB", "GRDB.swift", hook: "GRDB"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographGRPC",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics",
                external("GRPCCore", "grpc-swift-2", hook: "GRPC"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographHTTPClient",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics",
                external("AsyncHTTPClient", "async-http-client", hook: "AsyncHTTPClient"),
                external("NIOCore", "swift-nio", hook: "AsyncHTTPClient"),
                external("NIOHTTP1", "swift-nio", hook: "AsyncHTTPClient"),
                external("NIOPosix", "swift-nio", hook: "AsyncHTTPClient"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographHummingbird",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics",
                external("HTTPTypes", "swift-http-types", hook: "Hummingbird"),
                external("Hummingbird", "hummingbird", hook: "Hummingbird"),
                external("NIOCore", "swift-nio", hook: "Hummingbird"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographLifecycle",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics",
                external("ServiceLifecycle", "swift-service-lifecycle", hook: "Lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographLogging",
            dependencies: [
                "LogTelemetry", "Telemetry",
                external("Logging", "swift-log", hook: "Logging"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographNIO",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics",
                external("NIOCore", "swift-nio", hook: "NIO"),
                external("NIOPosix", "swift-nio", hook: "NIO"),
            ],
            swiftSettings: settings),
        .target(
            name: "HeliographTracing",
            dependencies: [
                "Exporting", "Telemetry", "TelemetryMetrics",
                external("Tracing", "swift-distributed-tracing", hook: "Tracing"),
            ],
            swiftSettings: settings),
        .target(
            name: "ConfigurationFile",
            dependencies: [
                "Bytes", "ConfigurationKeys", "Linux", "TelemetryMetrics", "YAML",
                external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Serving",
            dependencies: [
                "Arena", "Carbon",
                "Bytes", "Ingest",
                "ConfigurationFile", "ConfigurationKeys", "EventSocket", "Exporting", "JournalLogging",
                "Linux", "Listeners", "LogTelemetry", "Microhttpd", "StateFiles", "StatsD", "Supervision",
                "SwiftMetricsBridge", "Systemd",
                "Telemetry", "TelemetryMetrics",
                external("Logging", "swift-log"),
                external("ServiceLifecycle", "swift-service-lifecycle"),
                external("UnixSignals", "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "HeliographCommand",
            dependencies: [
                "Arena", "Bytes",
                "ConfigurationFile", "ConfigurationKeys", "Crypt", "Exporting", "HTTPFetching",
                "JournalLogging", "Linux", "PrometheusFormat", "Serving",
                "Systemd", "TelemetryMetrics", "WebConfigurationFile",
                external("Logging", "swift-log"),
                external("ServiceLifecycle", "swift-service-lifecycle"),
                external("UnixSignals", "swift-service-lifecycle"),
            ],
            swiftSettings: settings),

        .target(
            name: "TestKit", dependencies: [external("Logging", "swift-log")], path: "Tests/TestKit",
            swiftSettings: settings),
        .testTarget(
            name: "ThreadsTests", dependencies: ["TestKit", "Threads"], swiftSettings: settings),
        .testTarget(
            name: "TelemetryTests", dependencies: ["TestKit", "Telemetry"], swiftSettings: settings),
        .testTarget(name: "BytesTests", dependencies: ["TestKit", "Bytes"], swiftSettings: settings),
        .testTarget(
            name: "IngestTests",
            dependencies: [
                "TestKit", "Arena", "Bytes", "Ingest", "Linux", "Listeners", "Telemetry", "TelemetryMetrics",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LinuxTests", dependencies: ["Bytes", "TestKit", "CLinux", "Linux"], swiftSettings: settings
        ),
        .testTarget(
            name: "ListenersTests", dependencies: ["Bytes", "TestKit", "CLinux", "Linux", "Listeners"],
            swiftSettings: settings),
        .testTarget(
            name: "ArenaTests",
            dependencies: ["TestKit", "Arena", "CLinux", "Linux", "Telemetry", "Threads"],
            swiftSettings: settings),
        .testTarget(
            name: "TelemetryMetricsTests",
            dependencies: [
                "Bytes",
                "TestKit", "Arena", "Linux", "Telemetry", "TelemetryMetrics",
                "TelemetryTesting",
            ], swiftSettings: settings),
        .testTarget(
            name: "TelemetryTestingTests",
            dependencies: ["Linux", "PrometheusFormat", "Telemetry", "TelemetryMetrics", "TelemetryTesting"],
            swiftSettings: settings),
        .executableTarget(
            name: "RandomPages",
            dependencies: ["TestKit", "PrometheusFormat", "Telemetry", "TelemetryMetrics"],
            path: "Tests/RandomPages", swiftSettings: settings),
        .testTarget(
            name: "PrometheusFormatTests",
            dependencies: [
                "TestKit", "Arena", "Linux", "PrometheusFormat", "RandomPages", "Telemetry",
                "TelemetryMetrics",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StateFilesTests",
            dependencies: [
                "TestKit", "Arena", "CLinux", "Linux", "PrometheusFormat", "StateFiles", "Telemetry",
                "TelemetryMetrics",
            ], swiftSettings: settings),
        .testTarget(
            name: "SupervisionTests",
            dependencies: ["Linux", "TestKit", "Supervision", "TelemetryTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "SupervisionLifecycleTests",
            dependencies: [
                "Supervision", "SupervisionLifecycle", "TelemetryTesting", "TestKit",
                external("Logging", "swift-log"),
                external("ServiceLifecycle", "swift-service-lifecycle"),
                external("ServiceLifecycleTestKit", "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MicrohttpdTests",
            dependencies: ["TestKit", "CGnuTLS", "CZlib", "CZstd", "Linux", "Microhttpd"],
            swiftSettings: settings),
        .testTarget(
            name: "EndpointTests", dependencies: ["Endpoint", "Linux", "Microhttpd"], swiftSettings: settings),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Bytes", "ConfigurationKeys", "JSONWebTokens", "Microhttpd", "PrometheusFormat", "WebAccess",
                "WebConfigurationFile",
            ],
            path: "Tests/FuzzTargets", swiftSettings: settings),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets", "Linux"], swiftSettings: settings),
        .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: settings),
        .testTarget(
            name: "ConfigurationKeysTests", dependencies: ["ConfigurationKeys"], swiftSettings: settings),
        .testTarget(name: "CryptTests", dependencies: ["Crypt"], swiftSettings: settings),
        .testTarget(
            name: "GnuTLSTests", dependencies: ["GnuTLS", "TestKit"], swiftSettings: settings),
        .testTarget(
            name: "JSONWebTokensTests", dependencies: ["GnuTLS", "JSONWebTokens"], swiftSettings: settings),
        .testTarget(
            name: "WebConfigurationFileTests",
            dependencies: [
                "TestKit", "ConfigurationKeys", "Crypt", "JSONWebTokens", "Linux", "Microhttpd",
                "WebConfigurationFile",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "WebAccessTests",
            dependencies: [
                "TestKit", "ConfigurationKeys", "Crypt", "Linux", "Microhttpd", "WebAccess",
                "WebConfigurationFile",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SystemdTests", dependencies: ["Linux", "Systemd", "TestKit"], swiftSettings: settings),
        .executableTarget(
            name: "LogSource", dependencies: ["JournalLogging", "Linux", external("Logging", "swift-log")],
            path: "Tests/LogSource", swiftSettings: settings),
        .testTarget(
            name: "JournalLoggingTests",
            dependencies: [
                "Bytes", "JournalLogging", "LogTelemetry", "Linux", "Systemd", "Telemetry",
                "TelemetryTesting", "TestKit",
                external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StatsDTests",
            dependencies: [
                "Arena", "Bytes", "Ingest", "TestKit", "Linux", "Listeners", "StatsD", "TelemetryMetrics",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CarbonTests",
            dependencies: ["TestKit", "Bytes", "Carbon", "Ingest", "TelemetryMetrics"],
            swiftSettings: settings),
        .testTarget(
            name: "EventSocketTests",
            dependencies: [
                "Bytes", "Ingest", "TestKit", "EventSocket", "Telemetry", "TelemetryMetrics",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CollectorsTests", dependencies: ["Collectors", "Telemetry", "TelemetryMetrics"],
            swiftSettings: settings),
        .testTarget(
            name: "SwiftMetricsBridgeTests",
            dependencies: [
                "Linux", "PrometheusFormat", "SwiftMetricsBridge", "Telemetry", "TelemetryMetrics",
                external("CoreMetrics", "swift-metrics"),
            ], swiftSettings: settings),
        .testTarget(
            name: "ExportingTests",
            dependencies: [
                "TestKit", "Arena", "Bytes", "ConfigurationKeys", "Endpoint", "Exporting", "Linux",
                "Microhttpd",
                "PrometheusFormat",
                "LogTelemetry", "StateFiles", "Supervision", "Telemetry",
                external("CoreMetrics", "swift-metrics"),
                external("Logging", "swift-log"),
                "TelemetryMetrics", "WebAccess", external("Instrumentation", "swift-distributed-tracing"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ConfigurationFileTests",
            dependencies: [
                "TestKit", "ConfigurationFile", "ConfigurationKeys", "Linux", "TelemetryMetrics",
                external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Arena", "Bytes", "Ingest",
                "TestKit", "ConfigurationFile", "ConfigurationKeys", "EventSocket", "Exporting",
                "JournalLogging", "Linux", "LogTelemetry",
                "PrometheusFormat",
                "Serving", "StatsD", "Supervision", "Systemd", "Telemetry",
                "TelemetryMetrics", external("Logging", "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "HTTPFetchingTests", dependencies: ["Bytes", "HTTPFetching", "Linux"],
            swiftSettings: settings),
        .testTarget(
            name: "HeliographCommandTests",
            dependencies: [
                "Arena", "Bytes", "CLinux", "HTTPFetching", "HeliographCommand", "Linux", "PrometheusFormat",
                "TelemetryMetrics", "TestKit",
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// What `make test-sanitizers` and `make fuzz` build: everything would take minutes.
if let names = Context.environment["HELIOGRAPH_TARGETS"]?.split(separator: " ") {
    package.products = []
    if names.contains("Fuzz") {
        package.targets += [
            .systemLibrary(name: "CFuzzer", path: "Tests/CFuzzer"),
            .executableTarget(
                name: "Fuzz", dependencies: ["CFuzzer", "FuzzTargets"], path: "Tests/Fuzz",
                exclude: ["corpora"],
                swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
        ]
    }
    package.targets.removeAll { target in !names.contains { $0 == target.name } }
}
