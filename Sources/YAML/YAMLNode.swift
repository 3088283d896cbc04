/// A value as it is written; scalars are texts, and whoever reads them gives them their types.
package struct YAMLNode: Sendable, Equatable {
    /// What the value consists of.
    package enum Content: Sendable, Equatable {
        /// A text; without quotes and not a block it is plain.
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([YAMLNode])
        /// Keys with their values, in the order of the text.
        case mapping([YAMLPair])
    }

    /// What the value consists of.
    package let content: Content
    /// Where it begins.
    package let mark: YAMLMark

    /// A value that begins at `mark`.
    package init(content: Content, mark: YAMLMark) {
        self.content = content
        self.mark = mark
    }
}

/// A key of a mapping with its value.
package struct YAMLPair: Sendable, Equatable {
    /// The key, which can be any value.
    package let key: YAMLNode
    /// The value; a plain empty scalar if none is written.
    package let value: YAMLNode
    /// The line of the same key further up in this mapping, if there is one.
    package let firstLine: Int?
}
