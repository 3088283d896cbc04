import Testing

/// Files whose structure is wrong.
@Suite(.timeLimit(.minutes(5)))
struct StructureErrorTests {
    @Test(arguments: [
        Mistake(
            "[]",
            "1:1: needs a mapping, not a list"),
        Mistake(
            "hello",
            "1:1: needs a mapping, not \"hello\""),
        Mistake(
            "Web: {}",
            "1:1: Web: there is no such key; did you mean web?"),
        Mistake(
            "\"we\\nb\": {}",
            "1:1: \"we\\nb\": there is no such key; did you mean web?"),
        Mistake(
            "\"\": {}",
            "1:1: \"\": there is no such key"),
        Mistake(
            "match-type: regex",
            "1:1: match-type: there is no such key"),
        Mistake(
            "<<: {web: {}}",
            "1:1: \"<<\": there is no such key"),
        Mistake(
            "? [a]\n: b",
            "1:3: a key has to be a text"),
        Mistake(
            "web: 5",
            "1:6: web: needs a mapping, not \"5\""),
        Mistake(
            "web: {a: 1, b: 2, a: 3}",
            """
            1:7: web.a: there is no such key
            1:13: web.b: there is no such key
            1:19: web.a: this key is written on line 1 already
            """),
        Mistake(
            "web: {}\nstatsd: {}\nweb: {}",
            "3:1: web: this key is written on line 1 already"),
        Mistake(
            "global: {labels: {a: b, c: d, a: e}}\nevents: {unix: x, unix: y}",
            """
            1:31: global.labels.a: this key is written on line 1 already
            2:16: events.unix: a socket needs an absolute path, not \"x\"
            2:19: events.unix: this key is written on line 2 already
            """),
        Mistake(
            "a: 1\n---\nb: 2",
            "2:1: a second document begins here; the file has to be a single one"),
    ])
    func reportsStructure(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "web: {a: 1",
            """
            2:1: this is not YAML: did not find expected ',' or '}' (while parsing a flow \
            mapping, line 1)
            """),
        Mistake(
            "web:\n\tmax-requests: 1",
            "2:1: a tab can't indent YAML; use spaces"),
        Mistake(
            "a: \"b",
            """
            1:6: this is not YAML: found unexpected end of stream (while scanning a quoted \
            scalar, line 1)
            """),
        Mistake(
            "a: b: c",
            "1:5: this is not YAML: mapping values are not allowed in this context"),
        Mistake(
            "web:\n  a: 1\n b: 2",
            """
            3:2: this is not YAML: did not find expected key (while parsing a block mapping, line 1)
            """),
        Mistake(
            "a: \"\\uD800\"",
            """
            1:7: this is not YAML: found invalid Unicode character escape code (while parsing a \
            quoted scalar, line 1)
            """),
        Mistake(
            "a: @b",
            "1:4: a text can't begin with @; put it in quotes"),
    ])
    func reportsWhatIsNotYAML(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }

    @Test(arguments: [
        Mistake(
            "a: &x 1\nb: *x",
            """
            1:4: anchors (&) are not allowed; quote a text that begins with &
            2:4: aliases (*) are not allowed; quote a text that begins with *
            """),
        Mistake(
            "statsd: {rules: [{match: *.b}]}",
            "1:26: aliases (*) are not allowed; quote a text that begins with *"),
        Mistake(
            "statsd:\n  rules:\n  - match: *.b\n  - match: *\n  - match: [",
            """
            3:12: aliases (*) are not allowed; quote a text that begins with *
            4:12: aliases (*) are not allowed; quote a text that begins with *
            6:1: this is not YAML: did not find expected node content (while parsing a flow node, line 6)
            """),
        Mistake(
            String(repeating: "[", count: 33),
            "1:33: more than 32 lists and mappings are open; nothing nests that deeply"),
        Mistake(
            "a: !!int 1",
            "1:4: tags (!) are not allowed; quote a text that begins with !"),
        Mistake(
            "a: b\u{0}c",
            "1:5: the character U+0000 is not allowed"),
        Mistake(
            "a: b\u{feff}",
            "1:5: the character U+FEFF is not allowed"),
    ])
    func refusesWhatNoConfigurationNeeds(mistake: Mistake) {
        #expect(mistake.found == mistake.report)
    }
}
