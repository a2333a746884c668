using Mesh.Testing;



namespace Mesh.Config.Tests.Validation;

public sealed class VirtualServiceValidatorTests
{
    private const string To = "route: [{destination: {host: a}}]";

    [Theory]
    [InlineData("hosts: [a]", "at least one rule is required")]
    [InlineData("hosts: ['*']\nhttp: [{" + To + "}]", "the host * is not allowed")]
    [InlineData("hosts: ['a_b']\nhttp: [{" + To + "}]", "must be a host name")]
    [InlineData("hosts: ['*.a.com', b.a.com]\nhttp: [{" + To + "}]", "spec.hosts[1]: \"b.a.com\" overlaps with \"*.a.com\"")]
    [InlineData("gateways: [g]\nhttp: [{" + To + "}]", "spec.gateways: a VirtualService without hosts is a delegate")]
    [InlineData("hosts: [a]\ngateways: ['a/b/c']\nhttp: [{" + To + "}]", "must be \"name\", \"namespace/name\"")]
    [InlineData("hosts: [a]\nhttp: [{timeout: 1s}]", "a rule needs an action")]
    [InlineData("hosts: [a]\nhttp: [{redirect: {uri: /}, " + To + "}]", "a rule has one action: redirect or route")]
    [InlineData("hosts: [a]\nhttp: [{redirect: {uri: /}, directResponse: {status: 200}}]", "redirect or directResponse")]
    [InlineData("hosts: [a]\nhttp: [{delegate: {name: b}, " + To + "}]", "a rule with a delegate has no route")]
    [InlineData("http: [{delegate: {name: b}}]", "a delegate cannot delegate again")]
    [InlineData("hosts: [a]\nhttp: [{route: [{weight: 1}]}]", "spec.http[0].route[0].destination: a destination is required")]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {host: '*'}}]}]", "the host cannot be *")]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {host: a, subset: v_1}}]}]", "the subset name \"v_1\"")]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {host: a, port: {number: 0}}}]}]", "port must be between 1 and 65535, found 0")]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {host: a}, weight: -1}]}]", "spec.http[0].route[0].weight: must not be negative")]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {host: a}}, {destination: {host: b}}]}]", "all weights are 0")]
    [InlineData("hosts: [a]\nhttp: [{timeout: 0s, " + To + "}]", "spec.http[0].timeout: the duration must be at least 1ms")]
    [InlineData("hosts: [a]\nhttp: [{timeout: 1500us, " + To + "}]", "whole milliseconds")]
    [InlineData("hosts: [a]\nhttp: [{retries: {attempts: 0, retryOn: 5xx}, " + To + "}]", "attempts is 0, which turns retries off")]
    [InlineData("hosts: [a]\nhttp: [{retries: {attempts: 1, retryOn: '5xx, reset'}, " + To + "}]", "\" reset\" is no retry condition and no HTTP status; remove the blanks")]
    [InlineData("hosts: [a]\nhttp: [{retries: {attempts: 1, retryOn: '306'}, " + To + "}]", "\"306\" is no retry condition")]
    [InlineData("hosts: [a]\nhttp: [{match: [{uri: {regex: '(?=a)'}}], " + To + "}]", "spec.http[0].match[0].uri.regex: the regular expression is not valid RE2")]
    [InlineData("hosts: [a]\nhttp: [{match: [{headers: {x: {prefix: ''}}}], " + To + "}]", "spec.http[0].match[0].headers[x].prefix: the prefix must not be empty")]
    [InlineData("hosts: [a]\nhttp: [{match: [{headers: {'a b': {exact: a}}}], " + To + "}]", "is not a header name")]
    [InlineData("hosts: [a]\nhttp: [{match: [{headers: {'@request.auth.claims.sub': {exact: a}}}], " + To + "}]", "works at gateways only")]
    [InlineData("hosts: [a]\nhttp: [{match: [{port: 70000}], " + To + "}]", "found 70000")]
    [InlineData("hosts: [a]\nhttp: [{rewrite: {}, " + To + "}]", "at least one of uri, uriRegexRewrite and authority")]
    [InlineData("hosts: [a]\nhttp: [{rewrite: {authority: b}, headers: {request: {set: {host: c}}}, " + To + "}]", "the authority is set more than once")]
    [InlineData("hosts: [a]\nhttp: [{redirect: {}}]", "the redirect changes nothing")]
    [InlineData("hosts: [a]\nhttp: [{redirect: {uri: /, redirectCode: 200}}]", "must be between 300 and 399")]
    [InlineData("hosts: [a]\nhttp: [{redirect: {prefixRewrite: /b}, match: [{uri: {exact: /a}}]}]", "prefixRewrite needs a uri prefix")]
    [InlineData("hosts: [a]\nhttp: [{directResponse: {status: 99}}]", "the HTTP status must be between 200 and 599, found 99")]
    [InlineData("hosts: [a]\nhttp: [{fault: {}, " + To + "}]", "set abort, delay or both")]
    [InlineData("hosts: [a]\nhttp: [{fault: {abort: {grpcStatus: GONE}}, " + To + "}]", "\"GONE\" is not the name of a gRPC status")]
    [InlineData("hosts: [a]\nhttp: [{fault: {delay: {percentage: {value: 101}, fixedDelay: 1s}}, " + To + "}]", "found 101")]
    [InlineData("hosts: [a]\nhttp: [{mirror: {host: b}, mirrors: [{destination: {host: c}}], " + To + "}]", "use mirror or mirrors")]
    [InlineData("hosts: [a]\nhttp: [{corsPolicy: {allowOrigins: [{}]}, " + To + "}]", "an origin needs exact, prefix or regex")]
    [InlineData("hosts: [a]\nhttp: [{corsPolicy: {allowMethods: [FETCH]}, " + To + "}]", "\"FETCH\" is not one of")]
    [InlineData("hosts: [a]\nhttp: [{headers: {request: {set: {x: '50%'}}}, " + To + "}]", "starts no variable; write %%")]
    [InlineData("hosts: [a]\nhttp: [{headers: {response: {remove: [host]}}, " + To + "}]", "cannot be changed here")]
    [InlineData("hosts: [a]\ntls: [{" + To + "}]", "a tls rule needs a match with sniHosts")]
    [InlineData("hosts: [a.com]\ntls: [{match: [{sniHosts: [b.com]}], " + To + "}]", "\"b.com\" is not within the hosts")]
    [InlineData("hosts: [a.com]\ntcp: [{match: [{destinationSubnets: [x]}], " + To + "}]", "must be an IP address or a CIDR block")]
    [InlineData("hosts: [a.com]\ntcp: [{}]", "a route with at least one destination is required")]
    [InlineData("hosts: [a]\nexportTo: ['*', b]\nhttp: [{" + To + "}]", "\"*\" must stand alone")]
    [InlineData("hosts: [a]\nexportTo: [., default]\nhttp: [{" + To + "}]", "names a namespace twice")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Manifest.VirtualService("a", spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 1}]}]")]
    [InlineData("hosts: ['*']\ngateways: [g]\nhttp: [{" + To + "}]")]
    [InlineData("hosts: [10.0.0.1]\nhttp: [{" + To + "}]")]
    [InlineData("http: [{" + To + "}]")]
    [InlineData("hosts: [a]\nhttp: [{delegate: {name: b, namespace: c}}]")]
    [InlineData("hosts: [a]\nhttp: [{match: [{withoutHeaders: {x: {regex: '*'}}}, {headers: {y: {}}}], " + To + "}]")]
    [InlineData("hosts: [a]\nhttp: [{headers: {request: {set: {x: '%%', y: '%START_TIME(%s)%', z: '%PROTOCOL%'}}}, " + To + "}]")]
    [InlineData("hosts: [a]\nhttp: [{retries: {attempts: 3, retryOn: 'connect-failure,503,unavailable', perTryTimeout: 250ms}, " + To + "}]")]
    [InlineData("hosts: ['*.a.com']\ntls: [{match: [{sniHosts: [x.a.com]}], " + To + "}]")]
    [InlineData("hosts: [a]\nhttp: [{delegate: {name: b}, directResponse: {status: 404}, fault: {abort: {httpStatus: 500}}}]")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Manifest.VirtualService("a", spec)));

    [Theory]
    [InlineData("hosts: [a]\nhttp: [{" + To + "}, {match: [{uri: {exact: /}}], " + To + "}]", "spec.http[1]: VirtualService rule #1 not used (route without matches defined before).")]
    [InlineData("hosts: [a]\nhttp: [{match: [{uri: {exact: /}}], " + To + "}, {match: [{uri: {exact: /}}], " + To + "}]", "spec.http[1]: VirtualService rule #1 not used (all matches used by prior rules).")]
    [InlineData("hosts: [a]\nhttp: [{match: [{uri: {prefix: /a}}], " + To + "}, {match: [{uri: {prefix: /a/b}}], " + To + "}]", "VirtualService rule #1 match #0 of prefix /a/b is not used (duplicate/overlapping match in rule #0 of prefix /a on #0).")]
    [InlineData("hosts: [a]\nhttp: [{fault: {abort: {}}, " + To + "}]", "without httpStatus or grpcStatus nothing is aborted")]
    public void Validate_Doubtful_IsAcceptedWithAWarning(string spec, string expected)
    {
        var yaml = Manifest.VirtualService("a", spec);

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Contains(Manifest.Warnings(yaml), warning => warning.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_Findings_HaveTheLineOfTheirField()
    {
        var errors = Manifest.Errors(Manifest.VirtualService("a", "hosts:\n- a\nhttp:\n- timeout: 0s\n  route:\n  - destination:\n      host: '*'\n    weight: -2"));

        Assert.Equal(["test.yaml:12:9", "test.yaml:13:7", "test.yaml:9:5"], errors.Select(error => error.Split(": ")[0]));
    }
}
