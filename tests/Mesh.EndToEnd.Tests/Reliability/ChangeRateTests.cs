using System.Diagnostics;
using System.Globalization;
using Mesh.Client.Xds;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>A thousand changes a second (fault matrix H04). <c>MESH_CHANGE_SECONDS</c> sets for how long, <c>MESH_CHANGE_RATE</c> how many a second.</summary>
public sealed class ChangeRateTests
{
    private static readonly Uri Reviews = new("http://reviews:9080/");
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task H04_ThousandChangesASecond_PushesAreBoundedAndTheLatestIsReachedSoon()
    {
        var (seconds, rate) = (Number("MESH_CHANGE_SECONDS", 3), Number("MESH_CHANGE_RATE", 1_000));
        await using var mesh = await InProcessMesh.StartAsync("", Cancellation, LogLevel.Warning, options =>
        {
            options.ConfigFolder = null;
            options.Resources.Add(ReviewsResources.Service);
            options.Resources.Add(Yaml(0));
        });
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await AnswersAsync(client, 0);
        var took = 0;
        host.Services.GetRequiredService<XdsClient>().SnapshotChanged += _ => Interlocked.Increment(ref took);

        var watch = Stopwatch.StartNew();
        var last = await ChangeAsync(mesh.Store, seconds * rate, rate);
        var wrote = watch.Elapsed;
        await AnswersAsync(client, last);
        var behind = watch.Elapsed - wrote;

        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{last} changes in {wrote.TotalSeconds:0.0} s ({last / wrote.TotalSeconds:0} a second), {took} pushes, the latest in force {behind.TotalMilliseconds:0} ms after the last one"));
        Assert.True(behind < Latest, $"The latest state was in force {behind.TotalSeconds:0.0} s after the last change.");

        // A push waits for 20 ms of quiet, or for 200 ms at most; the next one waits for the acknowledgement of the one before.
        Assert.InRange(took, 1, Math.Min((long)((wrote + behind).TotalMilliseconds / 20) + 3, last / 5));
    }

    private static async Task<int> ChangeAsync(IResourceStore store, int changes, int rate)
    {
        var reader = new ResourceReader();
        var id = new ResourceId(ResourceKinds.NetworkingGroup, "VirtualService", "default", "reviews");
        using var pace = new PeriodicTimer(Tick, TimeProvider.System);
        var change = 0;
        while (change < changes)
        {
            for (var now = 0; now < rate / 100 && change < changes; now++)
            {
                var written = await store.WriteAsync(new ResourceWrite(id, reader.Read(Yaml(++change), "test").Resources.Single(), ExpectedVersion: null), Cancellation);
                Assert.Equal(WriteStatus.Done, written.Status);
            }

            await pace.WaitForNextTickAsync(Cancellation);
        }

        return change;
    }

    private static async Task AnswersAsync(HttpClient client, int change)
    {
        var seen = "";
        await Eventually.ReachesAsync(
            $"change {change} is in force",
            async () =>
            {
                using var response = await client.GetAsync(Reviews, Cancellation);
                return (seen = await response.Content.ReadAsStringAsync(Cancellation)) == $"change {change}";
            },
            () => seen,
            TimeSpan.FromSeconds(60),
            Cancellation);
    }

    private static string Yaml(int change) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, namespace: default}
        spec:
          hosts: [reviews]
          http:
          - directResponse: {status: 200, body: {string: "change {{{change}}}"}}
        """;

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
