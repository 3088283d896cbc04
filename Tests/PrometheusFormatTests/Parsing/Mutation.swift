import TestKit

/// Damages pages the way networks, editors and buggy exporters do.
enum Mutation {
    private static let hostile: [UInt8] = [0, 9, 10, 13, 32, 34, 35, 44, 61, 92, 123, 125, 0x80, 0xC3, 0xFF]

    static func mutated(_ page: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var page = page
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...page.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: page.insert(hostile.randomElement(using: &random) ?? 0, at: place)
            case 1 where place < page.count: page[place] = UInt8.random(in: .min ... .max, using: &random)
            case 2 where place < page.count: page.remove(at: place)
            case 3: page.removeSubrange(place...)
            default: page.insert(contentsOf: page[..<place], at: place)
            }
        }
        return page
    }
}
