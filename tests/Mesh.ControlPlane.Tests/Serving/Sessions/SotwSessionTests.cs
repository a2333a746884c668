using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Google.Rpc;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Serving.Sessions;

public sealed class SotwSessionTests
{
    private const string Lds = XdsTypeUrl.Listener;
    private const string Rds = XdsTypeUrl.RouteConfiguration;
    private const string Cds = XdsTypeUrl.Cluster;
    private const string Eds = XdsTypeUrl.ClusterLoadAssignment;

    private readonly FakeResourceGenerator _resources = new();
    private readonly SotwSession _session;

    public SotwSessionTests() => _session = new SotwSession(_resources, new SessionLimits());

    [Theory]
    [InlineData(Lds)]
    [InlineData(Rds)]
    [InlineData(Cds)]
    [InlineData(Eds)]
    public void Accept_FirstRequest_AnswersWithExistingOnly(string type)
    {
        _resources.Set(type, "a");

        var outcome = Ask(type, "a", "missing");

        Assert.Equal(RequestOutcome.Subscribed, outcome);
        Assert.Equal(["a=1"], Contents(Next()));
        Assert.Null(Next());
    }

    [Theory]
    [InlineData(Lds)]
    [InlineData(Rds)]
    public void Accept_NothingExists_AnswersWithEmptyList(string type)
    {
        Ask(type, "missing");

        var response = Next();

        Assert.NotNull(response);
        Assert.Empty(response.Resources);
        Assert.NotEmpty(response.Nonce);
    }

    [Fact]
    public void Accept_Acknowledgement_IsNotAnswered()
    {
        var response = Subscribe(Cds, "a");

        var outcome = Answer(response, ["a"]);

        Assert.Equal(RequestOutcome.Acknowledged, outcome);
        Assert.Null(Next());
        Assert.Equal(response.VersionInfo, _session.Find(Cds)!.AcceptedVersion);
    }

    [Fact]
    public void Accept_AcknowledgementWithOtherOrder_IsNotANewSubscription()
    {
        _resources.Set(Eds, "b");
        var response = Subscribe(Eds, "a", "b");

        Assert.Equal(RequestOutcome.Acknowledged, Answer(response, ["b", "a"]));
        Assert.Null(Next());
    }

    [Fact]
    public void Accept_AcknowledgementWithMoreNames_AnswersWithTheWholeSet()
    {
        _resources.Set(Eds, "b");
        var response = Subscribe(Eds, "a");

        var outcome = Answer(response, ["a", "b"]);

        Assert.Equal(RequestOutcome.Acknowledged | RequestOutcome.Subscribed, outcome);
        Assert.Equal(["a=1", "b=1"], Contents(Next()));
    }

    [Fact]
    public void Accept_AcknowledgementWithFewerNames_IsNotAnsweredAndStopsPushes()
    {
        _resources.Set(Eds, "b");
        var response = Subscribe(Eds, "a", "b");

        Assert.Equal(RequestOutcome.Acknowledged | RequestOutcome.Unsubscribed, Answer(response, ["b"]));

        _resources.Set(Eds, "a", "2");
        Assert.Null(Next());
    }

    [Fact]
    public void Accept_NameDroppedAndAskedAgain_IsSentAgain()
    {
        _resources.Set(Eds, "b");
        var first = Subscribe(Eds, "a", "b");
        Answer(first, ["b"]);
        Next();

        Answer(first.Nonce, Eds, ["a", "b"]);

        Assert.Equal(["a=1", "b=1"], Contents(Next()));
    }

    [Fact]
    public void Accept_EmptyNonceWhileAResponseIsOutstanding_IsAnswered()
    {
        _resources.Set(Cds, "b");
        Subscribe(Cds, "b");

        var outcome = Ask(Cds, "b", "a");

        Assert.Equal(RequestOutcome.Subscribed, outcome);
        Assert.NotNull(Next());
    }

    [Fact]
    public void Accept_EmptyNonceWithTheSameNames_IsAnsweredInFull()
    {
        Subscribe(Rds, "a");

        Ask(Rds, "a");

        Assert.Equal(["a=1"], Contents(Next()));
    }

    [Fact]
    public void A10_StaleNonce_IsIgnored()
    {
        var first = Subscribe(Cds, "a");
        _resources.Set(Cds, "a", "2");
        var second = Next()!;

        Assert.Equal(RequestOutcome.Stale, Answer(first, ["a", "b"]));
        Assert.Null(Next());
        Assert.Equal(RequestOutcome.Acknowledged, Answer(second, ["a"]));
    }

    [Fact]
    public void Accept_UnknownNonceOnTheFirstRequest_IsAnswered()
    {
        _resources.Set(Lds, "a");

        Assert.Equal(RequestOutcome.Subscribed, Answer("17", Lds, ["a"]));
        Assert.Equal(["a=1"], Contents(Next()));
    }

