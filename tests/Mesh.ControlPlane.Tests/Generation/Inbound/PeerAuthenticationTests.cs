using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Tls;
using static Mesh.ControlPlane.Tests.Generation.Inbound.GuardedWorkload;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

public sealed class PeerAuthenticationTests
{
    private static readonly string[] Both = ["inbound-mtls", "inbound-plaintext"];

    [Theory]
    [InlineData("STRICT", "inbound-mtls")]
    [InlineData("DISABLE", "inbound-plaintext")]
    [InlineData("PERMISSIVE", "inbound-mtls inbound-plaintext")]
    [InlineData("UNSET", "inbound-mtls inbound-plaintext")]
    public void Generate_Mode_SaysWhichConnectionsAreTaken(string mode, string chains) =>
        Assert.Equal(chains.Split(' '), new GuardedWorkload(Peer($"mtls: {{mode: {mode}}}")).Chains);

    [Fact]
    public void Generate_NoPolicy_TakesBoth()
    {
        var listener = new GuardedWorkload().Listener;

        Assert.Equal(Both, listener.FilterChains.Select(chain => chain.Name));
        Assert.Equal(["tls", "raw_buffer"], listener.FilterChains.Select(chain => chain.FilterChainMatch.TransportProtocol));
        Assert.Equal(listener.FilterChains[0].Filters, listener.FilterChains[1].Filters);
    }

    [Fact]
    public void Generate_MutualTls_DemandsACertificateOfTheMesh()
    {
        var socket = new GuardedWorkload(Peer("mtls: {mode: STRICT}")).Listener.FilterChains[0].TransportSocket;
        var context = socket.TypedConfig.Unpack<DownstreamTlsContext>();

        Assert.Equal("envoy.transport_sockets.tls", socket.Name);
        Assert.True(context.RequireClientCertificate);
        Assert.Equal("default", context.CommonTlsContext.TlsCertificateProviderInstance.InstanceName);
        Assert.Equal("ROOTCA", context.CommonTlsContext.CombinedValidationContext.DefaultValidationContext.CaCertificateProviderInstance.CertificateName);
    }

    [Theory]
    [InlineData("STRICT", "", "", "", "inbound-mtls")]
    [InlineData("STRICT", "DISABLE", "", "", "inbound-plaintext")]
    [InlineData("STRICT", "UNSET", "", "", "inbound-mtls")]
    [InlineData("STRICT", "DISABLE", "PERMISSIVE", "", "inbound-mtls inbound-plaintext")]
    [InlineData("STRICT", "DISABLE", "UNSET", "", "inbound-plaintext")]
    [InlineData("DISABLE", "", "", "STRICT", "inbound-mtls")]
    [InlineData("DISABLE", "", "STRICT", "UNSET", "inbound-mtls")]
    [InlineData("DISABLE", "", "UNSET", "UNSET", "inbound-plaintext")]
    [InlineData("", "", "DISABLE", "PERMISSIVE", "inbound-mtls inbound-plaintext")]
    public void Generate_ModesOfSeveralScopes_TheNarrowestThatSaysSomethingWins(string mesh, string ns, string workload, string port, string chains)
    {
        List<string> yaml = [];
        AddIf(mesh.Length > 0, Peer($"mtls: {{mode: {mesh}}}", "mesh", "istio-system"));
        AddIf(ns.Length > 0, Peer($"mtls: {{mode: {ns}}}", "namespace"));
        var ports = port.Length > 0 ? $"\nportLevelMtls: {{9180: {{mode: {port}}}, 1: {{mode: DISABLE}}}}" : "";
        AddIf(workload.Length > 0 || port.Length > 0, Peer($"selector: {{matchLabels: {{app: reviews}}}}\nmtls: {{mode: {(workload.Length > 0 ? workload : "UNSET")}}}{ports}", "workload"));

        Assert.Equal(chains.Split(' '), new GuardedWorkload([.. yaml]).Chains);

        void AddIf(bool condition, string text)
        {
            if (condition)
            {
                yaml.Add(text);
            }
        }
    }

