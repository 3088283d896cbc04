// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "ExporterConsumer",
    dependencies: [.package(name: "heliograph", path: "../..")],
    targets: [
        .executableTarget(
            name: "ExporterConsumer", dependencies: [.product(name: "Heliograph", package: "heliograph")])
    ]
)
