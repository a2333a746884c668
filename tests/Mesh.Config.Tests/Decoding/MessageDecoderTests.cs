using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.Core;
using Mesh.Testing;

namespace Mesh.Config.Tests.Decoding;

/// <summary>The rules of proto3 JSON as Istio applies them to YAML, and an error with its place for each breach.</summary>
public sealed class MessageDecoderTests
{
    private const string Rule = "host: reviews\n";

    [Fact]
    public void Decode_CamelCaseAndOriginalNames_AreTheSameField()
    {
        var camel = Manifest.Spec<DestinationRule>(Manifest.DestinationRule("a", Rule + "trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}"));
        var snake = Manifest.Spec<DestinationRule>(Manifest.DestinationRule("a", Rule + "traffic_policy: {outlier_detection: {consecutive5xx_errors: 3}}"));

        Assert.Equal(3u, camel.TrafficPolicy.OutlierDetection.Consecutive5XxErrors);
        Assert.Equal(camel, snake);
    }

    [Fact]
    public void Decode_EveryShapeOfValue_IsRead()
    {
        var rule = Manifest.Spec<DestinationRule>(Manifest.DestinationRule("a", """
            host: reviews
            subsets:
            - {name: v1, labels: {version: v1, "app.kubernetes.io/part-of": shop}}
            trafficPolicy:
              tls: {mode: 1, insecureSkipVerify: true}
              loadBalancer:
                consistentHash: {useSourceIp: yes, ringHash: {minimumRingSize: "2048"}}
                warmup: {duration: 1m30s, minimumPercent: 12.5}
              connectionPool:
                tcp: {maxConnections: "100", connectTimeout: 0.5s, idleTimeout: null}
                http: {http2MaxRequests: 80.0, h2UpgradePolicy: UPGRADE}
            """));

        var policy = rule.TrafficPolicy;
        Assert.Equal("shop", rule.Subsets[0].Labels["app.kubernetes.io/part-of"]);
        Assert.Equal(ClientTLSSettings.Types.TLSmode.Simple, policy.Tls.Mode);
        Assert.True(policy.Tls.InsecureSkipVerify);
        Assert.True(policy.LoadBalancer.ConsistentHash.UseSourceIp);
        Assert.Equal(2048ul, policy.LoadBalancer.ConsistentHash.RingHash.MinimumRingSize);
        Assert.Equal(90, policy.LoadBalancer.Warmup.Duration.Seconds);
        Assert.Equal(12.5, policy.LoadBalancer.Warmup.MinimumPercent);
        Assert.Equal(100, policy.ConnectionPool.Tcp.MaxConnections);
        Assert.Equal(500_000_000, policy.ConnectionPool.Tcp.ConnectTimeout.Nanos);
        Assert.Null(policy.ConnectionPool.Tcp.IdleTimeout);
        Assert.Equal(80, policy.ConnectionPool.Http.Http2MaxRequests);
        Assert.Equal(ConnectionPoolSettings.Types.HTTPSettings.Types.H2UpgradePolicy.Upgrade, policy.ConnectionPool.Http.H2UpgradePolicy);
    }

    [Fact]
    public void Decode_Bytes_AreBase64()
    {
        var service = Manifest.Spec<VirtualService>(Manifest.VirtualService("a", "hosts: [a]\nhttp:\n- directResponse: {status: 503, body: {bytes: aGVsbG8=}}"));

        Assert.Equal("hello", service.Http[0].DirectResponse.Body.Bytes.ToStringUtf8());
    }