    [Fact]
    public void Accept_Rejection_IsRecordedAndNotResentUntilTheResourceChanges()
    {
        var response = Subscribe(Cds, "a");

        var outcome = Answer(response, ["a"], new Status { Code = 3, Message = "bad cluster" });

        Assert.Equal(RequestOutcome.Rejected, outcome);
        Assert.Equal(new Rejection(response.Nonce, response.VersionInfo, 3, "bad cluster"), _session.Find(Cds)!.LastRejection);
        Assert.Equal("", _session.Find(Cds)!.AcceptedVersion);
        Assert.Null(Next());
        _resources.Set(Lds, "other");
        Assert.Null(Next());
        _resources.Set(Cds, "a", "2");
        Assert.Equal(["a=2"], Contents(Next()));
    }

    [Fact]
    public void Accept_RejectionOfALongMessage_IsCut()
    {
        var response = Subscribe(Cds, "a");

        Answer(response, ["a"], new Status { Code = 3, Message = new string('x', 100_000) });

        Assert.InRange(_session.Find(Cds)!.LastRejection!.Message.Length, 1, Rejection.MaxMessageLength + 2);
    }

    [Theory]
    [InlineData(Lds)]
    [InlineData(Cds)]
    public void Next_OneChangedOfAFullStateType_SendsAll(string type)
    {
        _resources.Set(type, "b");
        Answer(Subscribe(type, "a", "b"), ["a", "b"]);

        _resources.Set(type, "a", "2");

        Assert.Equal(["a=2", "b=1"], Contents(Next()));
        Assert.Null(Next());
    }

    [Theory]
    [InlineData(Rds)]
    [InlineData(Eds)]
    public void Next_OneChangedOfAnotherType_SendsOnlyThat(string type)
    {
        _resources.Set(type, "b");
        Answer(Subscribe(type, "a", "b"), ["a", "b"]);

        _resources.Set(type, "a", "2");

        Assert.Equal(["a=2"], Contents(Next()));
        Assert.Null(Next());
    }

    [Theory]
    [InlineData(Lds)]
    [InlineData(Cds)]
    public void Next_RemovedFromAFullStateType_SendsTheRest(string type)
    {
        _resources.Set(type, "b");
        Subscribe(type, "a", "b");

        _resources.Set(type, "a", null);

        Assert.Equal(["b=1"], Contents(Next()));
        Assert.Null(Next());
    }

    [Theory]
    [InlineData(Rds)]
    [InlineData(Eds)]
    public void Next_RemovedFromAnotherTypeAndBack_IsSentWhenItIsBack(string type)
    {
        Subscribe(type, "a");

        _resources.Set(type, "a", null);
        Assert.Null(Next());

        _resources.Set(type, "a");
        Assert.Equal(["a=1"], Contents(Next()));
    }

    [Fact]
    public void Next_SameContentInANewState_SendsNothing()
    {
        Subscribe(Cds, "a");

        _resources.Set(Cds, "a", "1");

        Assert.Null(Next());
    }

    [Fact]
    public void H04_ManyStatesAtOnce_SendsOnlyTheNewest()
    {
        Subscribe(Cds, "a");
        for (var version = 2; version <= 10; version++)
        {
            _resources.Set(Cds, "a", $"{version}");
        }

        Assert.Equal(["a=10"], Contents(Next()));
        Assert.Null(Next());
    }

    [Fact]
    public void Next_AllTypesChanged_KeepsMakeBeforeBreakOrder()
    {
        foreach (var type in new[] { Rds, Lds, Eds, Cds })
        {
            Subscribe(type, "a");
        }

        foreach (var type in new[] { Rds, Lds, Eds, Cds })
        {
            _resources.Set(type, "a", "2");
        }

        Assert.Equal([Cds, Eds, Lds, Rds], Drain().Select(response => response.TypeUrl));
    }

    [Fact]
    public void Next_ClusterReplaced_LeavesOnlyAfterTheRouteMoved()
    {
        _resources.Set(Cds, "old");
        _resources.Set(Rds, "route", "to old");
        Subscribe(Cds, "*");
        Ask(Rds, "route");
        Drain();

        _resources.Set(Cds, "old", null);
        _resources.Set(Cds, "new");
        _resources.Set(Rds, "route", "to new");

        Assert.Equal(
            ["a=1,new=1,old=1", "route=to new", "a=1,new=1"],
            Drain().Select(response => string.Join(',', Contents(response))));
    }

    [Theory]
    [InlineData(Lds)]
    [InlineData(Cds)]
    public void Accept_NoNamesAtFirst_IsTheLegacyWildcard(string type)
    {
        _resources.Set(type, "a");
        Ask(type);
        var response = Next()!;
        Assert.Equal(["a=1"], Contents(response));

        Assert.Equal(RequestOutcome.Acknowledged, Answer(response, []));
        _resources.Set(type, "b");
        Assert.Equal(["a=1", "b=1"], Contents(Next()));
    }

