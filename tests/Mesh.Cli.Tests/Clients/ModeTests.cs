using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;

namespace Mesh.Cli.Tests.Clients;

/// <summary><c>meshctl mode</c> and what <c>status</c> says of it.</summary>
public sealed class ModeTests : IAsyncLifetime
{
    private InProcessMesh? _mesh;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        _mesh.Logs.Expect("KillSwitch");
        await _mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await ListsAsync("live");
    }

    public ValueTask DisposeAsync() => _mesh?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task B08_Mode_DirectAndBack_IsShownByStatusAndOnRecord()
    {
        var direct = await RunAsync("mode", "direct", "svc/reviews", "--reason", "drill");
        Assert.Equal(0, direct.ExitCode);
        await ListsAsync("direct");
        var status = await RunAsync("status");
        Assert.Contains(status.Lines, line => line.StartsWith("Modes", StringComparison.Ordinal) && line.Contains("1 direct", StringComparison.Ordinal));
        Assert.Contains(status.Lines, line => line.Contains("ordered direct: svc/reviews in default", StringComparison.Ordinal) && line.EndsWith("drill", StringComparison.Ordinal));
        Assert.Contains("mode=direct", (await RunAsync("audit", "list", "-o", "json")).Out, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("mode", "mesh", "--all")).ExitCode);
        await ListsAsync("live");
        Assert.Equal(1, (await RunAsync("mode", "mesh", "--all")).ExitCode);
    }

    [Theory]
    [InlineData("mode", "direct")]
    [InlineData("mode", "direct", "reviews", "--all")]
    public async Task Mode_OfNobodyInParticular_IsAMistake(params string[] arguments) => Assert.Equal(64, (await RunAsync(arguments)).ExitCode);

    private Task<MeshCtlRun> RunAsync(params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", _mesh!.ApiAddress.ToString()]);

    private async Task ListsAsync(string mode)
    {
        var seen = "";
        await Eventually.ReachesAsync(
            $"the process is {mode}",
            async () =>
            {
                var run = await RunAsync("mode", "list", "-o", "json");
                seen = run.Out + run.Error;
                return run.ExitCode == 0 && run.Json["items"]!.AsArray().Any(item => $"{item!["mode"]}" == mode);
            },
            () => seen,
            cancellationToken: Cancellation);
    }
}
