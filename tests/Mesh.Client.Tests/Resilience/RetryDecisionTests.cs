using Mesh.Client.Model;
using Mesh.Client.Resilience;

namespace Mesh.Client.Tests.Resilience;

public sealed class RetryDecisionTests
{
    private const string AllTokens =
        "5xx,gateway-error,reset,reset-before-request,connect-failure,envoy-ratelimited,retriable-4xx,refused-stream,retriable-status-codes,"
        + "retriable-headers,http3-post-connect-failure,cancelled,deadline-exceeded,internal,resource-exhausted,unavailable";

    /// <summary>What each token repeats of all outcomes below: everything else it must not.</summary>
    public static TheoryData<string, string> Tokens => new()
    {
        { "5xx", "500 501 502 503 504 599 connect-failure connect-timeout refused reset protocol attempt-timeout" },
        { "gateway-error", "502 503 504 connect-failure connect-timeout refused reset protocol attempt-timeout" },
        { "reset", "connect-failure connect-timeout refused reset protocol attempt-timeout" },
        { "reset-before-request", "connect-failure connect-timeout" },
        { "connect-failure", "connect-failure connect-timeout" },
        { "envoy-ratelimited", "429-ratelimited" },
        { "retriable-4xx", "409" },
        { "refused-stream", "refused" },
        { "retriable-status-codes", "404 503" },
        { "retriable-headers", "200-header" },
        { "http3-post-connect-failure", "" },
        { "cancelled", "grpc-1" },
        { "deadline-exceeded", "grpc-4" },
        { "internal", "grpc-13" },
        { "resource-exhausted", "grpc-8" },
        { "unavailable", "grpc-14" },
        { "5xx , reset", "500 501 502 503 504 599 connect-failure connect-timeout refused reset protocol attempt-timeout" },
        { "", "" },
        { "no-such-token", "" },
    };

