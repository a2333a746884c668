using Mesh.Testing;



namespace Mesh.Config.Tests.Validation;

public sealed class ServiceEntryValidatorTests
{
    [Theory]
    [InlineData("serviceentry-valid.yaml")]
    [InlineData("serviceentry-invalid.yaml")]
    public void Validate_IstiosOwnCases_AgreesWithIstio(string file) => IstioCrdCases.AssertAgreement(file);

    [Theory]
    [InlineData("hosts: [a.example.com]\nresolution: STATIC\nendpoints: [{address: b.example.com}]", "spec.endpoints[0].address: \"b.example.com\" must be an IP address")]
    [InlineData("hosts: [a.example.com]\nresolution: STATIC\nendpoints: [{address: 1.2.3.4, ports: {x: 1}}]", "spec.endpoints[0].ports[x]: the service has no port \"x\"")]
    [InlineData("hosts: [a.example.com]\nresolution: STATIC\nendpoints: [{address: 'unix:///a'}]", "exactly one port")]
    [InlineData("hosts: [a.example.com]\nresolution: DNS\nendpoints: [{address: 'unix:///a'}]", "spec.endpoints[0].address: \"unix:///a\" must be an IP address or a host name: it is resolved")]
    [InlineData("hosts: [a.example.com]\nresolution: DNS\nendpoints: [{network: a}]", "it is resolved")]
    [InlineData("hosts: [a.example.com]\naddresses: ['0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000']", "at most 64 characters, found 69")]
    [InlineData("hosts: ['*.example.com']\nresolution: DNS", "without endpoints the host itself is resolved")]
    [InlineData("hosts: [a.example.com]\nresolution: DYNAMIC_DNS", "DYNAMIC_DNS takes wildcard hosts only")]
    [InlineData("hosts: [a.example.com, b.example.com]\nresolution: DNS\nports: [{number: 1, name: a, protocol: TCP}]", "several hosts can share HTTP and TLS ports only")]
    [InlineData("hosts: [a.example.com]\nports: [{number: 1, name: a, protocol: FOO}]", "unknown protocol \"FOO\"")]
    [InlineData("hosts: [a.example.com]\nports: [{number: 1, protocol: HTTP}]", "the port name \"\" is required")]
    [InlineData("hosts: [a_b.example.com]", "must be a host name")]
    [InlineData("hosts: [a.example.com]\naddresses: [1.2.3]", "must be an IP address or a CIDR block")]
    [InlineData("hosts: [a.example.com]\naddresses: [1.2.3.4/33]", "must be an IP address or a CIDR block")]
    [InlineData("hosts: [a.example.com]\nexportTo: ['~', a]", "\"~\" must stand alone")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Manifest.ServiceEntry("a", spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Validate_DynamicNamesWithinTheMeshThroughAWaypoint_IsRejected()
    {
        var yaml = Manifest.ServiceEntry("a", "hosts: ['*.example.com']\nresolution: DYNAMIC_DNS\nlocation: MESH_INTERNAL\nports: [{number: 80, name: a, protocol: HTTP}]");

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Contains(
            Manifest.Errors(yaml.Replace("name: a\n", "name: a\n  labels: {istio.io/use-waypoint: b}\n", StringComparison.Ordinal)),
            error => error.Contains("cannot go through a waypoint", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("address: ''", "an address is required")]
    [InlineData("address: 'unix://a'", "must be unix:///absolute/path")]
    [InlineData("address: 1.2.3.4\nports: {http: 70000}", "port must be between 1 and 65535, found 70000")]
    [InlineData("address: 'a b'", "must be an IP address or a host name")]
    public void Validate_BrokenWorkloadEntry_IsRejected(string spec, string expected) => Assert.Contains(
        Manifest.Errors(Manifest.Of("networking.istio.io/v1", "WorkloadEntry", "a", spec)),
        error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("ports: []", "at least one port is required")]
    [InlineData("ports: [{port: 1}, {port: 2}]", "a name is required when there are several ports")]
    [InlineData("ports: [{port: 1, name: a}, {port: 1, name: b}]", "the port 1 is used twice")]
    [InlineData("ports: [{port: 1, protocol: HTTP}]", "\"HTTP\" is not one of (empty), TCP, UDP, SCTP")]
    [InlineData("type: ExternalName", "must be a host name")]
    public void Validate_BrokenService_IsRejected(string spec, string expected) => Assert.Contains(
        Manifest.Errors(Manifest.Of("v1", "Service", "a", spec)),
        error => error.Contains(expected, StringComparison.Ordinal));
}
