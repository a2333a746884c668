using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Google.Rpc;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Serving.Sessions;

public sealed class DeltaSessionTests
{
    private const string Lds = XdsTypeUrl.Listener;
    private const string Rds = XdsTypeUrl.RouteConfiguration;
    private const string Cds = XdsTypeUrl.Cluster;
    private const string Eds = XdsTypeUrl.ClusterLoadAssignment;

    private readonly FakeResourceGenerator _resources = new();
    private readonly DeltaSession _session;

    public DeltaSessionTests() => _session = new DeltaSession(_resources, new SessionLimits());

    [Theory]
    [InlineData(Lds)]
    [InlineData(Rds)]
    [InlineData(Cds)]
    [InlineData(Eds)]
    public void Accept_Subscribe_SendsWhatExistsAndSaysWhatDoesNot(string type)
    {
        _resources.Set(type, "a");

        Assert.Equal(RequestOutcome.Subscribed, Ask(type, ["a", "missing"]));

        Assert.Equal("+a@1 -missing", Told());
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_Acknowledgement_IsNotAnswered()
    {
        var response = Subscribe(Cds, "a");

        Assert.Equal(RequestOutcome.Acknowledged, Answer(response));
        Assert.Equal("nothing", Told());
        Assert.Equal(response.SystemVersionInfo, _session.Find(Cds)!.AcceptedVersion);
    }

    [Fact]
    public void Accept_Rejection_IsRecordedAndNotResentUntilTheResourceChanges()
    {
        var response = Subscribe(Cds, "a");

        Assert.Equal(RequestOutcome.Rejected, Answer(response, new Status { Code = 3, Message = "bad" }));

        Assert.Equal(new Rejection(response.Nonce, response.SystemVersionInfo, 3, "bad"), _session.Find(Cds)!.LastRejection);
        Assert.Equal("nothing", Told());
        _resources.Set(Cds, "a", "2");
        Assert.Equal("+a@2", Told());
    }

    [Fact]
    public void Accept_AnswersToSeveralOutstandingResponses_SettleEachOne()
    {
        var first = Subscribe(Cds, "a");
        _resources.Set(Cds, "a", "2");
        var second = Next()!;

        Assert.Equal(RequestOutcome.Rejected, Answer(first, new Status { Code = 3, Message = "bad" }));
        Assert.Equal(RequestOutcome.Acknowledged, Answer(second));
        Assert.Equal(second.SystemVersionInfo, _session.Find(Cds)!.AcceptedVersion);
    }

    [Fact]
    public void Accept_UnknownNonce_StillSubscribes()
    {
        _resources.Set(Cds, "b");
        Subscribe(Cds, "a");

        var outcome = _session.Accept(new DeltaDiscoveryRequest { TypeUrl = Cds, ResponseNonce = "999", ResourceNamesSubscribe = { "b" } });

        Assert.Equal(RequestOutcome.Subscribed, outcome);
        Assert.Equal("+b@1", Told());
    }

    [Fact]
    public void Accept_SubscribeAgain_SendsAgainThoughUnchanged()
    {
        Subscribe(Cds, "a");

        Ask(Cds, ["a"]);

        Assert.Equal("+a@1", Told());
    }

    [Fact]
    public void Accept_SubscribeAgainToWhatIsMissing_SaysSoAgain()
    {
        Ask(Cds, ["missing"]);
        Assert.Equal("-missing", Told());

        Ask(Cds, ["missing"]);

        Assert.Equal("-missing", Told());
    }

    [Fact]
    public void Accept_Unsubscribe_StopsPushes()
    {
        Subscribe(Cds, "a");

        Assert.Equal(RequestOutcome.Unsubscribed, Ask(Cds, [], ["a"]));

        _resources.Set(Cds, "a", "2");
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_UnsubscribeAndSubscribe_SendsAgain()
    {
        Subscribe(Cds, "a");
        Ask(Cds, [], ["a"]);
        Told();

        Ask(Cds, ["a"]);

        Assert.Equal("+a@1", Told());
    }

    [Fact]
    public void Accept_UnsubscribeFromWhatWasNeverAsked_IsIgnored()
    {
        Subscribe(Cds, "a");

        Assert.Equal(RequestOutcome.None, Ask(Cds, [], ["b"]));
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Next_OneChanged_SendsOnlyThat()
    {
        _resources.Set(Cds, "b");
        Subscribe(Cds, "a", "b");

        _resources.Set(Cds, "b", "2");

        Assert.Equal("+b@2", Told());
    }

    [Fact]
    public void Next_RemovedAndBack_SaysBoth()
    {
        Subscribe(Eds, "a");

        _resources.Set(Eds, "a", null);
        Assert.Equal("-a", Told());
        Assert.Equal("nothing", Told());

        _resources.Set(Eds, "a", "2");
        Assert.Equal("+a@2", Told());
    }

    [Fact]
    public void Next_MissingAppears_IsSent()
    {
        Ask(Lds, ["a"]);
        Assert.Equal("-a", Told());

        _resources.Set(Lds, "a");

        Assert.Equal("+a@1", Told());
    }

    [Fact]
    public void Accept_InitialVersions_SkipWhatTheClientHas()
    {
        _resources.Set(Cds, "same", "7");
        _resources.Set(Cds, "newer", "2");
        Ask(Cds, ["same", "newer", "gone", "never"], [], new() { ["same"] = "7", ["newer"] = "1", ["gone"] = "1" });

        Assert.Equal("+newer@2 -never", Told());
        Assert.Equal("-gone", Told());
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_InitialVersionsOfAWildcard_RemoveWhatIsGone()
    {
        _resources.Set(Cds, "same", "7");
        Ask(Cds, ["*"], [], new() { ["same"] = "7", ["gone"] = "1" });

        Assert.Equal("empty", Told());
        Assert.Equal("-gone", Told());
    }

    [Fact]
    public void Accept_InitialVersionsOfWhatIsNotAsked_AreIgnored()
    {
        _resources.Set(Cds, "a");
        Ask(Cds, ["a"], [], new() { ["other"] = "1" });

        Assert.Equal("+a@1", Told());
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_InitialVersionsOfUnchanged_NeedNoAnswer()
    {
        _resources.Set(Cds, "a", "7");
        Ask(Cds, ["a"], [], new() { ["a"] = "7" });

        Assert.Equal("nothing", Told());
    }

    [Theory]
    [InlineData(Lds)]
    [InlineData(Cds)]
    public void Accept_WildcardOfNothing_IsAnsweredOnce(string type)
    {
        Ask(type, ["*"]);

        Assert.Equal("empty", Told());
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_NoNamesAtFirst_IsTheLegacyWildcard()
    {
        _resources.Set(Cds, "a");
        Ask(Cds, []);
        Assert.Equal("+a@1", Told());

        _resources.Set(Cds, "b");
        Assert.Equal("+b@1", Told());
    }

    [Fact]
    public void Accept_NameAfterTheLegacyWildcard_KeepsTheWildcard()
    {
        _resources.Set(Cds, "a");
        Ask(Cds, []);
        Told();

        Ask(Cds, ["x"]);
        Assert.Equal("-x", Told());
        _resources.Set(Cds, "b");
        Assert.Equal("+b@1", Told());

        Ask(Cds, [], ["*"]);
        _resources.Set(Cds, "c");
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_AllNamesDroppedAfterTheWildcard_IsNoWildcardAgain()
    {
        Ask(Cds, []);
        Told();
        Ask(Cds, ["x"], ["*"]);
        Told();

        Ask(Cds, [], ["x"]);
        _resources.Set(Cds, "x");

        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_NameDroppedUnderAWildcard_TellsWhetherItIsStillThere()
    {
        _resources.Set(Cds, "a");
        Ask(Cds, ["*", "a", "x"]);
        Assert.Equal("+a@1 -x", Told());

        Ask(Cds, [], ["a", "x"]);

        Assert.Equal("+a@1 -x", Told());
    }

    [Fact]
    public void Next_WildcardResourceRemoved_IsSaid()
    {
        _resources.Set(Cds, "a");
        Ask(Cds, ["*"]);
        Told();

        _resources.Set(Cds, "a", null);

        Assert.Equal("-a", Told());
    }

    [Fact]
    public void Next_AllTypesChanged_AddsBeforeItRemoves()
    {
        foreach (var type in new[] { Rds, Lds, Eds, Cds })
        {
            _resources.Set(type, "old");
            Ask(type, ["old", "new"]);
        }

        Drain();
        foreach (var type in new[] { Rds, Lds, Eds, Cds })
        {
            _resources.Set(type, "old", null);
            _resources.Set(type, "new");
        }

        Assert.Equal(
            ["CDS +new@1", "EDS +new@1", "LDS +new@1", "RDS +new@1", "LDS -old", "RDS -old", "CDS -old", "EDS -old"],
            Drain().Select(response => $"{ServedTypes.ShortName(response.TypeUrl)} {Describe(response)}"));
    }

    [Fact]
    public void Next_RemovedAndBackBeforeItWasSaid_IsNotSaid()
    {
        _resources.Set(Cds, "a");
        Ask(Cds, ["a"]);
        Ask(Lds, ["l"]);
        Drain();

        _resources.Set(Cds, "a", null);
        _resources.Set(Lds, "l");
        Assert.Equal("+l@1", Told());
        _resources.Set(Cds, "a");

        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_UnknownType_SaysThatNothingOfItExists()
    {
        var outcome = Ask("type.googleapis.com/acme.Thing", ["a"]);

        Assert.Equal(RequestOutcome.Subscribed | RequestOutcome.UnknownType, outcome);
        Assert.Equal("-a", Told());
        Assert.Equal("nothing", Told());
    }

    [Fact]
    public void Accept_NoType_EndsTheStream() =>
        Assert.Equal(GrpcStatusCode.InvalidArgument, Assert.Throws<GrpcException>(() => Ask("", ["a"])).Code);

    [Fact]
    public void Accept_TooManyTypes_EndsTheStream()
    {
        var exception = Assert.Throws<GrpcException>(() =>
        {
            for (var number = 0; number < 100; number++)
            {
                Ask($"type.googleapis.com/acme.Thing{number}", ["a"]);
            }
        });

        Assert.Equal(GrpcStatusCode.ResourceExhausted, exception.Code);
    }

    [Fact]
    public void Accept_TooManyNames_EndsTheStream()
    {
        var session = new DeltaSession(_resources, new SessionLimits { Names = 3 });
        session.Accept(new DeltaDiscoveryRequest { TypeUrl = Cds, ResourceNamesSubscribe = { "a", "b", "c" } });
        session.Accept(new DeltaDiscoveryRequest { TypeUrl = Cds, ResourceNamesSubscribe = { "a", "b", "c" } });

        var exception = Assert.Throws<GrpcException>(() => session.Accept(new DeltaDiscoveryRequest { TypeUrl = Cds, ResourceNamesSubscribe = { "d" } }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, exception.Code);
    }

    [Fact]
    public void Accept_NothingIsEverAcknowledged_RemembersABoundedNumber()
    {
        Subscribe(Cds, "a");
        var first = _session.Find(Cds)!.LastNonce;
        for (var version = 2; version < 200; version++)
        {
            _resources.Set(Cds, "a", $"{version}");
            Next();
        }

        Assert.Equal(RequestOutcome.None, _session.Find(Cds)!.Settle(first, null));
    }

    private RequestOutcome Ask(string type, string[] subscribe, string[]? unsubscribe = null, Dictionary<string, string>? initial = null) =>
        _session.Accept(new DeltaDiscoveryRequest
        {
            TypeUrl = type,
            ResourceNamesSubscribe = { subscribe },
            ResourceNamesUnsubscribe = { unsubscribe ?? [] },
            InitialResourceVersions = { initial ?? [] },
        });

    private RequestOutcome Answer(DeltaDiscoveryResponse response, Status? error = null) =>
        _session.Accept(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce, ErrorDetail = error });

    private DeltaDiscoveryResponse Subscribe(string type, params string[] names)
    {
        _resources.Set(type, "a");
        Ask(type, names);
        return Next()!;
    }

    private DeltaDiscoveryResponse? Next() => _session.Next(_resources.State, _resources.View);

    private string Told() => Next() is { } response ? Describe(response) : "nothing";

    private List<DeltaDiscoveryResponse> Drain()
    {
        var responses = new List<DeltaDiscoveryResponse>();
        while (Next() is { } response)
        {
            responses.Add(response);
        }

        return responses;
    }

    private static string Describe(DeltaDiscoveryResponse response)
    {
        var parts = response.Resources.Select(resource => $"+{resource.Name}@{resource.Version}")
            .Concat(response.RemovedResources.Select(name => $"-{name}"));
        var text = string.Join(' ', parts);
        return text.Length == 0 ? "empty" : text;
    }
}
