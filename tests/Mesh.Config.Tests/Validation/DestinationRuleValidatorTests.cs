using Mesh.Testing;



namespace Mesh.Config.Tests.Validation;

public sealed class DestinationRuleValidatorTests
{
    [Theory]
    [InlineData("subsets: []", "a host is required")]
    [InlineData("host: a\nsubsets: [{name: v1}, {name: v1}]", "spec.subsets[1].name: the subset \"v1\" is defined twice")]
    [InlineData("host: a\nsubsets: [{labels: {a: b}}]", "spec.subsets[0].name: a name is required")]
    [InlineData("host: a\nsubsets: [{name: v1, labels: {a: 'b c'}}]", "the label value \"b c\"")]
    [InlineData("host: a\ntrafficPolicy: {}", "the traffic policy is empty")]
    [InlineData("host: a\ntrafficPolicy: {tunnel: {targetHost: b, targetPort: 1}, proxyProtocol: {}}", "use tunnel or proxyProtocol")]
    [InlineData("host: a\ntrafficPolicy: {outlierDetection: {maxEjectionPercent: 101}}", "must be between 0 and 100, found 101")]
    [InlineData("host: a\ntrafficPolicy: {outlierDetection: {consecutiveLocalOriginFailures: 1}}", "needs splitExternalLocalOriginErrors")]
    [InlineData("host: a\ntrafficPolicy: {outlierDetection: {outlierDetectionHttpErrorCodes: [99]}}", "found 99")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {}}", "set tcp, http or both")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {tcp: {maxConnections: -1}}}", "must not be negative")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {http: {http2KeepAlive: {interval: 1s}}}}", "both interval and timeout")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}}}", "keeps the caller's version")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {ttl: 0s}}}}", "the name of the cookie is required")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 100}}}}", "must be a prime number")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {warmup: {}}}", "spec.trafficPolicy.loadBalancer.warmup.duration: a duration is required")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {warmup: {duration: 1s}, warmupDurationSecs: 1s}}", "use warmup or warmupDurationSecs")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: r1, to: {r1: 50}}]}}}", "the weights must sum to 100, found 50")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: '*/a', to: {r1: 100}}]}}}", "one * at its end only")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: r1, to: r1}]}}}", "cannot fail over to itself")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: MUTUAL}}", "MUTUAL needs a private key")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: SIMPLE, credentialName: x, caCertificates: ca.pem}}", "credentialName brings all certificates")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [b]}}", "insecureSkipVerify verifies nothing")]
    [InlineData("host: a\ntrafficPolicy: {portLevelSettings: [{tls: {}}]}", "spec.trafficPolicy.portLevelSettings[0].port: a port is required")]
    [InlineData("host: a\ntrafficPolicy: {portLevelSettings: [{port: {number: 80}}]}", "at least one of loadBalancer")]
    [InlineData("host: a\nworkloadSelector: {matchLabels: {a: b}}\nexportTo: ['*']", "seen in its own namespace only")]
    [InlineData("host: a\nworkloadSelector: {matchLabels: {a: '*'}}", "wildcard is not supported in selector")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Manifest.DestinationRule("a", spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("host: '*.local'")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {tcp: {idleTimeout: 0s}}}")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x, maglev: {tableSize: 65537}}}}")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: r1/*, to: {r1/*: 80, r2/*: 20}}]}}}")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Manifest.DestinationRule("a", spec)));

    [Theory]
    [InlineData("host: a\ntrafficPolicy: {outlierDetection: {consecutiveErrors: 3}}", "consecutiveErrors is old")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {failoverPriority: [x]}}}", "failover needs outlierDetection")]
    public void Validate_Doubtful_IsAcceptedWithAWarning(string spec, string expected)
    {
        var yaml = Manifest.DestinationRule("a", spec);

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Contains(Manifest.Warnings(yaml), warning => warning.Contains(expected, StringComparison.Ordinal));
    }
}
