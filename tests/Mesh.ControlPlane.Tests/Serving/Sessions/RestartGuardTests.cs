using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Xds;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Serving.Sessions;

/// <summary>A control plane that has just started, and clients that held resources of the one before.</summary>
public sealed class RestartGuardTests : IDisposable
{
    private const string Cds = XdsTypeUrl.Cluster;
    private const string Eds = XdsTypeUrl.ClusterLoadAssignment;

    private readonly FakeTimeProvider _time = new();
    private readonly FakeResourceGenerator _resources = new();
    private readonly RestartGuard _guard;
    private readonly DeltaSession _delta;
    private readonly SotwSession _sotw;
    private int _wakes;

    public RestartGuardTests()
    {
        _guard = new RestartGuard(TimeSpan.FromSeconds(5), _time, () => _wakes++);
        _delta = new DeltaSession(_resources, new SessionLimits(), _guard);
        _sotw = new SotwSession(_resources, new SessionLimits(), _guard);
    }

    public void Dispose() => _guard.Dispose();

    [Fact]
    public void Delta_EndpointsAsTheClientLeftThem_AreConfirmedBySilence()
    {
        _resources.Set(Eds, "a", "2 endpoints");
        Bring(Eds, ("a", "2 endpoints"));

        Assert.Equal("nothing", Told());
        _resources.Set(Eds, "a", "1 endpoint");
        Assert.Equal("+a@1 endpoint", Told());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 endpoint")]
    public void B07_FewerEndpointsThanTheClientHas_AreWithheldUntilTheGraceIsOver(string known)
    {
        _resources.Set(Eds, "a", known);
        Bring(Eds, ("a", "2 endpoints"));

        Assert.Equal("nothing", Told());
        _time.Advance(TimeSpan.FromSeconds(known.Length == 0 ? 150 : 5));
        Assert.Equal($"+a@{known}", Told());
    }

    [Fact]
    public void Delta_WorkloadsComeBack_TheAnswerIsWhatTheClientHas()
    {
        _resources.Set(Eds, "a", "");
        Bring(Eds, ("a", "2 endpoints"));
        Assert.Equal("nothing", Told());

        _resources.Set(Eds, "a", "2 endpoints");
        Assert.Equal("nothing", Told());
        _time.Advance(RestartGuard.LongestReturn);
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Delta_LastEndpointReturnsLate_IsSentAtOnce()
    {
        _resources.Set(Eds, "a", "");
        Bring(Eds, ("a", "2 endpoints"));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("nothing", Told());

        _resources.Set(Eds, "a", "1 endpoint");
        Assert.Equal("+a@1 endpoint", Told());
    }

    [Fact]
    public void B07_NameThatTheClientDoesNotHave_IsAnsweredAtOnceUnlessItsWorkloadsMayBeOnTheirWay()
    {
        _resources.Set(Eds, "a", "");
        Bring(Eds, ("a", "2 endpoints"));

        _resources.Set(Eds, "b", "");
        _resources.Set(Eds, "d", "1 endpoint");
        _delta.Accept(new DeltaDiscoveryRequest { TypeUrl = Eds, ResourceNamesSubscribe = { "b", "c", "d" } });

        Assert.Equal("+d@1 endpoint -c", Told());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("+b@", Told());
    }

    [Fact]
    public void B07_NewNameWithoutEndpointsYet_IsSentWhenTheyCome()
    {
        _resources.Set(Eds, "a", "2 endpoints");
        Bring(Eds, ("a", "2 endpoints"));
        _resources.Set(Eds, "b", "");
        _delta.Accept(new DeltaDiscoveryRequest { TypeUrl = Eds, ResourceNamesSubscribe = { "b" } });
        Assert.Equal("nothing", Told());

        _resources.Set(Eds, "b", "1 endpoint");

        Assert.Equal("+b@1 endpoint", Told());
    }

    [Fact]
    public void B07_NewNameInSotw_IsWithheldWhileItIsWithoutEndpoints()
    {
        _resources.Set(Eds, "a", "2 endpoints");
        Reconnect("of an earlier stream", "a");
        Next();
        _resources.Set(Eds, "b", "");
        _sotw.Accept(new DiscoveryRequest { TypeUrl = Eds, VersionInfo = "of an earlier stream", ResourceNames = { "a", "b" } });
        Assert.DoesNotContain("b=", Next() is { } early ? Payloads(early) : []);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains("b=", Payloads(Next()));
    }

    [Fact]
    public void B07_ClusterOfAnUnregisteredService_IsWithheldAndAChangedOneIsNot()
    {
        _resources.Set(Cds, "b", "new");
        Bring(Cds, ("a", "1"), ("b", "old"));

        Assert.Equal("+b@new", Told());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("-a", Told());
    }

    [Fact]
    public void Delta_NameAskedForAgain_IsAnsweredAtOnce()
    {
        _resources.Set(Eds, "a", "");
        Bring(Eds, ("a", "2 endpoints"));

        _delta.Accept(new DeltaDiscoveryRequest { TypeUrl = Eds, ResourceNamesSubscribe = { "a" } });

        Assert.Equal("+a@", Told());
    }

    [Fact]
    public void Delta_FirstStartOfAClient_WaitsForNobody()
    {
        _resources.Set(Eds, "a", "");
        _delta.Accept(new DeltaDiscoveryRequest { TypeUrl = Eds, ResourceNamesSubscribe = { "a" } });

        Assert.Equal("+a@", Told());
    }

    [Fact]
    public void Sotw_VersionOfAnEarlierStream_WithholdsWhatDiffersAndAnswersTheRest()
    {
        _resources.Set(Eds, "a", "");
        _resources.Set(Eds, "b", "1 endpoint");
        Reconnect("another version", "a");
        Assert.Null(Next());

        // A name that the client did not have before.
        _sotw.Accept(new DiscoveryRequest { TypeUrl = Eds, ResourceNames = { "a", "b" } });
        Assert.Equal(["b=1 endpoint"], Payloads(Next()));

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Next());
        _time.Advance(RestartGuard.LongestReturn);
        Assert.Equal(["a="], Payloads(Next()));
    }

    [Fact]
    public void Sotw_SameContentAsBefore_IsAnsweredAtOnce()
    {
        _resources.Set(Eds, "a", "2 endpoints");
        var before = new SotwSession(_resources, new SessionLimits());
        before.Accept(new DiscoveryRequest { TypeUrl = Eds, ResourceNames = { "a" } });
        var version = before.Next(_resources.State, _resources.View)!.VersionInfo;

        Reconnect(version, "a");

        Assert.Equal(["a=2 endpoints"], Payloads(Next()));
    }

    [Fact]
    public void B07_MissingClusterInSotw_WithholdsTheWholeResponse()
    {
        _resources.Set(Cds, "b", "1");
        _sotw.Accept(new DiscoveryRequest { TypeUrl = Cds, VersionInfo = "before", ResourceNames = { "a", "b" } });
        Assert.Null(Next());

        _resources.Set(Cds, "a", "1");
        Assert.Equal(["a=1", "b=1"], Payloads(Next()));
    }

    [Fact]
    public void Phase_Changes_WakeTheStreamsOnceEach()
    {
        Assert.Equal(RestartPhase.Settling, _guard.Phase);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((RestartPhase.Returning, 1), (_guard.Phase, _wakes));
        _time.Advance(RestartGuard.LongestReturn - TimeSpan.FromSeconds(5));
        Assert.Equal((RestartPhase.Over, 2), (_guard.Phase, _wakes));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, _wakes);
    }