    [Fact]
    public void Generate_SeveralOfOneScope_TheOldestWins()
    {
        var workload = new GuardedWorkload(
            Peer("mtls: {mode: STRICT}", "z"),
            Peer("mtls: {mode: DISABLE}", "a"),
            Peer("selector: {matchLabels: {app: reviews}}", "w"),
            Peer("selector: {matchLabels: {version: v1}}\nmtls: {mode: DISABLE}", "b"));

        Assert.Equal(["inbound-mtls"], workload.Chains);
    }

    [Theory]
    [InlineData("selector: {matchLabels: {app: ratings}}\nmtls: {mode: STRICT}", "default")]
    [InlineData("mtls: {mode: STRICT}", "other")]
    [InlineData("selector: {matchLabels: {app: reviews}}\nmtls: {mode: STRICT}", "istio-system")]
    public void Generate_PolicyOfOthers_DoesNotHold(string spec, string ns) => Assert.Equal(Both, new GuardedWorkload(Peer(spec, "a", ns)).Chains);

    [Fact]
    public void Generate_RootNamespaceElsewhere_IsFollowed() => Assert.Equal(
        ["inbound-mtls"],
        new GuardedWorkload(MeshYaml.Settings("rootNamespace: policies"), Peer("mtls: {mode: STRICT}", "a", "policies"), Peer("mtls: {mode: DISABLE}", "b", "istio-system")).Chains);

    [Theory]
    [InlineData("STRICT", "", "inbound-mtls")]
    [InlineData("DISABLE", ",security.istio.io/tlsMode=istio", "inbound-plaintext")]
    [InlineData("PERMISSIVE", "", "inbound-plaintext")]
    [InlineData("PERMISSIVE", ",security.istio.io/tlsMode=istio", "inbound-mtls")]
    public void Generate_ForGrpc_IsOneChainWithoutAMatch(string mode, string label, string name)
    {
        var workload = new GuardedWorkload(Peer($"mtls: {{mode: {mode}}}")) { Client = GrpcReviews with { Labels = GrpcReviews.Labels + label } };
        var chain = Assert.Single(workload.Listener.FilterChains);

        Assert.Equal(name, chain.Name);
        Assert.Null(chain.FilterChainMatch);
        Assert.Equal(name == "inbound-mtls", chain.TransportSocket is not null);
        Assert.False(workload.Manager.MergeSlashes);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("DISABLE", false)]
    [InlineData("STRICT", true)]
    public void Generate_EndpointsOfAPortThatTakesNoTls_AreCalledWithout(string mode, bool offered)
    {
        var process = Bookinfo.Process("reviews", "v1", 9180);
        process = process with { Labels = process.Labels.Add("security.istio.io/tlsMode", "istio") };
        var port = mode.Length == 0 ? "PERMISSIVE" : mode;
        var mesh = new GeneratedMesh(Bookinfo.Services, Peer($"selector: {{matchLabels: {{app: reviews}}}}\nportLevelMtls: {{9180: {{mode: {port}}}}}")).With(process);
        var endpoint = Assert.Single(Assert.Single(mesh.Endpoints("outbound|9080||reviews.default.svc.cluster.local")!.Endpoints).LbEndpoints);

        Assert.Equal(offered, endpoint.Metadata.FilterMetadata.ContainsKey("envoy.transport_socket_match"));
    }

    [Theory]
    [InlineData("", true, false, "KeepUnchanged")]
    [InlineData("NONE", false, false, "KeepUnchanged")]
    [InlineData("BASE", true, false, "KeepUnchanged")]
    [InlineData("MERGE_SLASHES", true, true, "KeepUnchanged")]
    [InlineData("DECODE_AND_MERGE_SLASHES", true, true, "UnescapeAndForward")]
    public void Generate_PathNormalization_TravelsToTheServer(string form, bool normalizes, bool merges, string slashes)
    {
        var settings = form.Length == 0 ? "trustDomain: cluster.local" : $"pathNormalization: {{normalization: {form}}}";
        var manager = new GuardedWorkload(MeshYaml.Settings(settings)).Manager;

        Assert.Equal((normalizes, merges, slashes), (manager.NormalizePath, manager.MergeSlashes, manager.PathWithEscapedSlashesAction.ToString()));
    }

    private static string Peer(string spec, string name = "a", string ns = "default") => Policy("PeerAuthentication", spec, name, ns);
}
