// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "heliograph", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "Consumer", dependencies: [.product(name: "Telemetry", package: "heliograph")])
    ]
)