    private static readonly Dictionary<string, (AttemptOutcome Outcome, RetrySignals Signals)> Outcomes = new(StringComparer.Ordinal)
    {
        ["200"] = (Status(200), 0),
        ["302"] = (Status(302), 0),
        ["400"] = (Status(400), 0),
        ["404"] = (Status(404), 0),
        ["409"] = (Status(409), 0),
        ["421"] = (Status(421), 0),
        ["425"] = (Status(425), 0),
        ["429"] = (Status(429), 0),
        ["429-ratelimited"] = (Status(429), RetrySignals.IsRateLimited),
        ["500"] = (Status(500), 0),
        ["501"] = (Status(501), 0),
        ["502"] = (Status(502), 0),
        ["503"] = (Status(503), 0),
        ["504"] = (Status(504), 0),
        ["599"] = (Status(599), 0),
        ["200-header"] = (Status(200), RetrySignals.HasRetriableHeader),
        ["grpc-0"] = (Grpc(0), 0),
        ["grpc-1"] = (Grpc(1), 0),
        ["grpc-2"] = (Grpc(2), 0),
        ["grpc-4"] = (Grpc(4), 0),
        ["grpc-8"] = (Grpc(8), 0),
        ["grpc-13"] = (Grpc(13), 0),
        ["grpc-14"] = (Grpc(14), 0),
        ["connect-failure"] = (Failure(LocalOrigin.ConnectFailure), 0),
        ["connect-timeout"] = (Failure(LocalOrigin.ConnectTimeout), 0),
        ["refused"] = (Failure(LocalOrigin.RefusedStream), 0),
        ["reset"] = (Failure(LocalOrigin.Reset), 0),
        ["protocol"] = (Failure(LocalOrigin.ProtocolError), 0),
        ["attempt-timeout"] = (Failure(LocalOrigin.AttemptTimeout), 0),
        ["deadline"] = (Failure(LocalOrigin.DeadlineExceeded), 0),
        ["overflow"] = (Failure(LocalOrigin.Overflow), 0),
        ["caller-gone"] = (Failure(LocalOrigin.CallerGone), 0),
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public void Wants_ForEachToken_RepeatsItsOutcomesAndNoOther(string retryOn, string expected)
    {
        var policy = new RetryPolicy { Conditions = RetryConditionNames.Parse(retryOn), StatusCodes = [404, 503] };

        var wanted = Outcomes.Where(outcome => RetryDecision.Wants(policy, outcome.Value.Outcome, outcome.Value.Signals)).Select(outcome => outcome.Key);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), wanted.Order());
    }

    [Fact]
    public void Wants_ARateLimitedResponse_OnlyByItsOwnToken()
    {
        var policy = new RetryPolicy { Conditions = RetryConditionNames.Parse(AllTokens) & ~RetryConditions.RateLimited, StatusCodes = [429, 503] };

        Assert.False(RetryDecision.Wants(policy, Status(503), RetrySignals.IsRateLimited));
        Assert.True(RetryDecision.Wants(policy, Status(503), RetrySignals.None));
    }

    [Theory]
    [InlineData(503, "unavailable")]
    [InlineData(429, "unavailable")]
    [InlineData(400, "internal")]
    public void Wants_AGrpcCallWithoutAStatus_TakesTheOneOfItsHttpStatus(int status, string token)
    {
        var policy = new RetryPolicy { Conditions = RetryConditionNames.Parse(token) };

        Assert.True(RetryDecision.Wants(policy, Status(status), RetrySignals.IsGrpc));
        Assert.False(RetryDecision.Wants(policy, Status(200), RetrySignals.IsGrpc));
        Assert.False(RetryDecision.Wants(policy, Status(status), RetrySignals.None));
    }

    [Theory]
    [InlineData(LocalOrigin.Reset, "unavailable", true)]
    [InlineData(LocalOrigin.ConnectFailure, "unavailable", true)]
    [InlineData(LocalOrigin.AttemptTimeout, "deadline-exceeded", true)]
    [InlineData(LocalOrigin.AttemptTimeout, "unavailable", false)]
    [InlineData(LocalOrigin.DeadlineExceeded, "deadline-exceeded", false)]
    [InlineData(LocalOrigin.CallerGone, "unavailable", false)]
    public void Wants_ABrokenGrpcCall_CountsAsTheStatusItsClientSees(object origin, string token, bool expected)
    {
        var policy = new RetryPolicy { Conditions = RetryConditionNames.Parse(token) };

        Assert.Equal(expected, RetryDecision.Wants(policy, Failure((LocalOrigin)origin), RetrySignals.IsGrpc));
    }

    [Fact]
    public void IsUnprocessed_OfAllOutcomes_IsWhatProvesIt()
    {



        var proven = Outcomes.Where(outcome => RetryDecision.IsUnprocessed(outcome.Value.Outcome, outcome.Value.Signals)).Select(outcome => outcome.Key);

        Assert.Equal(["421", "425", "429-ratelimited", "connect-failure", "connect-timeout", "refused"], proven.Order());
    }

    [Fact]
    public void Next_OfABackoff_DoublesItsBoundUpToTheMaximum()
    {
        var backoff = new RetryBackoff(new RetryPolicy { BaseInterval = TimeSpan.FromMilliseconds(25), MaxInterval = TimeSpan.FromMilliseconds(250) });

        var bounds = Enumerable.Range(0, 7).Select(_ => Math.Round(backoff.Next(new AlmostOne()).TotalMilliseconds)).ToArray();

        Assert.Equal([25, 50, 100, 200, 250, 250, 250], bounds);
    }

    private static AttemptOutcome Status(int status) => new(status, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.Zero);

    private static AttemptOutcome Grpc(int status) => new(200, status, LocalOrigin.None, TimeSpan.Zero);

    private static AttemptOutcome Failure(LocalOrigin origin) => new(0, AttemptOutcome.NoGrpcStatus, origin, TimeSpan.Zero);

    private sealed class AlmostOne : Random
    {
        public override double NextDouble() => 1 - 1e-9;
    }
}
