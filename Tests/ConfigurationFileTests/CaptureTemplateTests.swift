import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct CaptureTemplateTests {
    @Test(arguments: [
        ("", ""), ("a", "a"), ("$1", "x"), ("a_$1_b", "a_x_b"), ("${1}b", "xb"), ("$1$2", "xx"),
        ("a${2}", "ax"),
        ("$12", "x"), ("€$1€", "€x€"),
    ])
    func fillsAValidTemplate(template: String, sample: String) {
        #expect(CaptureTemplate.mistake(in: template, captures: 12) == nil)
        #expect(CaptureTemplate.sample(of: template) == sample)
    }

    @Test(arguments: [
        "$", "a$", "$a", "${", "${1", "${}", "${a}", "$$1", "$0", "$3", "$99999999999999999999",
    ])
    func refusesAMalformedOne(template: String) {
        #expect(CaptureTemplate.mistake(in: template, captures: 2) != nil)
    }
}
