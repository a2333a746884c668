using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

public sealed class WorkloadGroupValidatorTests
{
    [Theory]
    [InlineData("{}", "spec.template: a template is required")]
    [InlineData("template: {ports: {'@': 80}}", "the port name \"@\"")]
    [InlineData("template: {ports: {http: 99999}}", "spec.template.ports[http]: port must be between 1 and 65535")]
    [InlineData("template: {}\nmetadata: {labels: {'a b': c}}", "the key \"a b\"")]
    [InlineData("template: {}\nprobe: {}", "spec.probe: the probe asks nobody")]
    [InlineData("template: {}\nprobe: {initialDelaySeconds: -1, tcpSocket: {port: 1}}", "spec.probe.initialDelaySeconds: must not be negative")]
    [InlineData("template: {}\nprobe: {failureThreshold: -1, tcpSocket: {port: 1}}", "spec.probe.failureThreshold: must not be negative")]
    [InlineData("template: {}\nprobe: {tcpSocket: {port: 65536}}", "spec.probe.tcpSocket.port: port must be between 1 and 65535")]
    [InlineData("template: {}\nprobe: {tcpSocket: {}}", "spec.probe.tcpSocket.port")]
    [InlineData("template: {}\nprobe: {grpc: {}}", "spec.probe.grpc.port")]
    [InlineData("template: {}\nprobe: {exec: {}}", "spec.probe.exec.command: a command is required")]
    [InlineData("template: {}\nprobe: {httpGet: {port: 80, scheme: FTP}}", "\"FTP\" is not one of")]
    [InlineData("template: {}\nprobe: {httpGet: {port: 80, httpHeaders: [{name: '**'}]}}", "spec.probe.httpGet.httpHeaders[0].name")]
    [InlineData("template: {}\nprobe: {httpGet: {port: 80}, tcpSocket: {port: 80}}", "only one of \"httpGet\" and \"tcpSocket\" can be set")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("template: {}")]
    [InlineData("metadata: {labels: {a: b}, annotations: {c: d}}\ntemplate: {serviceAccount: sa, network: net, ports: {http: 1}, labels: {app: a}, weight: 2, locality: a/b/c}")]
    [InlineData("template: {}\nprobe: {periodSeconds: 5, httpGet: {port: 8080, path: /ready, host: b, scheme: HTTPS, httpHeaders: [{name: a, value: b}]}}")]
    [InlineData("template: {}\nprobe: {exec: {command: [sh, -c, 'true']}}")]
    [InlineData("template: {ports: {http-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 80}}")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of(spec)));

    private static string Of(string spec) => Manifest.Of("networking.istio.io/v1alpha3", "WorkloadGroup", "a", spec);
}
