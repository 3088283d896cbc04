// swift-tools-version: 6.3
import PackageDescription

/// The settings of the code that is measured; no unsafe flags.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// A package of its own, so that it measures what an application gets: the products, built for release.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "heliograph", path: ".."),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "SampleEvents", dependencies: [.product(name: "Telemetry", package: "heliograph")],
            swiftSettings: settings),
        .systemLibrary(name: "CJournal", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .executableTarget(
            name: "Measure",
            dependencies: [
                "CJournal", "SampleEvents",
                .product(name: "Heliograph", package: "heliograph"),
                .product(name: "HeliographService", package: "heliograph"),
                .product(name: "JournalLogging", package: "heliograph"),
                .product(name: "Supervision", package: "heliograph"),
                .product(name: "SwiftMetricsBridge", package: "heliograph"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
