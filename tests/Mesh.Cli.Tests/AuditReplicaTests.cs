using Mesh.Testing.InProcess;

namespace Mesh.Cli.Tests;

/// <summary><c>audit</c> over control planes that keep a record each.</summary>
public sealed class AuditReplicaTests : IAsyncLifetime
{
    private InProcessMesh _first = null!;
    private InProcessMesh _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _first = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        _second = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Audit_OfTwoControlPlanes_IsOneListAndTwoVerdicts()
    {
        var (first, second) = (_first.ApiAddress, _second.ApiAddress);
        await MeshCtlRun.StartAsync("token", "create", "-n", "default", "-s", "reviews", "--server", second.ToString());
        await MeshCtlRun.StartAsync("token", "create", "-n", "default", "-s", "ratings", "--server", first.ToString());
        string[] both = ["--server", first.ToString(), "--replica", second.ToString()];

        var list = (await MeshCtlRun.StartAsync(["audit", "list", "-o", "json", .. both])).Json["items"]!.AsArray();
        var newest = (await MeshCtlRun.StartAsync(["audit", "list", "--limit", "1", "-o", "json", .. both])).Json["items"]!.AsArray();
        var verdicts = await MeshCtlRun.StartAsync(["audit", "verify", .. both]);
        var export = await MeshCtlRun.StartAsync(["audit", "export", .. both]);
        var wrong = await MeshCtlRun.StartAsync(["audit", "verify", "--head", "1:x", .. both]);

        Assert.Equal([first.Authority, second.Authority], list.Select(entry => entry!["replica"]!.ToString()));
        Assert.Equal(first.Authority, Assert.Single(newest)!["replica"]!.ToString());
        Assert.Equal(0, verdicts.ExitCode);
        Assert.Contains(second.Authority, verdicts.Out, StringComparison.Ordinal);
        Assert.Equal(2, export.Lines.Count(line => line.Contains("\"replica\"", StringComparison.Ordinal)));
        Assert.Equal(64, wrong.ExitCode);
    }
}