    [Theory]
    [InlineData("hots: [a]", "test.yaml:6:3: error: VirtualService default/a: spec.hots: unknown field \"hots\" in spec (VirtualService); did you mean \"hosts\"?")]
    [InlineData("hosts: [a]\nhttp:\n- mach: []", "test.yaml:8:5: error: VirtualService default/a: spec.http[0].mach: unknown field \"mach\" in spec.http[0] (HTTPRoute); did you mean \"match\"?")]
    [InlineData("hosts: [true]", "test.yaml:6:11: error: VirtualService default/a: spec.hosts[0]: expected a string, found the boolean true; put it in quotes: \"true\"")]
    [InlineData("hosts: [123]", "spec.hosts[0]: expected a string, found the number 123; put it in quotes: \"123\"")]
    [InlineData("hosts: [1.5]", "put it in quotes: \"1.5\"")]
    [InlineData("hosts: a", "spec.hosts: expected a list, found the string \"a\"; start each item with \"- \"")]
    [InlineData("hosts: [a, ]\nhttp: [null]", "spec.http[0]: the item is empty")]
    [InlineData("hosts: [[a]]", "spec.hosts[0]: expected a single value, found a list")]
    [InlineData("http: [{timeout: 10}]", "spec.http[0].timeout: expected a duration such as 500ms, 10s or 1h30m, found the number 10; did you mean 10s?")]
    [InlineData("http: [{timeout: soon}]", "found the string \"soon\"")]
    [InlineData("http: [{timeout: 1s, timeout: 2s}]", "spec.http[0].timeout: \"timeout\" is set twice")]
    [InlineData("http: [{corsPolicy: {}, cors_policy: {}}]", "\"cors_policy\" is set twice")]
    [InlineData("http: [{match: [{uri: {exact: a, prefix: b}}]}]", "spec.http[0].match[0].uri.prefix: only one of \"exact\" and \"prefix\" can be set")]
    [InlineData("http: [{match: [{port: -1}]}]", "expected a number from 0 to 4294967295, found -1")]
    [InlineData("http: [{match: [{port: 1.5}]}]", "expected a whole number, found the number 1.5")]
    [InlineData("http: [{match: [{port: \"x\"}]}]", "expected a whole number, found the string \"x\"")]
    [InlineData("http: [{match: [{ignoreUriCase: \"true\"}]}]", "expected true or false without quotes, found the string \"true\"")]
    [InlineData("http: [{redirect: {derivePort: FROM_REQUST_PORT}}]", "expected one of FROM_PROTOCOL_DEFAULT, FROM_REQUEST_PORT, found the string \"FROM_REQUST_PORT\"; did you mean \"FROM_REQUEST_PORT\"?")]
    [InlineData("http: [{redirect: {derivePort: 7}}]", "expected one of FROM_PROTOCOL_DEFAULT")]
    [InlineData("http: [{mirrorPercentage: {value: much}}]", "expected a finite number, found the string \"much\"")]
    [InlineData("http: [{mirrorPercentage: {value: .nan}}]", "expected a finite number")]
    [InlineData("http: [{directResponse: {status: 200, body: {bytes: '!'}}}]", "expected bytes in base64")]
    [InlineData("http: [{match: [{sourceLabels: {a: b, a: c}}]}]", "spec.http[0].match[0].sourceLabels[a]: \"a\" is set twice")]
    [InlineData("http: [{match: [{sourceLabels: {a: }}]}]", "the key has no value")]
    [InlineData("http: [{match: [{sourceLabels: [a]}]}]", "expected a mapping, found a list")]
    [InlineData("http: [7]", "spec.http[0]: expected a mapping with the fields of HTTPRoute, found the number 7")]
    public void Decode_Breach_IsReportedWithItsPlace(string spec, string expected)
    {
        var errors = Manifest.Errors(Manifest.VirtualService("a", spec));

        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Decode_SeveralBreaches_AreAllReported()
    {
        var errors = Manifest.Errors(Manifest.VirtualService("a", "hots: [a]\nhttp:\n- timeout: 5\n  retries: {attempts: many}\n  fault: {dely: {}}"));

        Assert.Equal(["test.yaml:6:3", "test.yaml:8:5", "test.yaml:9:15", "test.yaml:10:13", "test.yaml:10:5"], errors.Select(error => error.Split(": ")[0]));
        Assert.Contains("set abort, delay or both", errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_NullOfOneof_LeavesTheOtherAlone()
    {
        var service = Manifest.Spec<VirtualService>(Manifest.VirtualService("a", "hosts: [a]\nhttp:\n- match: [{uri: {exact: ~, prefix: /b}}]\n  route: [{destination: {host: a}}]"));

        Assert.Equal("/b", service.Http[0].Match[0].Uri.Prefix);
    }

    [Fact]
    public void Decode_CoreService_TakesNumbersAndNamesAndLeavesUnknownFieldsAlone()
    {
        var service = Manifest.Spec<ServiceSpec>(Manifest.Of("v1", "Service", "a", """
            clusterIP: 10.0.0.1
            sessionAffinity: None
            ports:
            - {name: http, port: 80, targetPort: 8080}
            - {name: grpc, port: 90, targetPort: grpc, appProtocol: grpc}
            """));

        Assert.Equal("10.0.0.1", service.ClusterIp);
        Assert.Equal(8080, service.Ports[0].TargetPort.IntVal);
        Assert.Equal("grpc", service.Ports[1].TargetPort.StrVal);
    }

    [Fact]
    public void Decode_CoreServiceWithTargetPortOfAnotherShape_IsRejected() => Assert.Contains(
        Manifest.Errors(Manifest.Of("v1", "Service", "a", "ports: [{port: 80, targetPort: [1]}]")),
        error => error.Contains("spec.ports[0].targetPort: expected a number or a name, found a list", StringComparison.Ordinal));
}
