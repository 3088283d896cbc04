// swift-tools-version: 6.3
import PackageDescription

// A package of its own, so that it measures what an application gets: the products, built for release.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "heliograph", path: "..")],
    targets: [
        .target(name: "SampleEvents", dependencies: [.product(name: "Telemetry", package: "heliograph")]),
        .executableTarget(
            name: "Measure",
            dependencies: ["SampleEvents", .product(name: "Heliograph", package: "heliograph")]),
    ],
    swiftLanguageModes: [.v6]
)
