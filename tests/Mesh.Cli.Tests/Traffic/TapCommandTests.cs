using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Cli.Tests.Traffic;

/// <summary><c>tap</c> on processes that talk to each other.</summary>
public sealed class TapCommandTests(TrafficMesh mesh) : IClassFixture<TrafficMesh>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tap_OfAServer_ShowsItsRequestsWithoutWhatIsSecret()
    {
        var items = await TapAsync(["svc/reviews", "--path", "/fine", "--method", "get"], SendAsync);

        Assert.All(items, item => Assert.Equal(("inbound", "/fine", 200), (item["direction"]!.ToString(), item["path"]!.ToString(), (int)item["status"]!)));
        var one = items[0];
        Assert.StartsWith("web-v7", one["source"]!["workload"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("spiffe://cluster.local/ns/default/sa/web", one["source"]!["identity"]!.ToString());
        Assert.StartsWith("reviews-v", one["destination"]!["workload"]!.ToString(), StringComparison.Ordinal);
        Assert.True((bool)one["mutualTls"]!);
        Assert.Equal("tester/1", one["headers"]!["user-agent"]!.ToString());
        var text = one.ToJsonString();
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("card", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tap_ToAService_ShowsWhatItsCallerSends()
    {
        var items = await TapAsync(["deploy/web-v7", "--to", "reviews", "--status", "5xx"], SendAsync);

        Assert.All(items, item => Assert.Equal(("outbound", "/broken", 500), (item["direction"]!.ToString(), item["path"]!.ToString(), (int)item["status"]!)));
        Assert.Equal("reviews", items[0]["destination"]!["service"]!.ToString());
        Assert.Equal(1, (int)items[0]["attempts"]!);
    }

    [Fact]
    public async Task Tap_ForPeople_IsALineForEachRequestAndASumAtTheEnd()
    {
        var run = await TapForAsync("3s");
        if (run.Lines[0].Length == 0)
        {
            // A busy machine took longer to begin to look.
            run = await TapForAsync("30s");
        }

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d\d\d  out  web-v7-\w+ -> reviews-v\d\S*  GET  reviews:9080/(fine  200|broken  500)  \d+\.\dms  mTLS$", run.Lines[0]);
        Assert.Contains("requests", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", "can be looked at")]
    [InlineData("cronjob/x", "expected a service or workload")]
    public async Task Tap_OfWhatCannotBeTapped_SaysWhy(string target, string reason)
    {
        var run = await mesh.RunAsync("tap", target);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tap_Always_IsOnTheAuditLogWithWhatItAskedFor()
    {
        await TapAsync(["svc/reviews", "--path", "/audited*"], () => SendAsync("/audited"));

        var audit = (await mesh.RunAsync("audit", "list", "--target", "/api/v1/taps", "-o", "json")).Json["items"]!.AsArray();
        Assert.Contains(audit, entry => entry!["target"]!.ToString().Contains("path=%2Faudited", StringComparison.Ordinal) && (int)entry["code"]! == 200);
    }

    private async Task<MeshCtlRun> TapForAsync(string duration)
    {
        var running = mesh.RunAsync("tap", "web", "--to", "reviews", "--duration", duration);
        while (!running.IsCompleted)
        {
            await SendAsync();
        }

        return await running;
    }

    private Task SendAsync() => SendAsync("/fine", "/broken");

    private async Task SendAsync(params string[] paths)
    {
        using var client = mesh.WebServices.GetRequiredService<IHttpClientFactory>().CreateClient();
        for (var call = 0; call < 3; call++)
        {
            foreach (var path in paths)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://reviews:9080{path}?card=4711");
                request.Headers.TryAddWithoutValidation("authorization", "Bearer s3cret");
                request.Headers.TryAddWithoutValidation("user-agent", "tester/1");
                request.Headers.TryAddWithoutValidation("x-request-id", "4f1a");
                using var response = await client.SendAsync(request, Cancellation);
            }
        }
    }

    /// <summary>Looks until a request was seen, while they are sent again and again.</summary>
    private async Task<JsonNode[]> TapAsync(string[] arguments, Func<Task> send)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), IsColored: false, name => name == "MESH_CONFIG" ? Path.Combine(AppContext.BaseDirectory, "no-contexts") : null);
        string Written()
        {
            // As the synchronized writer locks itself.
            lock (terminal.Out)
            {
                return output.ToString();
            }
        }

        var running = MeshCtl.RunAsync(["tap", .. arguments, "-o", "json", "--server", mesh.Mesh.ApiAddress.ToString()], terminal, enough.Token);
        await Eventually.ReachesAsync(
            "a request was seen",
            async () =>
            {
                await send();
                return running.IsCompleted || Written().Contains('\n', StringComparison.Ordinal);
            },
            () => error.ToString(),
            cancellationToken: Cancellation);
        await enough.CancelAsync();
        Assert.Equal(0, await running);
        return [.. Written().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
