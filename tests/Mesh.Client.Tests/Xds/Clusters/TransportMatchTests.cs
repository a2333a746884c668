using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Xds;
using Cluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using Endpoint = Mesh.Client.Model.Endpoint;

namespace Mesh.Client.Tests.Xds.Clusters;

public sealed class TransportMatchTests
{
    private static readonly Value Istio = Value.ForString("istio");

    [Fact]
    public void SecurityOf_Endpoint_IsTheFirstMatchOfItsLabels()
    {
        var policy = Policy(
            Match("both", Tls("both"), ("tlsMode", Istio), ("zone", Value.ForNumber(1))),
            Match("one", Tls("one"), ("tlsMode", Istio)));

        Assert.Equal("both", policy.SecurityOf(With(Labels(("tlsMode", Istio), ("zone", Value.ForNumber(1)), ("more", Istio))))!.Sni);
        Assert.Equal("one", policy.SecurityOf(With(Labels(("tlsMode", Istio), ("zone", Value.ForString("1")))))!.Sni);
        Assert.Equal("one", policy.SecurityOf(With(Labels(("tlsMode", Istio))))!.Sni);
    }

    [Fact]
    public void SecurityOf_EndpointThatNothingFits_IsTheClustersOwn()
    {
        var cluster = Clusters(Match("one", Tls("one"), ("tlsMode", Istio)));
        cluster.TransportSocket = Tls("cluster");
        var policy = ConnectionDecoderTests.Decode(cluster).Policy;

        Assert.Equal("cluster", policy.SecurityOf(With(Labels()))!.Sni);
        Assert.Null(Policy(Match("one", Tls("one"), ("tlsMode", Istio))).SecurityOf(With(Labels(("tlsMode", Value.ForString("other"))))));
    }

    [Fact]
    public void SecurityOf_EmptyMatch_FitsEveryEndpoint() =>
        Assert.Null(Policy(Match("tlsMode-disabled", Plaintext), Match("never", Tls("never"), ("tlsMode", Istio))).SecurityOf(With(Labels(("tlsMode", Istio)))));

    [Fact]
    public void SecurityOf_LabelsOfTheLocality_CountWhereTheEndpointsOwnDecideNothing()
    {
        var policy = Policy(Match("one", Tls("one"), ("tlsMode", Istio)));
        var assignment = Resources.Endpoints("c", 7001);
        assignment.Endpoints[0].Metadata = Labels(("tlsMode", Istio));
        var set = EndpointDecoder.Decode(assignment).Value!;

        Assert.Equal("one", policy.SecurityOf(set.Localities[0].Endpoints[0])!.Sni);
    }

    [Fact]
    public void Decode_ADemandThatCannotBeRead_IsRefusedAndStillADemand()
    {
        var unreadable = ClusterDecoder.Decode(Clusters(Match("one", new TransportSocket { Name = "envoy.transport_sockets.alts" }, ("tlsMode", Istio))), ["default"]);
        var nameless = ClusterDecoder.Decode(Clusters(Match("", Plaintext), Match("", Plaintext)), ["default"]);
        var empty = ClusterDecoder.Decode(Clusters(new Cluster.Types.TransportSocketMatch { Name = "one" }), ["default"]);

        Assert.Equal(SecurityDemand.OfSomeEndpoints, unreadable.Refused!.SecurityDemand);
        Assert.Contains(nameless.Errors, error => error.Contains("expected one of its own", StringComparison.Ordinal));
        Assert.Contains(empty.Errors, error => error.Contains("expected one, got none", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false, nameof(SecurityDemand.None))]
    [InlineData(true, false, nameof(SecurityDemand.OfSomeEndpoints))]
    [InlineData(true, true, nameof(SecurityDemand.OfAllEndpoints))]
    public void Decode_Demand_CountsMatchesAndTheRest(bool matched, bool others, string expected)
    {
        var cluster = Clusters(Match("one", matched ? Tls("one") : Plaintext, ("tlsMode", Istio)), Match("rest", others ? Tls("rest") : Plaintext));

        Assert.Equal(System.Enum.Parse<SecurityDemand>(expected), ConnectionDecoderTests.Decode(cluster).SecurityDemand);
    }

    [Fact]
    public void S23_MeshTlsWithoutNames_IsRefused()
    {
        var context = new UpstreamTlsContext { CommonTlsContext = new CommonTlsContext { TlsCertificateProviderInstance = Own("default"), ValidationContext = new CertificateValidationContext { CaCertificateProviderInstance = Own("ROOTCA") } } };
        var cluster = Resources.Cluster("c");
        cluster.TransportSocket = Socket(context);

        var result = ClusterDecoder.Decode(cluster, ["default"]);

        Assert.Contains(result.Errors, error => error.Contains("any workload of the mesh would be believed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Update_ThatDemandsMoreTlsAndIsRefused_ClosesTheCluster()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = XdsProtocol.Delta }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c", "1", 7001);
        await rig.ReachesAsync(destination => destination.Status == DestinationStatus.Routed && XdsClientRig.Ports(destination, "c") is [7001]);

        var demanding = Clusters(Match("one", new TransportSocket { Name = "envoy.transport_sockets.alts" }, ("tlsMode", Istio)), Match("rest", Plaintext));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").With(("c", demanding)));

        var closed = await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c") is []);
        Assert.Contains("demands TLS", closed.Clusters["c"].Reason, StringComparison.Ordinal);
    }

    private static TransportSocket Plaintext => new() { Name = "envoy.transport_sockets.raw_buffer" };

    private static TransportSocket Tls(string sni) => Socket(new UpstreamTlsContext
    {
        Sni = sni,
        CommonTlsContext = new CommonTlsContext
        {
            ValidationContext = new CertificateValidationContext
            {
                SystemRootCerts = new CertificateValidationContext.Types.SystemRootCerts(),
                MatchTypedSubjectAltNames = { new SubjectAltNameMatcher { SanType = SubjectAltNameMatcher.Types.SanType.Uri, Matcher = new StringMatcher { Prefix = "spiffe://" } } },
            },
        },
    });

    private static TransportSocket Socket(UpstreamTlsContext context) => new() { Name = "envoy.transport_sockets.tls", TypedConfig = AdsResponse.Pack(context) };

    private static CertificateProviderPluginInstance Own(string certificate) => new() { InstanceName = "default", CertificateName = certificate };

    private static Cluster.Types.TransportSocketMatch Match(string name, TransportSocket socket, params (string Key, Value Value)[] labels) =>
        new() { Name = name, TransportSocket = socket, Match = Struct(labels) };

    private static Metadata Labels(params (string Key, Value Value)[] labels) => new() { FilterMetadata = { ["envoy.transport_socket_match"] = Struct(labels) } };

    private static Struct Struct((string Key, Value Value)[] labels) => new() { Fields = { labels.ToDictionary(label => label.Key, label => label.Value) } };

    private static Cluster Clusters(params Cluster.Types.TransportSocketMatch[] matches)
    {
        var cluster = Resources.Cluster("c");
        cluster.TransportSocketMatches.AddRange(matches);
        return cluster;
    }

    private static ClusterPolicy Policy(params Cluster.Types.TransportSocketMatch[] matches) => ConnectionDecoderTests.Decode(Clusters(matches)).Policy;

    private static Endpoint With(Metadata metadata) =>
        new(new EndpointAddress("127.0.0.1", 1), 1, EndpointHealth.Healthy) { TransportLabels = TransportMatchDecoder.LabelsOf(metadata) };
}
