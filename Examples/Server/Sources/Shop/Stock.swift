/// What is left to be sold.
actor Stock {
    /// Items left.
    private(set) var left: Int

    init(items: Int) {
        left = items
    }

    /// Takes `count` items, or none where there are fewer; says whether it did.
    func take(_ count: Int) -> Bool {
        guard left >= count else { return false }
        left -= count
        return true
    }
}
