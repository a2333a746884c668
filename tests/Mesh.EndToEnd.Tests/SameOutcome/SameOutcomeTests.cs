using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>The same YAML gives the same outcome through our client and through gRPC's own of Python and Node, where those support the feature.</summary>
public sealed class SameOutcomeTests
{
    private const string Special = "/test.Greeter/Special";

    public static TheoryData<string> Languages => OutcomeMesh.Languages;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Route_ByPathAndHeader_GoesWhereItSays(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1", "v2", "v3"], $$"""
            [{ match: [{ uri: { exact: {{Special}} } }], {{OutcomeMesh.To("v2")}} },
             { match: [{ headers: { end-user: { exact: jason } } }, { headers: { lane: { prefix: blue } } }], {{OutcomeMesh.To("v3")}} },
             { match: [{ withoutHeaders: { plain: {} }, headers: { odd: { regex: "[13579]+" } } }], {{OutcomeMesh.To("v2")}} },
             { {{OutcomeMesh.To("v1")}} }]
            """);
        await using var client = await StartAsync(mesh, language);

        Assert.Equal("v1:3", await AnswersAsync(client, new OutcomeOrder { Count = 3 }));
        Assert.Equal("v2:3", await AnswersAsync(client, new OutcomeOrder { Path = Special, Count = 3 }));
        Assert.Equal("v3:3", await AnswersAsync(client, new OutcomeOrder { Metadata = { ["end-user"] = "jason" }, Count = 3 }));
        Assert.Equal("v1:3", await AnswersAsync(client, new OutcomeOrder { Metadata = { ["end-user"] = "jasonx" }, Count = 3 }));
        Assert.Equal("v3:1", await AnswersAsync(client, new OutcomeOrder { Metadata = { ["lane"] = "blue-7" } }));
        Assert.Equal("v2:1", await AnswersAsync(client, new OutcomeOrder { Metadata = { ["odd"] = "135" } }));
        Assert.Equal("v1:1", await AnswersAsync(client, new OutcomeOrder { Metadata = { ["odd"] = "1352" } }));
        Assert.Equal("v1:1", await AnswersAsync(client, new OutcomeOrder { Metadata = { ["odd"] = "135", ["plain"] = "yes" } }));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Weights_OverManyCalls_AreKept(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1", "v2", "v3"], $"[{{ route: [{OutcomeMesh.To("v1", 75)}, {OutcomeMesh.To("v2", 0)}, {OutcomeMesh.To("v3", 25)}] }}]");
        await using var client = await StartAsync(mesh, language);

        var result = await client.CallAsync(new OutcomeOrder { Count = 400 }, Cancellation);

        // 300 of 400 expected, standard deviation 8.7: five of them either way.
        Assert.Equal(["v1", "v3"], result.Answers.Keys);
        Assert.InRange(result.Answers["v1"], 256, 344);
        Assert.Empty(result.Errors);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Timeout_ShorterThanTheServer_IsDeadlineExceeded(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1", "v2"], $$"""
            [{ match: [{ uri: { exact: {{Special}} } }], {{OutcomeMesh.To("v1")}}, timeout: 0.2s },
             { {{OutcomeMesh.To("v1")}} }]
            """);
        await using var client = await StartAsync(mesh, language);
        await mesh.BehaveAsync(new { server = "v1", delay = 1.0 }, Cancellation);

        Assert.Equal("!DEADLINE_EXCEEDED:1", await AnswersAsync(client, new OutcomeOrder { Path = Special }));
        Assert.Equal("v1:1", await AnswersAsync(client, new OutcomeOrder()));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Retry_OfAStatus_IsDoneAsOftenAsItSays(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1", "v2"], $$"""
            [{ match: [{ uri: { exact: {{Special}} } }], {{OutcomeMesh.To("v1")}}, retries: { attempts: 2, retryOn: "unavailable,resource-exhausted", backoff: 5ms } },
             { {{OutcomeMesh.To("v1")}}, retries: { attempts: 0 } }]
            """);
        await using var client = await StartAsync(mesh, language);
        await mesh.CallsAsync(Cancellation);

        await mesh.BehaveAsync(new { server = "v1", status = "UNAVAILABLE", times = 2 }, Cancellation);
        Assert.Equal("v1:1", await AnswersAsync(client, new OutcomeOrder { Path = Special }));
        Assert.Equal("v1:3", await mesh.CallsAsync(Cancellation));

        await mesh.BehaveAsync(new { server = "v1", status = "RESOURCE_EXHAUSTED", times = -1 }, Cancellation);
        Assert.Equal("!RESOURCE_EXHAUSTED:1", await AnswersAsync(client, new OutcomeOrder { Path = Special }));
        Assert.Equal("v1:3", await mesh.CallsAsync(Cancellation));

        // Another status than the policy names, and a route without retries.
        await mesh.BehaveAsync(new { server = "v1", status = "INTERNAL", times = -1 }, Cancellation);
        Assert.Equal("!INTERNAL:1", await AnswersAsync(client, new OutcomeOrder { Path = Special }));
        Assert.Equal("v1:1", await mesh.CallsAsync(Cancellation));
        await mesh.BehaveAsync(new { server = "v1", status = "UNAVAILABLE", times = -1 }, Cancellation);
        Assert.Equal("!UNAVAILABLE:1", await AnswersAsync(client, new OutcomeOrder()));
        Assert.Equal("v1:1", await mesh.CallsAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Fault_Abort_FailsWithoutReachingAServer(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1", "v2"], $$"""
            [{ match: [{ headers: { end-user: { exact: jason } } }], {{OutcomeMesh.To("v1")}}, fault: { abort: { grpcStatus: RESOURCE_EXHAUSTED, percentage: { value: 100 } } } },
             { match: [{ headers: { end-user: { exact: http } } }], {{OutcomeMesh.To("v1")}}, fault: { abort: { httpStatus: 503, percentage: { value: 100 } } } },
             { match: [{ headers: { end-user: { exact: half } } }], {{OutcomeMesh.To("v1")}}, fault: { abort: { grpcStatus: ABORTED, percentage: { value: 50 } } } },
             { match: [{ headers: { end-user: { exact: never } } }], {{OutcomeMesh.To("v1")}}, fault: { abort: { grpcStatus: ABORTED, percentage: { value: 0 } } } },
             { {{OutcomeMesh.To("v1")}} }]
            """);
        await using var client = await StartAsync(mesh, language);
        await mesh.CallsAsync(Cancellation);

        Assert.Equal("!RESOURCE_EXHAUSTED:4", await AnswersAsync(client, AsUser("jason", 4)));
        Assert.Equal("!UNAVAILABLE:4", await AnswersAsync(client, AsUser("http", 4)));
        Assert.Equal("", await mesh.CallsAsync(Cancellation));
        Assert.Equal("v1:4", await AnswersAsync(client, AsUser("never", 4)));
        Assert.Equal("v1:4", await AnswersAsync(client, AsUser("nobody", 4)));
        var half = await client.CallAsync(AsUser("half", 200), Cancellation);

        // 100 of 200 expected, standard deviation 7.1: five of them either way.
        Assert.InRange(half.Errors["ABORTED"], 64, 136);
        Assert.Equal(200, half.Errors["ABORTED"] + half.Answers["v1"]);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Fault_DelayLongerThanTheCaller_IsDeadlineExceededWithoutReachingAServer(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1", "v2"], $$"""
            [{ match: [{ headers: { end-user: { exact: jason } } }], {{OutcomeMesh.To("v1")}}, fault: { delay: { fixedDelay: 30s, percentage: { value: 100 } } } },
             { match: [{ headers: { end-user: { exact: short } } }], {{OutcomeMesh.To("v1")}}, fault: { delay: { fixedDelay: 0.05s, percentage: { value: 100 } } } },
             { {{OutcomeMesh.To("v1")}} }]
            """);
        await using var client = await StartAsync(mesh, language);
        await mesh.CallsAsync(Cancellation);

        Assert.Equal("!DEADLINE_EXCEEDED:1", await AnswersAsync(client, AsUser("jason", 1) with { Timeout = 0.3 }));
        Assert.Equal("", await mesh.CallsAsync(Cancellation));
        Assert.Equal("v1:2", await AnswersAsync(client, AsUser("short", 2)));
    }

    // grpc-js-xds 1.14 lets all calls through.
    [Theory]
    [InlineData("mesh")]
    [InlineData("python")]
    public async Task Limit_OfRequests_IsExact(string language)
    {
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1"], $"[{{ {OutcomeMesh.To("v1")}, retries: {{ attempts: 0 }} }}]", "{ connectionPool: { http: { http2MaxRequests: 3 } } }");
        await using var client = await StartAsync(mesh, language);
        await mesh.BehaveAsync(new { server = "v1", hold = true }, Cancellation);

        var result = await client.CallAsync(
            new OutcomeOrder { Count = 8, Parallel = true },
            ended: 5,
            async () =>
            {
                await mesh.HeldAsync("v1", 3, Cancellation);
                await mesh.BehaveAsync(new { server = "v1", hold = false }, Cancellation);
            },
            Cancellation);

        Assert.Equal("v1:3 !UNAVAILABLE:5", result.ToString());
        Assert.Equal("v1:8", await AnswersAsync(client, new OutcomeOrder { Count = 8 }));
    }

    // C-core 1.51 dies of RING_HASH and is not sent it: see docs/xds-verdicts.md.
    [Fact]
    public async Task RingHash_ForTheSameKeys_ChoosesTheServersThatNodeChooses()
    {
        await using var mesh = await OutcomeMesh.StartAsync("node", Cancellation);
        mesh.Configure(["v1", "v2", "v3"], "", "{ loadBalancer: { consistentHash: { httpHeaderName: x-user } } }");
        await using var ours = await StartAsync(mesh, "mesh");
        await using var theirs = await StartAsync(mesh, "node");
        var seen = new HashSet<string>(StringComparer.Ordinal);

        for (var key = 0; key < 24; key++)
        {
            var order = new OutcomeOrder { Metadata = { ["x-user"] = $"u{key}" }, Count = 2, Wait = true };
            var answer = await AnswersAsync(theirs, order);
            Assert.Equal(answer, await AnswersAsync(ours, order));
            seen.Add(answer);
        }

        Assert.Equal(3, seen.Count);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Priority_OfTheOwnLocality_GoesFirstAndFailsOver(string language)
    {
        const string Policy = "{ outlierDetection: { consecutive5xxErrors: 100 }, loadBalancer: { simple: ROUND_ROBIN, localityLbSetting: { enabled: true } } }";
        await using var mesh = await OutcomeMesh.StartAsync(language, Cancellation);
        mesh.Configure(["v1@r/z", "v2@r/other", "v3@far/away"], "", Policy);
        await using var client = await StartAsync(mesh, language);
        Assert.Equal("v1:20", await AnswersAsync(client, new OutcomeOrder { Count = 20 }));

        mesh.Configure(["v2@r/other", "v3@far/away"], "", Policy);
        await ReachesAsync(client, "v2:6");

        mesh.Configure(["v3@far/away"], "", Policy);
        await ReachesAsync(client, "v3:6");

        mesh.Configure(["v1@r/z", "v2@r/other", "v3@far/away"], "", Policy);
        await ReachesAsync(client, "v1:6");
    }

    private static OutcomeOrder AsUser(string user, int count) => new() { Metadata = { ["end-user"] = user }, Count = count };

    private static async Task<string> AnswersAsync(IOutcomeClient client, OutcomeOrder order) => (await client.CallAsync(order, Cancellation)).ToString();

    private static Task ReachesAsync(IOutcomeClient client, string answers)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            answers,
            async () =>
            {
                seen = await AnswersAsync(client, new OutcomeOrder { Count = 6 });
                Assert.DoesNotContain("!", seen, StringComparison.Ordinal);
                return seen == answers;
            },
            () => seen,
            cancellationToken: Cancellation);
    }

    /// <summary>A client that has its first configuration.</summary>
    private static async Task<IOutcomeClient> StartAsync(OutcomeMesh mesh, string language)
    {
        var client = await mesh.StartClientAsync(language, Cancellation);
        var seen = "";
        await Eventually.ReachesAsync(
            $"{language} has its configuration",
            async () => !(seen = await AnswersAsync(client, new OutcomeOrder { Wait = true })).Contains('!'),
            () => seen,
            cancellationToken: Cancellation);
        return client;
    }
}