    [Fact]
    public void Accept_NoNamesAfterANameWasGiven_UnsubscribesFromAll()
    {
        var response = Subscribe(Lds, "a");

        Assert.Equal(RequestOutcome.Acknowledged | RequestOutcome.Unsubscribed, Answer(response, []));
        _resources.Set(Lds, "a", "2");
        Assert.Null(Next());
    }

    [Fact]
    public void Accept_NameAfterTheLegacyWildcard_EndsTheWildcard()
    {
        _resources.Set(Cds, "a");
        _resources.Set(Cds, "b");
        Ask(Cds);
        var response = Next()!;

        Answer(response, ["a"]);
        Assert.Equal(["a=1"], Contents(Next()));
        _resources.Set(Cds, "b", "2");
        Assert.Null(Next());
    }

    [Fact]
    public void Accept_StarAndName_AreBothInForce()
    {
        _resources.Set(Cds, "a");
        _resources.Set(Cds, "b");
        Ask(Cds, "*", "a");
        var response = Next()!;
        Assert.Equal(["a=1", "b=1"], Contents(response));

        Answer(response, ["a"]);
        _resources.Set(Cds, "b", "2");
        Assert.Null(Next());
    }

    [Fact]
    public void Accept_UnknownType_IsIgnoredAndHoldsNothing()
    {
        Assert.Equal(RequestOutcome.UnknownType, Ask("type.googleapis.com/acme.Thing", "a"));
        Assert.Null(Next());
        Assert.Empty(_session.Subscriptions);
    }

    [Fact]
    public void Accept_DuplicateNames_CountOnce()
    {
        _resources.Set(Eds, "a");
        Ask(Eds, "a", "a", "a");

        var response = Next()!;
        Assert.Equal(["a=1"], Contents(response));
        Assert.Equal(RequestOutcome.Acknowledged, Answer(response, ["a"]));
    }

    [Fact]
    public void Accept_TooManyNames_EndsTheStream()
    {
        var session = new SotwSession(_resources, new SessionLimits { Names = 3 });
        session.Accept(new DiscoveryRequest { TypeUrl = Cds, ResourceNames = { "a", "b" } });

        var exception = Assert.Throws<GrpcException>(() => session.Accept(new DiscoveryRequest { TypeUrl = Eds, ResourceNames = { "a", "b" } }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, exception.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(513)]
    public void Accept_NameOfWrongLength_EndsTheStream(int length)
    {
        var exception = Assert.Throws<GrpcException>(() => Ask(Cds, new string('x', length)));

        Assert.Equal(GrpcStatusCode.InvalidArgument, exception.Code);
        Assert.Contains($"{length}", exception.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_TwoSessionsWithEqualContent_GiveEqualVersions()
    {
        var other = new SotwSession(_resources, new SessionLimits());
        var first = Subscribe(Cds, "a");

        other.Accept(new DiscoveryRequest { TypeUrl = Cds, ResourceNames = { "a" } });

        Assert.Equal(first.VersionInfo, other.Next(_resources.State, _resources.View)!.VersionInfo);
    }

    [Fact]
    public void Invalidate_UnchangedState_ComparesAgain()
    {
        Subscribe(Cds, "a");
        var before = _resources.Generated;

        _session.Invalidate();

        Assert.Null(Next());
        Assert.Equal(before + 1, _resources.Generated);
    }

    private RequestOutcome Ask(string type, params string[] names) =>
        _session.Accept(new DiscoveryRequest { TypeUrl = type, ResourceNames = { names } });

    private RequestOutcome Answer(DiscoveryResponse response, string[] names, Status? error = null) =>
        Answer(response.Nonce, response.TypeUrl, names, error);

    private RequestOutcome Answer(string nonce, string type, string[] names, Status? error = null) =>
        _session.Accept(new DiscoveryRequest { TypeUrl = type, ResponseNonce = nonce, ResourceNames = { names }, ErrorDetail = error });

    private DiscoveryResponse Subscribe(string type, params string[] names)
    {
        _resources.Set(type, "a");
        Ask(type, names);
        return Next()!;
    }

    private DiscoveryResponse? Next() => _session.Next(_resources.State, _resources.View);

    private List<DiscoveryResponse> Drain()
    {
        var responses = new List<DiscoveryResponse>();
        while (Next() is { } response)
        {
            responses.Add(response);
        }

        return responses;
    }

    private static IEnumerable<string> Contents(DiscoveryResponse? response) =>
        response?.Resources.Select(resource => resource.Value.ToStringUtf8()) ?? throw new InvalidOperationException("No response was due.");
}
