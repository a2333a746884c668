using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>The AppHost starts all or nothing, and leaves nothing running however it ends.</summary>
[Collection(BookinfoRun.Name)]
public sealed class AppHostTests
{
    [Fact]
    public async Task F01_RunUntilSigterm_StopsEverything()
    {
        await using var bookinfo = await StartAsync();

        bookinfo.Process.Signal("TERM");

        Assert.Equal(0, await bookinfo.Process.WaitForExitAsync());
        Assert.DoesNotContain(bookinfo.ChildIds, Signals.IsAlive);
    }

    [Fact]
    public async Task Run_WhenAChildCrashes_StopsEverythingAndSaysWhich()
    {
        await using var bookinfo = await StartAsync();

        Signals.Send("KILL", bookinfo.ProcessIdOf("reviews-v2"));

        Assert.Equal(1, await bookinfo.Process.WaitForExitAsync());
        Assert.Contains("error: reviews-v2 (process ", bookinfo.Process.Errors, StringComparison.Ordinal);
        Assert.Contains("Its last lines:", bookinfo.Process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(bookinfo.ChildIds, Signals.IsAlive);
    }

    [Fact]
    public async Task Run_WhenItIsKilledItself_LeavesNothingRunning()
    {
        await using var bookinfo = await StartAsync();

        bookinfo.Process.Signal("KILL");

        await Eventually.ReachesAsync(
            "no process is left",
            () => !bookinfo.ChildIds.Any(Signals.IsAlive),
            () => string.Join(", ", bookinfo.ChildIds.Where(Signals.IsAlive)),
            cancellationToken: TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--gateway-port")]
    [InlineData("--xds-port")]
    [InlineData("--http-port")]
    public async Task Start_WithABusyPort_SaysWhichAndWhatToDo(string option)
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        var port = ((IPEndPoint)occupied.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string[] free = ["--port", "0", "--gateway-port", "0", "--xds-port", "0", "--http-port", "0"];
        free[Array.IndexOf(free, option) + 1] = port;

        var errors = await FailAsync(free);

        Assert.Contains($"error: Port {port} for ", errors, StringComparison.Ordinal);
        Assert.Contains($"is in use by another program. Free it or choose another one: {option} PORT", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutItsConfigurationFolder_SaysSo()
    {
        var errors = await FailAsync("--config", Path.Combine(Path.GetTempPath(), "no-such-folder"));

        Assert.Contains("no-such-folder does not exist", errors, StringComparison.Ordinal);
    }

    private static async Task<BookinfoMesh> StartAsync()
    {
        var bookinfo = new BookinfoMesh();
        await bookinfo.InitializeAsync();
        return bookinfo;
    }

    private static async Task<string> FailAsync(params string[] arguments)
    {
        await using var process = AppHostProcess.Start(arguments);
        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Single(process.Errors.TrimEnd().Split('\n'));
        return process.Errors;
    }
}
