# Fails where a suite has no time limit of its own, or a test stands in no suite: it could hang for ever.
FNR == 1 { suites = 0 }
/^(private |final )*(struct|class|actor|enum) .*Tests([^A-Za-z0-9_]|$)/ {
    suites++
    if (previous !~ /\.timeLimit\(\.minutes\([0-9]+\)\)/) report("this suite has no .timeLimit(.minutes(n))")
}
/@Test([^A-Za-z0-9_]|$)/ && !suites { report("a test before any suite whose name ends in Tests") }
{ previous = $0 }
END { exit failures > 0 }

function report(text) {
    print FILENAME ":" FNR ": " text
    failures++
}