    [Fact]
    public void Phase_WithoutGraceTime_IsOverAtOnce()
    {
        using var off = new RestartGuard(TimeSpan.Zero, _time, () => { });

        Assert.Equal(RestartPhase.Over, off.Phase);
        Assert.False(off.Withholds(Eds, null));
    }

    private void Bring(string type, params (string Name, string Version)[] held)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = type };
        foreach (var (name, version) in held)
        {
            request.ResourceNamesSubscribe.Add(name);
            request.InitialResourceVersions[name] = version;
        }

        _delta.Accept(request);
    }

    private string Told()
    {
        var words = new List<string>();
        while (_delta.Next(_resources.State, _resources.View) is { } response)
        {
            words.AddRange(response.Resources.Select(resource => $"+{resource.Name}@{resource.Version}"));
            words.AddRange(response.RemovedResources.Select(name => $"-{name}"));
        }

        return words.Count == 0 ? "nothing" : string.Join(' ', words);
    }

    private void Reconnect(string version, string name) =>
        _sotw.Accept(new DiscoveryRequest { TypeUrl = Eds, VersionInfo = version, ResourceNames = { name } });

    private DiscoveryResponse? Next() => _sotw.Next(_resources.State, _resources.View);

    private static IEnumerable<string> Payloads(DiscoveryResponse? response) => response!.Resources.Select(resource => resource.Value.ToStringUtf8());
}
