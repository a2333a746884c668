using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Fallback;
using Mesh.Client.Fallback.Declared;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Testing.Spiffe;
using Microsoft.Extensions.Configuration;

namespace Mesh.Client.Tests.Reliability;

/// <summary>What calls follow, rung by rung, and the floor under all of them (fault matrix B03, B08, B09).</summary>
public sealed class DestinationLadderTests : IDisposable
{
    private static readonly Authority Reviews = new("reviews", 9080);
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SvidAuthority _authority = new();
    private MeshSnapshot _inForce = MeshSnapshot.Empty;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void B03_NoServerAndNothingKnown_DeclaredEndpointsServeUntilOneAnswers()
    {
        var ladder = Ladder(declared: "127.0.0.1:7001");
        ladder.Ask(Reviews);
        Assert.Empty(_inForce.Destinations);

        ladder.Take(new XdsConnectionState(XdsConnectionStatus.BackingOff, Now));
        var declared = _inForce.Destinations[Reviews];
        Assert.Equal((DestinationStatus.Routed, DestinationSource.Declared), (declared.Status, declared.Source));
        Assert.Equal(7001, declared.Clusters.Single().Value.Endpoints.Localities[0].Endpoints[0].Address.Port);

        // The same through attempts that come to nothing: connections stay.
        ladder.Take(new XdsConnectionState(XdsConnectionStatus.Connecting, Now));
        ladder.Ask(new Authority("reviews", 80));
        Assert.Same(declared, _inForce.Destinations[Reviews]);

        var live = Known();
        ladder.Take(new MeshSnapshot(1, new Dictionary<Authority, Destination> { [Reviews] = live }.ToFrozenDictionary()));
        Assert.Same(live, _inForce.Destinations[Reviews]);
    }

    [Theory]
    [InlineData(true, false, false, DestinationStatus.Unknown, false)]
    [InlineData(true, true, false, DestinationStatus.Unknown, true)]
    [InlineData(true, true, true, DestinationStatus.Unknown, false)]
    [InlineData(false, false, false, DestinationStatus.Failed, false)]
    internal void B03_B09_NothingKnownAtAll_GoesDirectOnlyWherePlaintextIsAllowed(bool mayGoDirect, bool hasIdentity, bool allows, DestinationStatus status, bool refuses)
    {
        var ladder = Ladder(hasIdentity, mayGoDirect, allows);

        var unanswered = ladder.Unanswered(Reviews, "nobody answered");

        Assert.Equal((status, refuses), (unanswered.Status, unanswered.RefusesPlaintext));
    }

    [Fact]
    public void B08_KillSwitch_TakesCallsOutAndBack()
    {
        var ladder = Ladder();
        var known = Known();
        ladder.Take(new MeshSnapshot(1, new Dictionary<Authority, Destination> { [Reviews] = known }.ToFrozenDictionary()));

        ladder.Switch(true);
        var direct = _inForce.Destinations[Reviews];
        Assert.Equal((DestinationStatus.Unknown, DestinationSource.Direct, false), (direct.Status, direct.Source, direct.RefusesPlaintext));
        ladder.Ask(new Authority("details", 9080));
        Assert.Equal(DestinationSource.Direct, _inForce.Destinations[new Authority("details", 9080)].Source);

        ladder.Switch(false);
        Assert.Same(known, _inForce.Destinations[Reviews]);
        Assert.DoesNotContain(new Authority("details", 9080), _inForce.Destinations.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void B09_DestinationThatIsSpokenToOverTheMeshsTls_StaysSoOnEveryRung(bool byLabels)
    {
        var ladder = Ladder(hasIdentity: true, declared: "127.0.0.1:7001");
        var known = Known(byLabels ? new ClusterPolicy { SecurityByLabels = new([new TransportMatch(ValueList<TransportLabel>.Empty, MeshTls)]) } : new ClusterPolicy { Security = MeshTls });
        ladder.Take(new MeshSnapshot(1, new Dictionary<Authority, Destination> { [Reviews] = known }.ToFrozenDictionary()));

        ladder.Switch(true);
        Assert.Same(known, _inForce.Destinations[Reviews]);
        ladder.Take(new XdsConnectionState(XdsConnectionStatus.BackingOff, Now));
        Assert.Same(known, _inForce.Destinations[Reviews]);
    }

    [Fact]
    public void B09_ProcessWithAnIdentityAndNothingKnown_UsesNoDeclaredPlaintext()
    {
        var ladder = Ladder(hasIdentity: true, declared: "127.0.0.1:7001");
        ladder.Take(new XdsConnectionState(XdsConnectionStatus.BackingOff, Now));
        ladder.Ask(Reviews);
        Assert.Empty(_inForce.Destinations);

        ladder.Switch(true);
        Assert.True(_inForce.Destinations[Reviews].RefusesPlaintext);
    }

    [Theory]
    [InlineData("Services:reviews:http:0", "http://10.0.0.1:80", "reviews", "10.0.0.1:80")]
    [InlineData("Services:reviews:http:0", "10.0.0.1:80", "reviews.default.svc.cluster.local", "10.0.0.1:80")]
    [InlineData("Services:reviews:default:0", "//[::1]:80", "reviews", "[::1]:80")]
    [InlineData("Services:reviews:0", "host.example:8080", "REVIEWS", "host.example:8080")]
    [InlineData("Services:reviews:https:0", "https://10.0.0.1:443", "reviews", null)]
    [InlineData("Services:details:http:0", "10.0.0.1:80", "reviews", null)]
    [InlineData("Services:reviews:http:0", "no address", "reviews", null)]
    public void B03_ServicesOfTheApplicationsConfiguration_AreReadAsServiceDiscoveryWritesThem(string key, string value, string host, string? expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        var declared = new DeclaredServices(ImmutableDictionary<string, ImmutableArray<EndpointAddress>>.Empty, configuration);

        Assert.Equal(expected, declared.Find(host) is [var first, ..] ? first.ToString() : null);
    }

    private static TlsPolicy MeshTls => new()
    {
        Identity = new TlsIdentity { Provider = new CertificateProviderReference(CertificateProviderReference.OwnIdentity, "") },
        Trust = new TlsTrust { Provider = new CertificateProviderReference(CertificateProviderReference.OwnIdentity, "") },
    };

    private static Destination Known(ClusterPolicy? policy = null) => new()
    {
        Authority = Reviews,
        Status = DestinationStatus.Routed,
        VirtualHost = new VirtualHost("reviews", ["*"], []),
        Clusters = new Dictionary<string, Cluster> { ["c1"] = new() { Name = "c1", Policy = policy ?? ClusterPolicy.Default, Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [new Endpoint(new EndpointAddress("127.0.0.1", 7001), 1, EndpointHealth.Healthy)])]) } }.ToFrozenDictionary(),
    };

    private DestinationLadder Ladder(bool hasIdentity = false, bool mayGoDirect = true, bool allowsPlaintext = false, string? declared = null)
    {
        var endpoints = ImmutableDictionary.Create<string, ImmutableArray<EndpointAddress>>(StringComparer.OrdinalIgnoreCase);
        if (declared is not null)
        {
            endpoints = endpoints.Add("reviews", [DeclaredEndpoint.Parse(declared)!.Value]);
        }

        IWorkloadIdentity identity = hasIdentity ? new FixedIdentity(_authority, "alice") : new AbsentIdentity();
        var ladder = new DestinationLadder(new FallbackSettings(mayGoDirect, allowsPlaintext), new DeclaredServices(endpoints, null), identity);
        ladder.Changed += snapshot => _inForce = snapshot;
        return ladder;
    }
}
